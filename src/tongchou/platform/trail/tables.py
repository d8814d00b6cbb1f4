"""The list of acts."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform import clock
from tongchou.platform.trail import access
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.objects import KINDS, actor_label, object_label, object_url
from tongchou.platform.trail.registry import text_of, verbs
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, TextQuery, View


def _by_object(rows: QuerySet[Act], text: str) -> QuerySet[Act]:
    return rows.filter(object_id=text)


def _by_actor(rows: QuerySet[Act], text: str) -> QuerySet[Act]:
    return rows.filter(Q(actor=text) | Q(actor_name__contains=text))


def _act_url(act: Any) -> str:
    return reverse("trail:act", args=[act.pk])


class ActList(ListPage):
    right = "trail.view"
    name = "trail"
    title = _("操作留痕")
    noun = _("留痕")
    unit = _("条")
    template_name = "trail/list.html"
    default_view = "today"
    default_sort = "-at"
    columns = (
        Column(name="at", label=_("时间"), kind="time", sort="at", link=_act_url, phone=3),
        Column(name="actor", label=_("办理人"), value=actor_label, phone=4),
        Column(
            name="verb", label=_("事项"), value=lambda act: text_of(act.verb), sort="verb", phone=1
        ),
        Column(name="object", label=_("对象"), value=object_label, link=object_url),
        Column(
            name="place", label=_("链与序号"), kind="code", value=lambda a: f"{a.slice}-{a.seq}"
        ),
        Column(name="data", label=_("内容"), shown=False),
    )
    fields = (
        DayQuery(name="day", label=_("时间"), lookup="at", moment=True),
        TextQuery(name="actor", label=_("办理人"), filter=_by_actor, placeholder=_("姓名或登录名")),
        ChoiceQuery(
            name="verb",
            label=_("事项"),
            lookup="verb",
            choices=lambda: sorted(verbs().items()),
        ),
        ChoiceQuery(
            name="kind",
            label=_("对象类别"),
            lookup="object_type",
            choices=lambda: [(key, kind.label) for key, kind in KINDS.items()],
        ),
        TextQuery(
            name="object", label=_("对象编号"), filter=_by_object, placeholder=_("完整的编号")
        ),
    )
    views = (
        View(name="today", label=_("今天"), params={"day_from": lambda: clock.today().isoformat()}),
        View(name="seen", label=_("看过谁"), params={"verb": "people.person.seen"}),
        View(name="all", label=_("全部"), params={}),
    )

    def queryset(self, user: Any) -> QuerySet[Act]:
        return access.acts_for(user)

    def row_url(self, row: Any) -> str:
        return _act_url(row)
