"""The verbs of the catalogue: items, their dated terms, diseases. Files: `importing`."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.catalogue.codes import (
    CHARGE_LABELS,
    LIST_LABELS,
    disease_code_problem,
    item_code_problem,
)
from tongchou.catalogue.models import Disease, Item, ItemTerm
from tongchou.core.identity import pinyin_initials
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail

WHOLE = 10_000  # the share of class C, in ten-thousandths


@transaction.atomic
def add_item(
    *,
    actor: str,
    area: str,
    code: str,
    name: str,
    list_type: str,
    charge_type: str,
    unit: str = "",
) -> Item:
    """Add an item; nobody can be charged for it before `set_term`. Raises Refused."""
    check_item(code=code, name=name, list_type=list_type, charge_type=charge_type)
    if Item.objects.filter(code=code).exists():
        raise Refused(_("编码 %(code)s 已有项目。请核对") % {"code": code}, field="code")
    item = Item.objects.create(
        code=code,
        name=name,
        initials=pinyin_initials(name)[:200],
        list_type=list_type,
        charge_type=charge_type,
        unit=unit,
    )
    _note(actor, "catalogue.item.added", item.code, area, name=name, list_type=list_type)
    return item


@transaction.atomic
def set_term(
    *,
    actor: str,
    area: str,
    item: Item,
    start: date,
    level: str,
    source: str,
    first_self_pay: int | None = None,
    ceiling: int | None = None,
    end: date | None = None,
) -> ItemTerm:
    """Set the item's terms from `start`; the spell before ends there.

    `level` "01", "02", "03" (甲乙丙); `first_self_pay` in ten-thousandths, by default 0 for A and
    the whole for C, required for B; `ceiling` in millionths of a yuan. Terms set once are not
    rewritten, because bills were split by them: `start` must be later than the last spell's.
    """
    share = check_terms(level=level, first_self_pay=first_self_pay, ceiling=ceiling)
    if not source.strip():
        raise Refused(_("没有依据。请写明文件名称或文号"), field="source")
    if end is not None and end <= start:
        raise Refused(_("结束日不晚于开始日。到期日不含当天，请改晚"), field="end")
    item = Item.objects.select_for_update(no_key=True).get(pk=item.pk)
    last = item.terms.order_by("start").last()
    if last is not None and start <= last.start:
        raise Refused(
            _("%(code)s 自 %(start)s 起已有条件。新条件请用更晚的日期")
            % {"code": item.code, "start": last.start},
            field="start",
        )
    if last is not None and (last.end is None or last.end > start):
        last.end = start
        last.save(update_fields=["end"])
    term = ItemTerm.objects.create(
        item=item,
        start=start,
        end=end,
        level=level,
        first_self_pay=share,
        ceiling=ceiling,
        source=source.strip(),
    )
    _note(
        actor,
        "catalogue.term.set",
        item.code,
        area,
        start=start.isoformat(),
        level=level,
        first_self_pay=share,
        ceiling=ceiling,
        source=source,
    )
    return term


@transaction.atomic
def add_disease(
    *,
    actor: str,
    area: str,
    kind: str,
    code: str,
    name: str,
    start: date,
    end: date | None = None,
) -> Disease:
    """Add a diagnosis, operation or chronic-disease code of the national lists."""
    check_disease(kind=kind, code=code, name=name)
    if Disease.objects.filter(kind=kind, code=code).exists():
        raise Refused(_("编码 %(code)s 已有病种。请核对") % {"code": code}, field="code")
    disease = Disease.objects.create(kind=kind, code=code, name=name, start=start, end=end)
    trail.record(
        actor=actor,
        verb="catalogue.disease.added",
        object_type="disease",
        object_id=code,
        area=area,
        data={"kind": kind, "name": name},
    )
    return disease


def check_item(*, code: str, name: str, list_type: str, charge_type: str) -> None:
    """Raise Refused with the field unless the item is well formed."""
    if list_type not in LIST_LABELS:
        raise Refused(
            _("不认识目录类别“%(value)s”。可填：%(known)s")
            % {"value": list_type, "known": _listed(LIST_LABELS)},
            field="list_type",
        )
    if charge_type not in CHARGE_LABELS:
        raise Refused(
            _("不认识收费项目类别“%(value)s”。可填：%(known)s")
            % {"value": charge_type, "known": _listed(CHARGE_LABELS)},
            field="charge_type",
        )
    if problem := item_code_problem(code, list_type):
        raise Refused(problem, field="code")
    if not name.strip():
        raise Refused(_("没有名称。请照目录填写"), field="name")


def check_terms(*, level: str, first_self_pay: int | None, ceiling: int | None) -> int:
    """Return the first-self-pay share in ten-thousandths. Raises Refused."""
    if level not in ItemTerm.Level.values:
        raise Refused(
            _("不认识类别“%(value)s”。可填：甲、乙、丙") % {"value": level}, field="level"
        )
    if ceiling is not None and ceiling < 0:
        raise Refused(_("限价不能小于 0。请改正"), field="ceiling")
    usual = {ItemTerm.Level.A.value: 0, ItemTerm.Level.C.value: WHOLE}.get(level)
    share = usual if first_self_pay is None else first_self_pay
    if share is None:
        raise Refused(_("乙类没有先行自付比例。请填写，如 10%"), field="first_self_pay")
    if usual is not None and share != usual:
        raise Refused(_("甲类先行自付为 0，丙类为 100%。请改比例或类别"), field="first_self_pay")
    if not 0 <= share <= WHOLE:
        raise Refused(_("先行自付比例应在 0 到 100% 之间。请改正"), field="first_self_pay")
    return share


def check_disease(*, kind: str, code: str, name: str) -> None:
    if kind not in Disease.Kind.values:
        raise Refused(_("不认识病种种类 %(kind)s") % {"kind": kind}, field="kind")
    if problem := disease_code_problem(code, kind):
        raise Refused(problem, field="code")
    if not name.strip():
        raise Refused(_("没有名称。请照目录填写"), field="name")


def _note(actor: str, verb: str, code: str, area: str, **data: Any) -> None:
    trail.record(actor=actor, verb=verb, object_type="item", object_id=code, area=area, data=data)


def _listed(labels: dict[str, Any]) -> str:
    return "、".join(f"{code} {label}" for code, label in labels.items())
