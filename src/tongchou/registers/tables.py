"""The lists of registers: cases, the population counted, what is registered without agreement."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.core.registers.month import last_of
from tongchou.core.registers.pack import institution_rules, population_rules
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.casework.models import Case
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View
from tongchou.registers import access, queries
from tongchou.registers.casework import BY_KIND, COVERAGE, MACHINE, MACHINES
from tongchou.registers.models import INSTITUTIONS, POPULATION, Counted, Run, RunFinding
from tongchou.rosters.models import Run as RosterRun

OPEN, LATE, INSURED, UNINSURED = "open", "late", "insured", "uninsured"
_STATES = {name: state.label for machine in MACHINES for name, state in machine.states.items()}
_CASE_CODES = [
    (code, f"{code} {rules.class_of(code).name}")
    for rules in (institution_rules(), population_rules())
    for code in rules.codes()
    if code not in ("?", "G1")
]
_OUTCOMES = [
    (code, f"{code} {population_rules().class_of(code).name}")
    for code in population_rules().codes()
]
_BANDS = [(str(at), band.name) for at, band in enumerate(population_rules().bands)]


def _by_state(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value == OPEN:
        return rows.exclude(state__in={*MACHINE.over(), *COVERAGE.over()})
    if value == LATE:
        return rows.filter(due_on__lt=clock.today())
    return rows.filter(state=value)


def _by_subject(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    return rows.filter(Q(subject_name__contains=text) | Q(subject=text))


def state_tag(case: Case) -> Tag:
    state = BY_KIND[case.kind].states[case.state]
    return Tag(state.label, "plain" if state.over else "accent")


def class_words(case: Case) -> str:
    return f"{case.code} {queries.class_name(case.kind, case.code)}"


class CaseList(ListPage):
    right = "registers.cases"
    name = "register-cases"
    title = _("登记案件")
    noun = _("案件")
    unit = _("件")
    default_sort = "due_on"
    default_view = "institutions"
    empty_text = _("比对下发以后，要核实的机构和人会排在这里。")
    columns = (
        Column(name="due_on", label=_("到期"), kind="day", sort="due_on"),
        Column(
            name="name", label=_("名称"), value=lambda c: c.subject_name or c.subject,
            link=lambda c: reverse("registers:case", args=[c.pk]), phone=1,
        ),
        Column(name="code", label=_("类别"), value=class_words, sort="code", phone=3),
        Column(name="place", label=_("镇街"), sort="place", phone=2),
        Column(name="round", label=_("轮次"), kind="count", sort="round"),
        Column(name="moved_at", label=_("最近变动"), kind="time", sort="moved_at"),
        Column(name="state", label=_("环节"), kind="tag", value=state_tag, phone=4),
    )  # fmt: skip
    fields = (
        TextQuery(name="name", label=_("名称"), filter=_by_subject, placeholder=_("名称、编号")),
        ChoiceQuery(
            name="kind", label=_("比对"), lookup="kind",
            choices=[(INSTITUTIONS, _("定点机构")), (POPULATION, _("人口参保"))],
        ),
        ChoiceQuery(
            name="state", label=_("环节"), filter=_by_state,
            choices=[(OPEN, _("未销号")), (LATE, _("已超时")), *_STATES.items()],
        ),
        ChoiceQuery(name="code", label=_("类别"), lookup="code", choices=_CASE_CODES),
        TextQuery(name="place", label=_("镇街"), lookup="place__startswith"),
        DayQuery(name="due", label=_("到期"), lookup="due_on", more=True),
    )  # fmt: skip
    views: Sequence[View] = (
        View(
            name="institutions", label=_("机构未销号"), params={"kind": INSTITUTIONS, "state": OPEN}
        ),
        View(
            name="population", label=_("未参保未销号"), params={"kind": POPULATION, "state": OPEN}
        ),
        View(name="late", label=_("已超时"), params={"state": LATE}),
        View(name="all", label=_("全部"), params={}),
    )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if user_of(request).town is not None:
            # A town has nothing to do with institutions.
            self.default_view = "population"
            self.views = tuple(one for one in self.views if one.name != "institutions")

    def queryset(self, user: Any) -> QuerySet[Case]:
        return access.cases_for(user)


def _by_outcome(rows: QuerySet[Counted], value: str) -> QuerySet[Counted]:
    if value == INSURED:
        return rows.filter(outcome="")
    if value == UNINSURED:
        return rows.exclude(outcome__in=["", queries.UNSETTLED])
    return rows.filter(outcome=value)


def _by_band(rows: QuerySet[Counted], value: str) -> QuerySet[Counted]:
    bands = population_rules().bands
    at = int(value)
    low = bands[at - 1].to + 1 if at else 0
    return rows.filter(age__gte=low, age__lte=bands[at].to)


def _outcome_tag(row: Counted) -> Tag:
    if not row.outcome:
        return Tag(_("已参保"), "plain")
    doubt = row.outcome == queries.UNSETTLED
    name = population_rules().class_of(row.outcome).name
    return Tag(name if doubt else f"{row.outcome} {name}", "doubt" if doubt else "accent")


def _row_link(row: Counted) -> str:
    if row.outcome == queries.UNSETTLED:
        return reverse("registers:person-row", args=[row.pk])
    return reverse("people:person", args=[row.person_no]) if row.person_no else ""


class CountedList(ListPage):
    """Numerator, denominator and list: the same rows under other conditions."""

    right = "registers.view"
    name = "register-counted"
    title = _("登记人口与参保")
    noun = _("人口")
    unit = _("人")
    default_sort = "row"
    default_view = "uninsured"
    empty_text = _("先收公安的人口数据，再比对。")
    columns = (
        Column(name="row", label=_("文件行"), kind="count", sort="row"),
        Column(name="name", label=_("姓名"), link=_row_link, phone=1),
        Column(name="number", label=_("证件号"), kind="masked"),
        Column(name="age", label=_("年龄"), value=lambda r: r.age if r.age >= 0 else None,
               sort="age", kind="count", phone=2),
        Column(name="town", label=_("镇街"), sort="town", phone=3),
        Column(name="village", label=_("村居")),
        Column(name="outcome", label=_("结论"), kind="tag", value=_outcome_tag, sort="outcome",
               phone=4),
    )  # fmt: skip
    fields = (
        TextQuery(name="name", label=_("姓名"), lookup="name__startswith"),
        ChoiceQuery(
            name="outcome", label=_("结论"), filter=_by_outcome,
            choices=[(INSURED, _("已参保")), (UNINSURED, _("未参保")), *_OUTCOMES],
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town"),
        ChoiceQuery(name="band", label=_("年龄段"), filter=_by_band, choices=_BANDS),
    )  # fmt: skip
    views = (
        View(name="uninsured", label=_("未参保"), params={"outcome": UNINSURED}),
        View(name="unsettled", label=_("待核"), params={"outcome": queries.UNSETTLED}),
        View(name="insured", label=_("已参保"), params={"outcome": INSURED}),
        View(name="all", label=_("登记人口"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Counted]:
        run = access.runs_of(user, POPULATION).first()
        return Counted.objects.filter(run=run) if run else Counted.objects.none()


def _reason_tag(person: Any) -> Tag:
    return Tag(_("有凭据的例外"), "plain") if person.has_reason else Tag(_("未说明"), "accent")


def _by_reason(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(has_reason=value == "yes")


class HelpedList(ListPage):
    """应保尽保: the helped who are not insured, each with or without a reason (ENR-09)."""

    right = "registers.view"
    name = "register-helped"
    title = _("困难群众未参保")
    noun = _("人员")
    unit = _("人")
    default_sort = "town"
    empty_text = _("困难群众都已参保。")
    columns = (
        Column(name="psn_no", label=_("人员编号"), kind="code", sort="psn_no"),
        Column(name="name", label=_("姓名"),
               link=lambda p: reverse("people:person", args=[p.psn_no]), phone=1),
        Column(name="town", label=_("镇街"), sort="town", phone=2),
        Column(name="village", label=_("村居"), phone=3),
        Column(name="reason", label=_("原因"), kind="tag", value=_reason_tag, phone=4),
    )  # fmt: skip
    fields = (
        ChoiceQuery(
            name="reason", label=_("原因"), filter=_by_reason,
            choices=[("no", _("未说明")), ("yes", _("有凭据的例外"))],
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith"),
    )  # fmt: skip

    def queryset(self, user: Any) -> QuerySet[Person]:
        run = newest_roster_run(user)
        if run is None:
            return Person.objects.none()
        return queries.helped_without(run, last_of(run.month)).rows


def newest_roster_run(user: Any) -> RosterRun | None:
    """Return the comparison of lists that the county page of the rosters opens with."""
    rows = RosterRun.objects.filter(area=user.area_code)
    return rows.order_by("-month", "-made_at").first()


class FreeList(ListPage):
    """Rows of the registers that are nobody's agreement: for information."""

    right = "registers.view"
    name = "register-free"
    title = _("登记有而未签协议")
    noun = _("机构")
    unit = _("家")
    default_sort = "subject"
    empty_text = _("最近一次比对里没有。")
    columns = (
        Column(name="subject", label=_("登记代码"), kind="code", sort="subject", phone=3),
        Column(name="name", label=_("名称"), sort="name", phone=1),
        Column(name="facts", label=_("登记的地址、范围"), phone=2),
        Column(name="sources", label=_("登记"), value=lambda r: register_words(r.sources)),
    )
    fields = (TextQuery(name="name", label=_("名称"), lookup="name__contains"),)

    def queryset(self, user: Any) -> QuerySet[RunFinding]:
        run: Run | None = access.runs_of(user, INSTITUTIONS).first()
        return RunFinding.objects.filter(run=run, code="G1")


def register_words(registers: list[str]) -> str:
    offices = institution_rules().offices
    return "、".join(offices[one].name for one in registers if one in offices)
