"""Valid persons for tests, made through the services."""

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any

from tongchou.core.identity import check_character
from tongchou.people import services
from tongchou.people.models import Person, PersonNumber
from tongchou.platform import clock

AREA = "441700"
SOURCE = "测试名单"
_serial = itertools.count(1)


def make_id_number(*, birth: date = date(1960, 6, 12), sex: str = "2", serial: int = 0) -> str:
    """Return a valid number of the demonstration area; the next free serial unless one is given."""
    serial = serial or next(_serial)
    # Three places hold sex and order; what does not fit moves the registration area.
    town, order = divmod(serial, 500)
    first = f"{441700 + town % 100}{birth:%Y%m%d}{2 * order + (1 if sex == '1' else 0):03d}"
    return first + check_character(first)


def make_person(
    *,
    name: str = "梁秀英",
    scheme: str | None = "resident",
    status: str = "",
    identities: Iterable[str] = (),
    start: date = date(2019, 1, 1),
    end: date | None = None,
    birth: date = date(1960, 6, 12),
    sex: str = "2",
    id_no: str = "",
    card: str = "",
    voucher: str = "",
    area: str = AREA,
    psn_no: str = "",
    town: str = "平冈镇",
    village: str = "大坪村",
) -> Person:
    """Return a person enrolled (unless `scheme` is None) and helped over [start, end)."""
    if scheme == "employee":
        status = status or "active"
    known_on = min(start, clock.today())
    person = services.register_person(
        actor="test",
        area=area,
        name=name,
        id_no=id_no or make_id_number(birth=birth, sex=sex),
        psn_no=psn_no,
        town=town,
        village=village,
        source=SOURCE,
        known_on=known_on,
    )
    spell: dict[str, Any] = {"start": start, "end": end, "known_on": known_on, "source": SOURCE}
    if scheme is not None:
        services.enrol(actor="test", person=person, scheme=scheme, status=status, **spell)
    for kind in identities:
        services.add_identity(actor="test", person=person, kind=kind, **spell)
    for kind, number in ((PersonNumber.Kind.CARD, card), (PersonNumber.Kind.VOUCHER, voucher)):
        if number:
            services.add_number(actor="test", person=person, kind=kind, number=number, **spell)
    return person
