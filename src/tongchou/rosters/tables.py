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

OPEN, LATE = "open", "late"
_STATES = [(name, state.label) for name, state in MACHINE.states.items()]
_PACK = load_pack()
_CODES = [(code, f"{code} {_PACK.class_of(code).name}") for code in _PACK.codes() if code[0] != "L"]


def _by_state(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value == OPEN:
        return rows.exclude(state__in=MACHINE.over())
    if value == LATE:
        return rows.filter(due_on__lt=clock.today())
    return rows.filter(state=value)


def _by_person(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    return rows.filter(Q(subject_name__startswith=text) | Q(subject=text))


def class_words(case: Case) -> str:
    return f"{case.code} {_PACK.class_of(case.code).name}"


def state_tag(case: Case) -> Tag:
    kind = "plain" if MACHINE.states[case.state].over else "accent"
    return Tag(MACHINE.states[case.state].label, kind)


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
        Column(name="round", label=_("轮次"), kind="count", sort="round"),
        Column(name="moved_at", label=_("最近变动"), kind="time", sort="moved_at"),
        Column(name="state", label=_("环节"), kind="tag", value=state_tag, phone=4),
    )
    fields = (
        TextQuery(
            name="person", label=_("姓名"), filter=_by_person, placeholder=_("姓名、人员编号")
        ),
        ChoiceQuery(
            name="state",
            label=_("环节"),
            filter=_by_state,
            choices=[(OPEN, _("未销号")), (LATE, _("已超时")), *_STATES],
        ),
        ChoiceQuery(name="code", label=_("类别"), lookup="code", choices=_CODES),
        TextQuery(name="place", label=_("镇街"), lookup="place__startswith"),
        DayQuery(name="due", label=_("到期"), lookup="due_on", more=True),
    )
    views = (
        View(name="open", label=_("未销号"), params={"state": OPEN}),
        View(name="late", label=_("已超时"), params={"state": LATE}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Case]:
        return access.cases_for(user)

    def extra(self) -> dict[str, Any]:
        return {"may_handle": user_of(self.request).may("rosters.handle")}
