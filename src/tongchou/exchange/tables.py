"""The list of messages: what every figure of the monitor opens to."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tongchou.exchange import access
from tongchou.exchange.addresses import NAMES
from tongchou.exchange.measures import ACCEPTED
from tongchou.exchange.models import MessageLog
from tongchou.exchange.monitor import SLOW_MICROS, TURNED_AWAY, name_of
from tongchou.exchange.reasons import with_reason
from tongchou.platform import clock
from tongchou.platform.ui.lists import ChoiceQuery, Column, DayQuery, ListPage, Tag, TextQuery, View
from tongchou.providers import queries as providers
from tongchou.providers.models import Institution

Messages = QuerySet[MessageLog]
OUTCOMES = {
    "accepted": (_("成功与重发"), ACCEPTED),
    "turned_away": (_("拒绝与签名不符"), TURNED_AWAY),
    **{value: (label, (value,)) for value, label in MessageLog.Outcome.choices},
}
SLOW, QUICK = "slow", "quick"


def address_of_today(**asked: str) -> str:
    """Return the address of the day's messages, narrowed by `asked`."""
    day = clock.today().isoformat()
    query = urlencode({"day_from": day, "day_to": day, **asked})
    return f"{reverse('gateway:messages')}?{query}"


def message_url(message: MessageLog) -> str:
    return reverse("gateway:message", args=[message.pk])


def _today() -> str:
    return clock.today().isoformat()


def _by_outcome(rows: Messages, value: str) -> Messages:
    return rows.filter(outcome__in=OUTCOMES[value][1])


def _by_institution(rows: Messages, text: str) -> Messages:
    found = providers.matching(Institution.objects.all(), text)
    return rows.filter(institution_id__in=found.values("pk"))


def _by_time(rows: Messages, value: str) -> Messages:
    slow = {"micros__gt": SLOW_MICROS}
    return rows.filter(**slow) if value == SLOW else rows.exclude(**slow)


def _transactions() -> list[tuple[str, str]]:
    return [(infno, f"{infno} {name}") for infno, name in sorted(NAMES.items())]


def outcome_tag(message: MessageLog) -> Tag:
    return Tag(message.get_outcome_display())


class MessageList(ListPage):
    right = "gateway.view"
    name = "messages"
    title = _("报文")
    noun = _("报文")
    default_view, default_sort = "today", "-time"
    empty_text = _("医院系统指向接口地址后，它送来的每一笔报文都在这里。")
    columns = (
        Column(
            name="time",
            label=_("时间"),
            value=lambda m: f"{timezone.localtime(m.at):%m-%d %H:%M:%S}",
            sort="at",
            link=message_url,
            phone=3,
        ),
        Column(name="infno", label=_("交易"), sort="infno"),
        Column(name="name", label=_("名称"), value=lambda m: name_of(m.infno), phone=1),
        Column(name="place", label=_("机构"), value="place"),
        Column(name="msgid", label=_("报文号"), kind="code"),
        Column(
            name="took",
            label=_("毫秒"),
            kind="count",
            value=lambda m: m.micros // 1000,
            sort="micros",
        ),
        Column(name="amount", label=_("总费用"), kind="money", sort="amount", phone=2),
        Column(name="outcome", label=_("结果"), kind="tag", value=outcome_tag, phone=4),
        Column(name="reason", label=_("原因"), sort="reason"),
    )
    fields = (
        DayQuery(name="day", label=_("日期"), lookup="at", moment=True),
        ChoiceQuery(name="infno", label=_("交易"), lookup="infno", choices=_transactions),
        TextQuery(
            name="institution",
            label=_("机构"),
            filter=_by_institution,
            placeholder=_("全部机构，名称或编码"),
        ),
        ChoiceQuery(
            name="outcome",
            label=_("结果"),
            filter=_by_outcome,
            choices=[(value, label) for value, (label, _kinds) in OUTCOMES.items()],
        ),
        TextQuery(
            name="reason",
            label=_("原因"),
            filter=with_reason,
            placeholder=_("… 代表一个数字"),
            most=200,
        ),
        ChoiceQuery(
            name="speed",
            label=_("快慢"),
            filter=_by_time,
            choices=[(SLOW, _("慢于 800 毫秒")), (QUICK, _("800 毫秒以内"))],
            more=True,
        ),
        TextQuery(name="msgid", label=_("报文号"), lookup="msgid", more=True),
    )
    views = (
        View(name="today", label=_("今日全部"), params={"day_from": _today, "day_to": _today}),
        View(
            name="refused",
            label=_("今日拒绝"),
            params={"day_from": _today, "day_to": _today, "outcome": "turned_away"},
        ),
        View(
            name="failed",
            label=_("今日出错"),
            params={"day_from": _today, "day_to": _today, "outcome": "failed"},
        ),
    )

    def queryset(self, user: Any) -> Messages:
        place = Institution.objects.filter(pk=OuterRef("institution_id")).values("name")[:1]
        return access.messages_of(user).annotate(place=Subquery(place))
