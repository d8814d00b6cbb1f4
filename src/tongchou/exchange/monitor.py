"""What the gateway has been doing: every figure is a count over the message log's rows."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from tongchou.exchange.addresses import NAMES
from tongchou.exchange.models import MessageLog
from tongchou.exchange.reasons import kind_of
from tongchou.platform import clock
from tongchou.providers.models import Institution
from tongchou.settlement.models import Answer, Settlement

SETTLE = ("2207", "2207A", "2304")
QUOTE = ("2206", "2206A", "2303")
TURNED_AWAY = (MessageLog.Outcome.REFUSED, MessageLog.Outcome.DENIED)
SLOW_MICROS = 800_000  # the target for p99
MINUTES = 60
ROWS = 14
PLACES = 9  # so many beside the charts; all of them in their own tab


@dataclass(frozen=True, slots=True)
class Figures:
    """Of today; times in milliseconds, None where there was nothing to measure."""

    last_minute: int
    received: int
    answered: int
    failed: int
    refused: int
    resent: int
    slow: int
    p50: int | None
    p99: int | None
    settled_answers: int
    settled_posted: int
    unmatched: int  # answers without their bill, and bills without their answer

    @property
    def balanced(self) -> bool:
        """Say whether every settled answer has its bill, and every bill its answer."""
        return self.unmatched == 0


def figures(rows: QuerySet[MessageLog], institutions: QuerySet[Institution]) -> Figures:
    """Return today's figures over `rows`, the messages that the reader may see."""
    today = rows.filter(at__gte=clock.midnight())
    outcome = MessageLog.Outcome
    counted = today.aggregate(
        received=Count("pk"),
        failed=Count("pk", filter=Q(outcome=outcome.FAILED)),
        refused=Count("pk", filter=Q(outcome__in=TURNED_AWAY)),
        resent=Count("pk", filter=Q(outcome=outcome.RESENT)),
        slow=Count("pk", filter=Q(micros__gt=SLOW_MICROS)),
        last=Count("pk", filter=Q(at__gte=clock.now() - timedelta(minutes=1))),
    )
    took = sorted(
        today.filter(infno__in=SETTLE, outcome=outcome.OK)
        .order_by("-at")
        .values_list("micros", flat=True)[:5000]
    )
    answers, posted, unmatched = balance(institutions)
    return Figures(
        last_minute=counted["last"],
        received=counted["received"],
        answered=counted["received"] - counted["failed"],
        failed=counted["failed"],
        refused=counted["refused"],
        resent=counted["resent"],
        slow=counted["slow"],
        p50=quantile(took, 50),
        p99=quantile(took, 99),
        settled_answers=answers,
        settled_posted=posted,
        unmatched=unmatched,
    )


def balance(institutions: QuerySet[Institution]) -> tuple[int, int, int]:
    """Return today's settled answers, posted bills, and how many of both have no counterpart."""
    ours = institutions.values("pk")
    answers = Answer.objects.filter(
        at__gte=clock.midnight(), infno__in=SETTLE, institution_id__in=ours
    )
    posted = Settlement.objects.filter(
        settled_at__gte=clock.midnight(), kind=Settlement.Kind.SETTLE, msgid__isnull=False,
        institution__in=ours,
    )  # fmt: skip
    return answers.count(), posted.count(), _unmatched(answers, posted)


def _unmatched(answers: QuerySet[Answer], posted: QuerySet[Settlement]) -> int:
    """Count by message, not by sum: one lost and one stray bill do not make each other good."""
    bill = Settlement.objects.filter(pk=OuterRef("settlement_id"), msgid=OuterRef("msgid"))
    answer = Answer.objects.filter(msgid=OuterRef("msgid"), settlement_id=OuterRef("pk"))
    return answers.exclude(Exists(bill)).count() + posted.exclude(Exists(answer)).count()


def quantile(ordered: Sequence[int], hundredth: int) -> int | None:
    """Return a quantile of ordered microseconds in whole milliseconds, at least 1."""
    if not ordered:
        return None
    at = min(len(ordered) - 1, len(ordered) * hundredth // 100)
    return max(1, round(ordered[at] / 1000))


def last_hour(rows: QuerySet[MessageLog]) -> dict[str, Any]:
    """Return counts and times by minute, for the two charts on one time axis."""
    now = clock.now().replace(second=0, microsecond=0)
    begin = now - timedelta(minutes=MINUTES - 1)
    counts: Counter[tuple[int, str]] = Counter()
    took: dict[int, list[int]] = defaultdict(list)
    found = rows.filter(at__gte=begin).values_list("at", "infno", "micros")
    for at, infno, micros in found:
        minute = int((at - begin).total_seconds()) // 60
        kind = "settle" if infno in SETTLE else "quote" if infno in QUOTE else "other"
        counts[minute, kind] += 1
        if kind == "settle":
            took[minute].append(micros)
    minutes = range(MINUTES)
    labels = [f"{begin + timedelta(minutes=m):%H:%M}" for m in minutes]
    kinds = {k: [counts[m, k] for m in minutes] for k in ("settle", "quote", "other")}
    times = {q: [quantile(sorted(took[m]), q) for m in minutes] for q in (50, 99)}
    return {"labels": labels, "kinds": kinds, "times": times}


def stream(rows: QuerySet[MessageLog], tab: str) -> QuerySet[MessageLog]:
    """Return the newest messages of a tab: all, resent or slow."""
    if tab == "resent":
        rows = rows.filter(outcome=MessageLog.Outcome.RESENT)
    if tab == "slow":
        rows = rows.filter(micros__gt=SLOW_MICROS)
    return rows.order_by("-at", "-pk")[:ROWS]


@dataclass(slots=True)
class Refused:
    """Today's refusals of one kind in one transaction."""

    reason: str
    infno: str
    n: int
    places: set[int | None]
    last: datetime


def refusals(rows: QuerySet[MessageLog]) -> list[Refused]:
    """Return today's kinds of reason for turning messages away, the most frequent first."""
    counted = (
        rows.filter(at__gte=clock.midnight(), outcome__in=TURNED_AWAY)
        .values_list("reason", "infno", "institution_id")
        .annotate(n=Count("pk"), last=Max("at"))
        .order_by("reason", "infno", "institution_id")
    )
    found: dict[tuple[str, str], Refused] = {}
    for reason, infno, place, n, last in counted:
        kind = kind_of(reason)
        one = found.setdefault((kind, infno), Refused(kind, infno, 0, set(), last))
        one.n += n
        one.places.add(place)
        one.last = max(one.last, last)
    return sorted(found.values(), key=lambda one: (-one.n, one.reason))


def name_of(infno: str) -> str:
    return str(NAMES.get(infno, ""))
