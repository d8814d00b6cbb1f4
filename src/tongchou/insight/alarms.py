"""What is not as it should be, each with the place of its remedy. None is shown without a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan_grouped
from tongchou.exchange import access, measures, monitor, reconcile
from tongchou.insight.replays.access import wrong_years
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.access import jobs_of
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import kinds
from tongchou.settlement.queries import bills


@dataclass(frozen=True, slots=True)
class Alarm:
    title: str
    text: str
    at: datetime
    url: str
    link: str
    money: bool = False  # money lost: the only thing that is red here
    icon: str = "alert-circle"


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
    if user.may("lake.export"):
        yield from _unfinished(user)
    if user.may("plans.view") and user.institution_code is None:
        yield from _assumed(user)


def _unequal(user: User) -> Iterator[Alarm]:
    since = clock.midnight() - timedelta(days=31)
    rows = access.statements_of(user).filter(at__gte=since)
    for statement in reconcile.last_words(rows).values():
        if statement.equal:
            continue
        yield Alarm(
            _("对账不符"),
            _("%(place)s与本地差 %(amount)s 元。%(words)s")
            % {
                "place": statement.institution.name,
                "amount": format_yuan_grouped(abs(statement.total_difference)),
                "words": reconcile.words_of(statement) if statement.by_kind else "",
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
    beats = measures.heartbeats(access.messages_of(user), access.institutions_of(user))
    for beat in beats:
        if beat.late and beat.last is not None:
            minutes = int((clock.now() - beat.last).total_seconds()) // 60
            yield Alarm(
                _("%(place)s接口无报文") % {"place": beat.institution.name},
                _("已 %(minutes)s 分钟") % {"minutes": minutes},
                beat.last,
                reverse("gateway:monitor"),
                _("看接口"),
                icon="plug-connected-x",
            )


def _unbalanced(user: User) -> Iterator[Alarm]:
    answers, posted, unmatched = monitor.balance(access.institutions_of(user))
    if unmatched:
        yield Alarm(
            _("应答与入账不符"),
            _("结算已答 %(answers)s，已入账 %(posted)s") % {"answers": answers, "posted": posted},
            clock.now(),
            reverse("gateway:monitor"),
            _("看接口"),
            money=True,
        )


def _unfinished(user: User) -> Iterator[Alarm]:
    since = clock.now() - timedelta(days=2)
    failed = jobs_of(user).filter(state=Job.State.FAILED, finished_at__gte=since)
    for job in failed.order_by("-finished_at")[:3]:
        assert job.finished_at is not None
        yield Alarm(
            _("后台作业没有做完"),
            str(kinds()[job.kind].title),
            timezone.localtime(job.finished_at),
            reverse("jobs:job", args=[job.pk]),
            _("看作业"),
        )


def _assumed(user: User) -> Iterator[Alarm]:
    day = clock.today()
    today = bills.today_figures(user.area_code, day)
    if today.assumed:
        asked = urlencode({"day_from": str(day), "day_to": str(day), "state": "assumed"})
        yield Alarm(
            _("待确认值今日被用到"),
            _("涉及 %(n)s 笔结算") % {"n": today.assumed},
            clock.now(),
            f"{reverse('bills:list')}?{asked}",
            _("看结算单"),
            icon="question-mark",
        )
