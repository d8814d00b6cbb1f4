"""What each institution and each transaction did today: accepted, refused, how fast, when last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from tongchou.exchange.models import MessageLog
from tongchou.exchange.monitor import SETTLE, TURNED_AWAY, name_of, quantile
from tongchou.platform import clock
from tongchou.providers.models import Institution

LATE_AFTER = timedelta(minutes=5)  # ui: a heartbeat is late after five minutes
REMEMBERED = timedelta(days=7)  # a silence longer than this is no longer news
SAMPLE = 20_000  # times are of the latest so many messages of the day
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


def heartbeats(rows: QuerySet[MessageLog], institutions: Iterable[Institution]) -> list[Heartbeat]:
    """Return each institution that has sent anything in a week: the late first, then by volume."""
    known = rows.filter(at__gte=clock.now() - REMEMBERED)
    counted = _counted(known, "institution_id")
    took = _took(rows.filter(infno__in=SETTLE), "institution_id")
    late_before = clock.now() - LATE_AFTER
    found = [
        Heartbeat(
            institution=institution,
            late=row["last"] < late_before,
            **_measures(row, took[institution.pk]),
        )
        for institution in institutions
        if (row := counted.get(institution.pk)) is not None
    ]
    return sorted(found, key=lambda h: (not h.late, -h.today, h.institution.code))


def transactions(rows: QuerySet[MessageLog]) -> list[Transaction]:
    """Return each transaction that was called today, by its number."""
    today = rows.filter(at__gte=clock.midnight())
    took = _took(rows, "infno")
    return [
        Transaction(infno=infno, name=name_of(infno), **_measures(row, took[infno]))
        for infno, row in sorted(_counted(today, "infno").items())
    ]


def _counted(rows: QuerySet[MessageLog], by: str) -> dict[Any, dict[str, Any]]:
    today = Q(at__gte=clock.midnight())
    found = rows.values(by).annotate(
        last=Max("at"),
        today=Count("pk", filter=today),
        accepted=Count("pk", filter=today & Q(outcome__in=ACCEPTED)),
        refused=Count("pk", filter=today & Q(outcome__in=TURNED_AWAY)),
        failed=Count("pk", filter=today & Q(outcome=MessageLog.Outcome.FAILED)),
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


def _measures(row: dict[str, Any], took: list[int]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("today", "accepted", "refused", "failed")},
        **{f"p{q}": quantile(took, q) for q in (50, 95, 99)},
        "last": timezone.localtime(row["last"]),
    }
