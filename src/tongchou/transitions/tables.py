"""The lists: merges, the comparison person by person, the rows of the file, the bad rows."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View
from tongchou.settlement.labels import SCHEME_LABELS
from tongchou.transitions import access
from tongchou.transitions.models import Carried, OldSpell, Problem, Transition


def _state(row: Transition) -> Tag:
    waits = row.state == Transition.State.TRIED
    return Tag(row.get_state_display(), "accent" if waits else "plain")


class TransitionList(ListPage):
    right = "transitions.view"
    name = "transitions"
    title = _("制度并轨")
    noun = _("并轨")
    unit = _("次")
    default_sort = "-received_at"
    template_name = "transitions/index.html"
    empty_text = _(
        "先下载模板，照旧系统填对照表和人员表（参保起止、当年各层累计），"
        "再收件、核对、试并，由另一个人确认。"
    )
    columns = (
        Column(name="received_at", label=_("收件"), kind="time", sort="received_at", phone=3),
        Column(
            name="title",
            label=_("名称"),
            link=lambda row: reverse("transitions:transition", args=[row.pk]),
            phone=1,
        ),
        Column(name="starts_on", label=_("并轨日"), kind="day", sort="starts_on"),
        Column(name="rows", label=_("行数"), kind="count", sort="rows", phone=2, told=True),
        Column(name="received_by", label=_("收件人"), value="received_by.name"),
        Column(name="accepted_by", label=_("确认人"), value="accepted_by.name"),
        Column(name="state", label=_("状态"), kind="tag", value=_state, phone=4),
    )
    fields = (
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=Transition.State.choices
        ),
        TextQuery(name="title", label=_("名称"), lookup="title__contains"),
    )

    def queryset(self, user: Any) -> QuerySet[Transition]:
        return access.transitions_of(user)

    def extra(self) -> dict[str, Any]:
        return {"may_receive": user_of(self.request).may("transitions.receive")}


class _OfOne(ListPage):
    """A list of one transition's rows."""

    right = "transitions.view"
    template_name = "transitions/rows.html"

    def extra(self) -> dict[str, Any]:
        found = access.access_transition(user_of(self.request), self.kwargs["pk"])
        return {"transition": found}


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(
        Q(person__name__startswith=text) | Q(person__psn_no=text) | Q(person__id_no=text)
    )


def _by_row_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(name__startswith=text) | Q(id_no=text) | Q(old_no=text))


class ComparisonList(_OfOne):
    """Person by person: what the file said, what is here, and that they are the same."""

    name = "transition-comparison"
    title = _("逐人对照")
    noun = _("人员")
    unit = _("人")
    default_sort = "name"
    empty_text = _("确认并轨以后，每个人并轨前后的累计会列在这里。")
    columns = (
        Column(
            name="name",
            label=_("姓名"),
            value="person.name",
            link=lambda row: reverse("people:person", args=[row.person.psn_no]),
            sort="person__name",
            phone=1,
        ),
        Column(name="id_no", label=_("证件号码"), kind="masked", value="person.id_no"),
        Column(
            name="scheme",
            label=_("险种"),
            value=lambda row: str(SCHEME_LABELS[row.scheme]),
            sort="scheme",
            phone=3,
        ),
        Column(name="spells", label=_("段数"), kind="count", total="spells", shown=False),
        Column(name="bills", label=_("结算笔数"), kind="count", total="bills"),
        Column(name="total", label=_("总费用"), kind="money", total="total", shown=False),
        Column(
            name="base_before", label=_("并轨前基数"), kind="money", sort="base_before",
            total="base_before",
        ),
        Column(name="base_after", label=_("并轨后基数"), kind="money", total="base_after"),
        Column(
            name="paid_before", label=_("并轨前支付"), kind="money", sort="paid_before",
            total="paid_before",
        ),
        Column(
            name="paid_after", label=_("并轨后支付"), kind="money", total="paid_after", phone=2
        ),
        Column(
            name="difference",
            label=_("差额"),
            kind="money",
            value=lambda row: (
                abs(row.base_after - row.base_before) + abs(row.paid_after - row.paid_before)
            ),
        ),
    )  # fmt: skip
    fields = (
        TextQuery(
            name="person", label=_("人员"), filter=_by_person, placeholder=_("姓名、身份证号")
        ),
        ChoiceQuery(
            name="scheme", label=_("险种"), lookup="scheme", choices=list(SCHEME_LABELS.items())
        ),
    )

    def queryset(self, user: Any) -> QuerySet[Carried]:
        return access.carried_of(user, self.kwargs["pk"])


_WHY = {"history": _("只留历史"), "earlier": _("以前年度")}


def _meant(row: OldSpell) -> Tag:
    known = row.person is not None and not row.new_person
    return Tag(_("已登记")) if known else Tag(_("新登记"))


def _person_url(row: OldSpell) -> str:
    return reverse("people:person", args=[row.person.psn_no]) if row.person else ""


class SpellList(_OfOne):
    """The rows of the file as they were read."""

    name = "transition-rows"
    title = _("文件里的行")
    noun = _("行")
    unit = _("行")
    default_sort = "row"
    empty_text = _("没有能读的行。请看不能并的行。")
    columns = (
        Column(name="row", label=_("行"), kind="count", sort="row"),
        Column(name="scheme", label=_("旧险种"), value="scheme.name", sort="scheme__code", phone=3),
        Column(
            name="target",
            label=_("并入"),
            value=lambda row: row.scheme.get_target_display(),
            shown=False,
        ),
        Column(name="old_no", label=_("旧人员编号"), kind="code"),
        Column(name="name", label=_("姓名"), sort="name", phone=1),
        Column(name="id_no", label=_("证件号码"), kind="masked"),
        Column(name="start", label=_("从"), kind="day", sort="start"),
        Column(name="end", label=_("到（不含）"), kind="day"),
        Column(name="year", label=_("年度"), value=lambda row: str(row.year), shown=False),
        Column(name="bills", label=_("结算笔数"), kind="count", total="bills", shown=False),
        Column(name="total", label=_("总费用"), kind="money", total="total", shown=False),
        Column(name="base", label=_("累计基数"), kind="money", sort="base", total="base"),
        Column(name="paid", label=_("累计支付"), kind="money", sort="paid", total="paid", phone=2),
        Column(name="meant", label=_("是谁"), kind="tag", value=_meant, link=_person_url),
        Column(
            name="why",
            label=_("不带入"),
            kind="tag",
            value=lambda row: Tag(_WHY[row.why], "doubt") if row.why else "",
            phone=4,
        ),
    )
    fields = (
        TextQuery(
            name="person", label=_("人员"), filter=_by_row_person,
            placeholder=_("姓名、身份证号、旧编号"),
        ),
        TextQuery(name="code", label=_("险种代码"), lookup="scheme__code"),
        ChoiceQuery(
            name="target",
            label=_("并入"),
            lookup="scheme__target",
            choices=[("resident", _("城乡居民")), ("employee", _("城镇职工")),
                     ("history", _("只留历史"))],
        ),
        ChoiceQuery(name="why", label=_("不带入"), lookup="why", choices=list(_WHY.items())),
    )  # fmt: skip
    views = (
        View(name="all", label=_("全部"), params={}),
        View(name="history", label=_WHY["history"], params={"why": "history"}),
        View(name="earlier", label=_WHY["earlier"], params={"why": "earlier"}),
    )

    def queryset(self, user: Any) -> QuerySet[OldSpell]:
        return access.spells_of(user, self.kwargs["pk"])


class ProblemList(_OfOne):
    """The rows that cannot be taken, each with its reason and remedy."""

    name = "transition-problems"
    title = _("不能并的行")
    noun = _("行")
    unit = _("处")
    default_sort = "row"
    empty_text = _("每一行都能并。")
    columns = (
        Column(name="sheet", label=_("工作表"), kind="tag", phone=3),
        Column(name="row", label=_("行"), kind="count", sort="row", phone=2, told=True),
        Column(name="column", label=_("列"), sort="column", phone=4),
        Column(name="value", label=_("内容"), value="shown"),
        Column(name="reason", label=_("原因和办法"), phone=1, whole=True),
    )
    fields = (TextQuery(name="column", label=_("列"), lookup="column"),)

    def queryset(self, user: Any) -> QuerySet[Problem]:
        return access.problems_of(user, self.kwargs["pk"])
