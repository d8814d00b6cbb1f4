"""What is not as it should be, each with the place of its remedy. None is shown without a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan_grouped
from tongchou.exchange import access, monitor
from tongchou.insight.replays.access import wrong_years
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement.queries import bills


@dataclass(frozen=True, slots=True)
class Alarm:
    title: str
    text: str
    at: datetime
    url: str
    link: str
    money: bool = False  # money lost: the only thing that is red here


def alarms_of(user: User) -> list[Alarm]:
    """Return the alarms whose remedy `user` may reach, money first, the newest first."""
    found = list(_alarms(user))
    return sorted(found, key=lambda a: (not a.money, -a.at.timestamp()))


def _alarms(user: User) -> Iterator[Alarm]:
    if user.may("reconcile.view"):
        yield from _unequal(user)
    if user.may("replay.view"):
        yield from _different(user)
    if user.may("gateway.view"):
        yield from _silent(user)
        yield from _unbalanced(user)
    if user.may("plans.view") and user.institution_code is None:
        yield from _assumed(user)


def _unequal(user: User) -> Iterator[Alarm]:
    since = monitor.midnight() - timedelta(days=31)
    rows = access.statements_of(user).filter(at__gte=since).select_related("institution")
    last: dict[tuple[int, str], bool] = {}
    for statement in rows.order_by("-at", "-pk"):
        key = (statement.institution_id, statement.kind)
        if key in last:
            continue  # only the last word of each institution counts
        last[key] = statement.equal
        if not statement.equal:
            difference = abs(statement.claimed_total - statement.our_total)
            yield Alarm(
                _("对账不符"),
                _("%(place)s与本地差 %(amount)s 元")
                % {
                    "place": statement.institution.name,
                    "amount": format_yuan_grouped(difference),
                },
                timezone.localtime(statement.at),
                reverse("gateway:statement", args=[statement.pk]),
                _("去核对"),
                money=True,
            )


def _different(user: User) -> Iterator[Alarm]:
    for replay in wrong_years(user):
        yield Alarm(
            _("重算与账不同"),
            _("%(year)s 年有 %(n)s 笔") % {"year": replay.year, "n": f"{replay.different:,}"},
            timezone.localtime(replay.started_at),
            reverse("replays:replay", args=[replay.pk]),
            _("看是哪几笔"),
            money=True,
        )


def _silent(user: User) -> Iterator[Alarm]:
    beats = monitor.heartbeats(access.messages_of(user), access.institutions_of(user))
    for beat in beats:
        if beat.late and beat.last is not None:
            minutes = int((clock.now() - beat.last).total_seconds()) // 60
            yield Alarm(
                _("%(place)s接口无报文") % {"place": beat.institution.name},
                _("已 %(minutes)s 分钟") % {"minutes": minutes},
                beat.last,
                reverse("gateway:monitor"),
                _("看接口"),
            )


def _unbalanced(user: User) -> Iterator[Alarm]:
    figures = monitor.figures(access.messages_of(user), access.institutions_of(user))
    if not figures.balanced:
        yield Alarm(
            _("应答与入账不符"),
            _("结算已答 %(answers)s，已入账 %(posted)s")
            % {"answers": figures.settled_answers, "posted": figures.settled_posted},
            clock.now(),
            reverse("gateway:monitor"),
            _("看接口"),
            money=True,
        )


def _assumed(user: User) -> Iterator[Alarm]:
    today = bills.today_figures(user.area_code, clock.today())
    if today.assumed:
        yield Alarm(
            _("待确认值今日被用到"),
            _("涉及 %(n)s 笔结算") % {"n": today.assumed},
            clock.now(),
            reverse("plans:list"),
            _("看条款"),
        )
