"""Who answers for a village: appointed one by one, or by a list of all villages."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.identity import normalise_name
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.imports import cells
from tongchou.platform.imports.tables import read_table
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.rosters.responsible import Responsible

VOCABULARY = {
    "town": ("镇街", "乡镇", "所属乡镇", "镇"),
    "village": ("村居", "村", "行政村", "村（居）", "社区"),
    "name": ("责任人", "姓名", "帮扶责任人", "村级责任人"),
    "phone": ("电话", "手机", "联系电话", "手机号码"),
}
REQUIRED = ("town", "village", "name", "phone")
_MOST = {"town": 50, "village": 50, "name": 50, "phone": 20}


@transaction.atomic
def appoint(
    *, by: User, town: str, village: str, name: str, phone: str, start: date | None = None
) -> Responsible | None:
    """Let somebody answer for a village from `start` (today); the one before ends there.

    Returns None where it is the same person already. Raises Refused, NotAllowed.
    """
    told = {
        "town": town.strip(), "village": village.strip(), "name": normalise_name(name),
        "phone": phone.strip(),
    }  # fmt: skip
    _check(by, told)
    start = start or clock.today()
    rows = Responsible.objects.select_for_update(no_key=True).filter(
        area=by.area_code, town=told["town"], village=told["village"]
    )
    last = rows.order_by("-start").first()
    if last is not None and (last.end is None or last.end > start):
        if last.end is None and (last.name, last.phone) == (told["name"], told["phone"]):
            return None
        if last.start >= start:
            raise Refused(
                _("%(day)s 起已是 %(name)s。请改用更晚的日期")
                % {"day": last.start, "name": last.name},
                field="start",
            )
        last.end = start
        last.save(update_fields=["end"])
    made = Responsible.objects.create(
        area=by.area_code, start=start, made_by=by, made_at=clock.now(), **told
    )
    _note(made, by, "rosters.responsible.appointed", start=start.isoformat())
    return made


@transaction.atomic
def end_responsible(*, by: User, responsible: Responsible, end: date) -> Responsible:
    """Nobody answers for the village from `end` on, until somebody is appointed. Raises Refused."""
    locked = Responsible.objects.select_for_update(no_key=True).get(pk=responsible.pk)
    if by.town is not None and locked.town != by.town:
        raise NotAllowed(_("您只能登记本镇的责任人"))
    if locked.end is not None:
        raise Refused(_("这一任已经结束。请刷新后再看"))
    if end <= locked.start:
        raise Refused(_("结束日要晚于 %(day)s") % {"day": locked.start}, field="end")
    locked.end = end
    locked.save(update_fields=["end"])
    _note(locked, by, "rosters.responsible.ended", end=end.isoformat())
    return locked


@transaction.atomic
def take_responsibles(*, by: User, name: str, content: bytes) -> tuple[int, int]:
    """Appoint all of a list from today, or none; return (appointed, unchanged). Raises Refused.

    Every row that cannot be taken is named with its column.
    """
    table = read_table(name, content, VOCABULARY, REQUIRED)
    wrong: list[str] = []
    taken = same = 0
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        try:
            told = {field: cells.text(row.cells.get(field)) for field in REQUIRED}
            place = (told["town"], told["village"])
            if place in seen:
                raise Refused(_("与第 %(n)s 行是同一个村居") % {"n": seen[place]}, field="village")
            seen[place] = row.number
            made = appoint(
                by=by, town=told["town"], village=told["village"], name=told["name"],
                phone=told["phone"],
            )  # fmt: skip
            taken, same = (taken + 1, same) if made else (taken, same + 1)
        except Refused as refusal:
            column = table.headings.get(refusal.field, "")
            wrong.append(
                _("第 %(n)s 行 %(column)s：%(why)s")
                % {"n": row.number, "column": column, "why": refusal.reason}
            )
    if wrong:
        more = _("；还有 %(n)s 行") % {"n": len(wrong) - 5} if len(wrong) > 5 else ""
        raise Refused("；".join(wrong[:5]) + more + _("。整张表都没有收"), field="file")
    if not table.rows:
        raise Refused(_("表里没有一行。请填好再上传"), field="file")
    return taken, same


def _check(by: User, told: dict[str, str]) -> None:
    missing = {
        "town": _("没有镇街"), "village": _("没有村居"), "name": _("没有责任人姓名"),
        "phone": _("没有电话。乡镇要靠它通知到人"),
    }  # fmt: skip
    for field, text in told.items():
        if not text:
            raise Refused(missing[field], field=field)
        if len(text) > _MOST[field]:
            raise Refused(_("最多 %(n)s 字") % {"n": _MOST[field]}, field=field)
    if by.town is not None and told["town"] != by.town:
        raise NotAllowed(_("您只能登记本镇的责任人"))
    place = {"area": by.area_code, "town": told["town"], "village": told["village"]}
    if not Person.objects.filter(merged_into=None, **place).exists():
        raise Refused(
            _("参保登记里没有人住在 %(town)s %(village)s。请核对写法") % told, field="village"
        )


def _note(responsible: Responsible, by: User, verb: str, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="responsible",
        object_id=str(responsible.pk),
        area=responsible.area,
        data={"village": f"{responsible.town} {responsible.village}", "name": responsible.name}
        | data,
    )
