"""The list of cases: a town's worklist, and the bureau's view over all of them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.core.rosters import load_pack
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.casework.models import Case
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View
from tongchou.rosters import access
from tongchou.rosters.casework import MACHINE
from tongchou.rosters.merged import of_person
from tongchou.rosters.models import Pin

OPEN, LATE = "open", "late"
_STATES = [(name, state.label) for name, state in MACHINE.states.items()]
_PACK = load_pack()
CODES = [(code, f"{code} {_PACK.class_of(code).name}") for code in _PACK.codes() if code[0] != "L"]


def _by_state(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value == OPEN:
        return rows.exclude(state__in=MACHINE.over())
    if value == LATE:
        return rows.filter(due_on__lt=clock.today())
    return rows.filter(state=value)


def by_person(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    return rows.filter(Q(subject_name__startswith=text) | of_person(text))


_STANDING = (("standing", _("有效")), ("removed", _("已撤销")))


def _by_standing(rows: QuerySet[Pin], value: str) -> QuerySet[Pin]:
    return rows.filter(removed_at__isnull=value == "standing")


def _by_pin(rows: QuerySet[Pin], text: str) -> QuerySet[Pin]:
    return rows.filter(Q(row_name__startswith=text) | Q(person_no=text))


def verdict(pin: Pin) -> Tag:
    """Return what was decided, in words."""
    words = _("就是此人") if pin.must else _("不是此人")
    return Tag(words, "accent" if pin.removed_at is None else "plain")


def class_words(case: Case) -> str:
    return f"{case.code} {_PACK.class_of(case.code).name}"


def state_tag(case: Case) -> Tag:
    kind = "plain" if MACHINE.states[case.state].over else "accent"
    return Tag(MACHINE.states[case.state].label, kind)


class PinList(ListPage):
    """What was decided at the review desk, standing and taken back."""

    right = "rosters.view"
    name = "roster-pins"
    title = _("核定")
    noun = _("核定")
    unit = _("条")
    default_sort = "-made_at"
    default_view = "standing"
    empty_text = _("核定台上定过的，谁、凭什么、什么时候定的，都在这里。")
    columns = (
        Column(
            name="row_name",
            label=_("名单写的"),
            link=lambda p: reverse("rosters:pin", args=[p.pk]),
            sort="row_name",
            phone=1,
        ),
        Column(name="source", label=_("名单"), value=lambda p: p.written.get("source", "")),
        Column(name="must", label=_("核定"), kind="tag", value=verdict, phone=4),
        Column(name="person_no", label=_("人员编号"), kind="code", sort="person_no", phone=3),
        Column(name="evidence", label=_("依据")),
        Column(name="made_by", label=_("谁"), value="made_by.name"),
        Column(name="made_at", label=_("核定时间"), kind="time", sort="made_at", phone=2),
        Column(name="removed_at", label=_("撤销"), kind="time", sort="removed_at"),
    )
    fields = (
        TextQuery(name="q", label=_("姓名"), filter=_by_pin, placeholder=_("名单写的、人员编号")),
        ChoiceQuery(name="state", label=_("状态"), filter=_by_standing, choices=_STANDING),
        ChoiceQuery(
            name="must",
            label=_("核定"),
            filter=lambda rows, value: rows.filter(must=value == "yes"),
            choices=[("yes", _("就是此人")), ("no", _("不是此人"))],
        ),
        TextQuery(name="by", label=_("谁"), lookup="made_by__name__startswith"),
        DayQuery(name="made", label=_("核定时间"), lookup="made_at", moment=True, more=True),
    )
    views = (
        View(name="standing", label=_("有效"), params={"state": "standing"}),
        View(name="removed", label=_("已撤销"), params={"state": "removed"}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Pin]:
        return access.pins_of(user)


class CaseList(ListPage):
    right = "rosters.cases"
    name = "roster-cases"
    title = _("名单案件")
    noun = _("案件")
    unit = _("件")
    default_sort = "due_on"
    default_view = "open"
    template_name = "rosters/cases.html"
    empty_text = _("比对下发以后，要核实的人会排在这里。")
    columns = (
        Column(name="due_on", label=_("到期"), kind="day", sort="due_on"),
        Column(
            name="name",
            label=_("姓名"),
            value=lambda c: c.subject_name or c.subject,
            link=lambda c: reverse("rosters:case", args=[c.pk]),
            phone=1,
        ),
        Column(name="code", label=_("类别"), value=class_words, sort="code", phone=3),
        Column(name="place", label=_("镇街"), sort="place", phone=2),
        Column(name="until", label=_("例外到期"), kind="day", sort="until"),
        Column(name="round", label=_("轮次"), kind="count", sort="round"),
        Column(name="moved_at", label=_("最近变动"), kind="time", sort="moved_at"),
        Column(name="state", label=_("环节"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="person", label=_("姓名"), filter=by_person, placeholder=_("姓名、人员编号")
        ),
        ChoiceQuery(
            name="state",
            label=_("环节"),
            filter=_by_state,
            choices=[(OPEN, _("未销号")), (LATE, _("已超时")), *_STATES],
        ),
        ChoiceQuery(name="code", label=_("类别"), lookup="code", choices=CODES),
        TextQuery(name="place", label=_("镇街"), lookup="place__startswith"),
        DayQuery(name="due", label=_("到期"), lookup="due_on", more=True),
        DayQuery(name="until", label=_("例外到期"), lookup="until", more=True),
        ChoiceQuery(
            name="level",
            label=_("超期上报"),
            filter=lambda rows, value: rows.filter(level__gte=int(value)),
            choices=[(f"{days}", level.label) for days, level in MACHINE.escalates.items()],
            more=True,
        ),
    )
    views = (
        View(name="open", label=_("未销号"), params={"state": OPEN}),
        View(name="late", label=_("已超时"), params={"state": LATE}),
        View(name="up", label=_("超期上报"), params={"level": f"{min(MACHINE.escalates)}"}),
        View(name="aside", label=_("例外"), params={"state": "excepted"}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Case]:
        return access.cases_for(user)

    def extra(self) -> dict[str, Any]:
        return {"may_handle": user_of(self.request).may("rosters.handle")}
