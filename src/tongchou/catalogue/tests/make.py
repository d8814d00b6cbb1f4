"""Valid items and diseases for tests, made through the services."""

import itertools
from datetime import date

from tongchou.catalogue import services
from tongchou.catalogue.models import Disease, Item

AREA = "441700"
SOURCE = "测试目录"
_serial = itertools.count(10001)

_FORMS = {
    "101": ("XA01AAA001A001010{:06d}", "09"),
    "102": ("T{:09d}", "10"),
    "201": ("0011{:011d}", "05"),
    "301": ("C020101052000{:07d}", "08"),
}


def make_item(
    *,
    code: str = "",
    name: str = "测试药品",
    list_type: str = "101",
    charge_type: str = "",
    level: str = "01",
    first_self_pay: int | None = None,
    ceiling: int | None = None,
    start: date = date(2019, 1, 1),
    end: date | None = None,
) -> Item:
    """Return an item with terms over [start, end); class B pays 10% first unless said."""
    form, usual_charge = _FORMS[list_type]
    item = services.add_item(
        actor="test",
        area=AREA,
        code=code or form.format(next(_serial)),
        name=name,
        list_type=list_type,
        charge_type=charge_type or usual_charge,
        unit="盒" if list_type == "101" else "次",
    )
    if level == "02" and first_self_pay is None:
        first_self_pay = 1000
    services.set_term(
        actor="test",
        area=AREA,
        item=item,
        start=start,
        end=end,
        level=level,
        first_self_pay=first_self_pay,
        ceiling=ceiling,
        source=SOURCE,
    )
    return item


def make_disease(
    *,
    kind: str = "diagnosis",
    code: str = "J18.900",
    name: str = "肺炎",
    start: date = date(2019, 1, 1),
) -> Disease:
    return services.add_disease(
        actor="test", area=AREA, kind=kind, code=code, name=name, start=start
    )
