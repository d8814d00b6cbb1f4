"""What each institution and each transaction did today: accepted, refused, how fast, when last."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tongchou.exchange.models import MessageLog
from tongchou.exchange.monitor import SETTLE, TURNED_AWAY, name_of, quantile
from tongchou.platform import clock
from tongchou.providers.models import Institution

LATE_AFTER = timedelta(minutes=5)  # ui: a heartbeat is late after five minutes
REMEMBERED = timedelta(days=7)  # a silence longer than this is no longer news
SAMPLE = 20_000  # times are of the latest so many messages of the day
_NOTHING = {"today": 0, "accepted": 0, "refused": 0, "failed": 0}
ACCEPTED = (MessageLog.Outcome.OK, MessageLog.Outcome.RESENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Counts of today; times in whole milliseconds, None where there was nothing to measure."""

    today: int
    accepted: int
    refused: int
    failed: int
    p50: int | None
    p95: int | None
    p99: int | None
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Measures):
    """Of one institution; its times are of settlements."""

    institution: Institution
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(Measures):
    infno: str
    name: str


def heartbeats(rows: QuerySet[MessageLog], institutions: QuerySet[Institution]) -> list[Heartbeat]:
    """Return each institution that has sent anything in a week: the late first, then by volume."""
    counted = _counted(rows.filter(at__gte=clock.midnight()), "institution_id")
    took = _took(rows.filter(infno__in=SETTLE), "institution_id")
    now = clock.now()
    # The newest of each is one step in an index; the greatest of a week's would read them all.
    newest = rows.filter(institution_id=OuterRef("pk")).order_by("-at").values("at")[:1]
    found = [
        Heartbeat(
            institution=institution,
            late=last < now - LATE_AFTER,
            **_measures(counted.get(institution.pk, _NOTHING), took[institution.pk], last),
        )
        for institution in institutions.annotate(last_message=Subquery(newest))
        if (last := institution.last_message) is not None and last >= now - REMEMBERED
    ]
    return sorted(found, key=lambda h: (not h.late, -h.today, h.institution.code))


def transactions(rows: QuerySet[MessageLog]) -> list[Transaction]:
    """Return each transaction that was called today, by its number."""
    counted = _counted(rows.filter(at__gte=clock.midnight()), "infno")
    took = _took(rows, "infno")
    return [
        Transaction(infno=infno, name=name_of(infno), **_measures(row, took[infno], row["last"]))
        for infno, row in sorted(counted.items())
    ]


def _counted(today: QuerySet[MessageLog], by: str) -> dict[Any, dict[str, Any]]:
    found = today.values(by).annotate(
        last=Max("at"),
        today=Count("pk"),
        accepted=Count("pk", filter=Q(outcome__in=ACCEPTED)),
        refused=Count("pk", filter=Q(outcome__in=TURNED_AWAY)),
        failed=Count("pk", filter=Q(outcome=MessageLog.Outcome.FAILED)),
    )
    return {row[by]: row for row in found.order_by(by)}


def _took(rows: QuerySet[MessageLog], by: str) -> dict[Any, list[int]]:
    """Return the times, in order, of the answers that were given, not of refusals."""
    today = rows.filter(at__gte=clock.midnight(), outcome=MessageLog.Outcome.OK)
    took: dict[Any, list[int]] = defaultdict(list)
    for key, micros in today.order_by("-at").values_list(by, "micros")[:SAMPLE]:
        took[key].append(micros)
    for times in took.values():
        times.sort()
    return took


def _measures(row: dict[str, Any], took: list[int], last: datetime) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _NOTHING},
        **{f"p{q}": quantile(took, q) for q in (50, 95, 99)},
        "last": timezone.localtime(last),
    }
