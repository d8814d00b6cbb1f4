"""The only writers of the calendar. What is due already is not moved by it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.sheets import Cell, SheetRefused, read_grids, read_lists
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.platform.workdays.models import SpecialDay

RIGHT = "workdays.edit"
MOST_NAME, MOST_NOTICE, MOST_DAYS = 50, 200, 31
_SATURDAY = 5
# Fixed words: a sheet made in one language comes back in another.
_VOCABULARY = {
    "day": ("日期", "放假日期", "日子"),
    "kind": ("放假或上班", "类型", "安排"),
    "name": ("名称", "节日"),
    "notice": ("依据", "通知", "文号"),
}
OFF, WORKS = "放假", "上班"


class Day(NamedTuple):
    """A day as it is told. `works`: a day of a weekend that is worked."""

    day: date
    works: bool
    name: str
    notice: str


def span(first: date, last: date, *, works: bool, name: str, notice: str) -> list[Day]:
    """Return the days from `first` to `last`. Raises Refused."""
    if last < first:
        raise Refused(_("止日早于起日。请对调"), field="last")
    if (last - first).days >= MOST_DAYS:
        raise Refused(_("一次最多登记 %(n)s 天") % {"n": MOST_DAYS}, field="last")
    days = range((last - first).days + 1)
    return [Day(first + timedelta(days=n), works, name, notice) for n in days]


@transaction.atomic
def register_days(*, by: User, days: Sequence[Day]) -> list[SpecialDay]:
    """Enter days with their notice. Raises NotAllowed, Refused naming the field."""
    if not by.may(RIGHT):
        raise NotAllowed(_("您的岗位不能登记节假日"))
    for one in days:
        _check(one)
    now = clock.now()
    try:
        with transaction.atomic():
            made = [
                SpecialDay.objects.create(
                    area=by.area_code, day=one.day, works=one.works, name=one.name.strip(),
                    notice=one.notice.strip(), entered_by=by, entered_at=now,
                )
                for one in days
            ]  # fmt: skip
    except IntegrityError:
        raise Refused(_taken(by.area_code, days), field="first") from None
    trail.record(
        actor=by.login,
        verb="workdays.registered",
        object_type="area",
        object_id=by.area_code,
        area=by.area_code,
        data={"days": [f"{one.day} {'+' if one.works else '-'}" for one in made],
              "notice": days[0].notice if days else ""},
    )  # fmt: skip
    return made


def _check(one: Day) -> None:
    if not one.name.strip():
        raise Refused(_("请写名称，如“国庆节”"), field="name")
    if not one.notice.strip():
        raise Refused(_("请写依据：国务院办公厅通知的文号"), field="notice")
    if len(one.name.strip()) > MOST_NAME:
        raise Refused(_("名称最多 %(n)s 字") % {"n": MOST_NAME}, field="name")
    if len(one.notice.strip()) > MOST_NOTICE:
        raise Refused(_("依据最多 %(n)s 字") % {"n": MOST_NOTICE}, field="notice")
    if one.works and one.day.weekday() < _SATURDAY:
        words = _("%(day)s 不是周末，本来就上班。请改日期") % {"day": one.day}
        raise Refused(words, field="first")


def _taken(area: str, days: Iterable[Day]) -> str:
    known = SpecialDay.objects.filter(area=area, removed_at=None, day__in=[d.day for d in days])
    first = known.order_by("day").first()
    if first is None:
        return _("同一天写了两次。请去掉一行")
    return _("%(day)s 已经登记为“%(name)s”。要改，请先撤销") % {
        "day": first.day, "name": first.name
    }  # fmt: skip


@transaction.atomic
def remove_day(*, by: User, day: SpecialDay, reason: str) -> SpecialDay:
    """Take a day out again; it stays readable. Raises NotAllowed, Refused."""
    if not by.may(RIGHT):
        raise NotAllowed(_("您的岗位不能登记节假日"))
    reason = reason.strip()
    if not reason:
        raise Refused(_("请写明撤销的原因"), field="reason")
    if len(reason) > MOST_NOTICE:
        raise Refused(_("理由最多 %(n)s 字") % {"n": MOST_NOTICE}, field="reason")
    locked = SpecialDay.objects.select_for_update(no_key=True).get(pk=day.pk)
    if locked.removed_at is not None:
        raise Refused(_("这一天已经撤销"))
    locked.removed_by, locked.removed_at, locked.removed_reason = by, clock.now(), reason
    locked.save(update_fields=["removed_by", "removed_at", "removed_reason"])
    trail.record(
        actor=by.login,
        verb="workdays.removed",
        object_type="area",
        object_id=locked.area,
        area=locked.area,
        data={"day": f"{locked.day}", "reason": reason},
    )
    return locked


def import_days(*, by: User, name: str, content: bytes) -> list[SpecialDay]:
    """Enter the days of a sheet, all or none. Raises Refused naming sheet, row and column."""
    try:
        lists = read_lists(
            read_grids(name, content), _VOCABULARY, ("day", "kind", "name", "notice")
        )
    except SheetRefused as refused:
        raise Refused(f"{name}：{refused}", field="file") from None
    days = [
        _read(_("%(name)s 第 %(row)s 行") % {"name": name, "row": row.number}, row.cells)
        for sheet in lists
        for row in sheet.rows
    ]
    if not days:
        raise Refused(_("%(name)s 里没有日期") % {"name": name}, field="file")
    try:
        return register_days(by=by, days=days)
    except NotAllowed:
        raise
    except Refused as refused:
        raise Refused(f"{name}：{refused.reason}", field="file") from None


def _read(place: str, cells: dict[str, Cell]) -> Day:
    day = _day(cells.get("day"))
    if day is None:
        raise Refused(
            _("%(place)s 日期：看不懂，请写成 2019-10-01") % {"place": place}, field="file"
        )
    kind = str(cells.get("kind") or "").strip()
    if kind not in (OFF, WORKS):
        words = _("%(place)s 放假或上班：请写“放假”或“上班”") % {"place": place}
        raise Refused(words, field="file")
    one = Day(day, kind == WORKS, str(cells.get("name") or ""), str(cells.get("notice") or ""))
    try:
        _check(one)
    except Refused as refused:
        raise Refused(f"{place}：{refused.reason}", field="file") from None
    return one


def _day(cell: Cell | None) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell or "").strip().replace("/", "-"))
    except ValueError:
        return None
