"""The lists of what towns apply for, and of who answers for each village."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.people.labels import IDENTITY_LABELS
from tongchou.platform import clock
from tongchou.platform.authority.gates import user_of
from tongchou.platform.ui.lists import ChoiceQuery, Column, ListPage, Tag, TextQuery, View
from tongchou.rosters import access, villages
from tongchou.rosters.applications import Application
from tongchou.rosters.responsible import Responsible

_OVER = (Application.State.RECOGNISED, Application.State.REFUSED)


def _state(application: Application) -> Tag:
    return Tag(application.get_state_display(), "plain" if application.state in _OVER else "accent")


class ApplicationList(ListPage):
    right = "rosters.cases"
    name = "applications"
    title = _("困难申请")
    noun = _("申请")
    unit = _("件")
    default_sort = "-submitted_on"
    template_name = "rosters/applications.html"
    empty_text = _("乡镇报送年度申请或动态新增以后，排在这里等审核。")
    columns = (
        Column(
            name="person",
            label=_("姓名"),
            value="person.name",
            link=lambda a: reverse("rosters:application", args=[a.pk]),
            phone=1,
        ),
        Column(name="town", label=_("镇街"), sort="town", phone=3),
        Column(
            name="kind", label=_("身份"), value=lambda a: str(IDENTITY_LABELS.get(a.kind, a.kind))
        ),
        Column(name="year", label=_("年度"), value=lambda a: str(a.year), sort="begins"),
        Column(name="path", label=_("途径"), value=lambda a: str(a.get_path_display()), phone=2),
        Column(name="submitted_on", label=_("报送"), kind="day", sort="submitted_on"),
        Column(name="effective", label=_("生效"), kind="day"),
        Column(name="state", label=_("状态"), kind="tag", value=_state, phone=4),
    )
    fields = (
        TextQuery(name="person", label=_("姓名"), lookup="person__name__startswith"),
        ChoiceQuery(
            name="state", label=_("状态"), lookup="state", choices=Application.State.choices
        ),
        ChoiceQuery(name="path", label=_("途径"), lookup="path", choices=Application.Path.choices),
        ChoiceQuery(
            name="kind", label=_("身份"), lookup="kind", choices=list(IDENTITY_LABELS.items())
        ),
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith"),
    )
    views = (
        View(name="waiting", label=_("待审核"), params={"state": Application.State.SUBMITTED}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Application]:
        return access.applications_for(user)

    def extra(self) -> dict[str, Any]:
        return {"may_apply": user_of(self.request).may("rosters.apply")}


def _now(rows: QuerySet[Responsible], value: str) -> QuerySet[Responsible]:
    today = clock.today()
    now = Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))
    return rows.filter(now) if value == "now" else rows.exclude(now)


class ResponsibleList(ListPage):
    right = "rosters.cases"
    name = "responsibles"
    title = _("帮扶责任人")
    noun = _("责任人")
    unit = _("人")
    default_sort = "town"
    default_view = "now"
    template_name = "rosters/responsibles.html"
    empty_text = _("请先登记，或把各村的责任人表一次导入。")
    columns = (
        Column(
            name="name",
            label=_("责任人"),
            value="name",
            link=lambda r: reverse("rosters:responsible", args=[r.pk]),
            phone=1,
        ),
        Column(name="town", label=_("镇街"), sort="town", phone=3),
        Column(name="village", label=_("村居"), sort="village", phone=2),
        Column(name="phone", label=_("电话"), kind="code", phone=4),
        Column(name="start", label=_("从"), kind="day", sort="start"),
        Column(name="end", label=_("到（不含）"), kind="day"),
    )
    fields = (
        TextQuery(name="town", label=_("镇街"), lookup="town__startswith"),
        TextQuery(name="village", label=_("村居"), lookup="village__startswith"),
        TextQuery(name="name", label=_("责任人"), lookup="name__startswith"),
        ChoiceQuery(
            name="when",
            label=_("在任"),
            filter=_now,
            choices=[("now", _("今天在任")), ("not", _("已卸任或未到任"))],
        ),
    )
    views = (
        View(name="now", label=_("今天在任"), params={"when": "now"}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Responsible]:
        return access.responsibles_for(user)

    def extra(self) -> dict[str, Any]:
        user = user_of(self.request)
        without = villages.without(user.area_code, clock.today(), user.town)
        return {
            "may_appoint": user.may("rosters.responsible"),
            "without": without,
            "without_people": sum(n for _town, _village, n in without),
        }
