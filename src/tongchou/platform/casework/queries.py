"""Reads of cases. None checks a user's right."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise

from tongchou.platform.casework.days import working_days_between
from tongchou.platform.casework.models import Case
from tongchou.platform.casework.registry import machines


def open_cases(area: str, kind: str) -> QuerySet[Case]:
    """Return the cases on which somebody still has something to do or to see."""
    return Case.objects.filter(area=area, kind=kind).exclude(state__in=machines()[kind].over())


def late(cases: QuerySet[Case], on: date) -> QuerySet[Case]:
    return cases.filter(due_on__lt=on)


def by_code_and_place(cases: QuerySet[Case], on: date) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return (cases, of them late) by (code, place)."""
    rows = cases.values_list("code", "place").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on))
    )
    return {(code, place): (n, overdue) for code, place, n, overdue in rows}


def come_back(area: str, kind: str, *, days: int, today: date) -> QuerySet[Case]:
    """Return what was closed at least `days` ago and is open again (回头看)."""
    before = today - timedelta(days=days)
    return (
        open_cases(area, kind)
        .filter(round__gt=1, steps__verb="closed", steps__at__date__lte=before)
        .distinct()
    )


def escalated(case: Case, on: date) -> tuple[int, str | Promise] | None:
    """Return how many working days a case is late and to whom it goes by now; None in time."""
    if case.due_on is None or case.due_on >= on:
        return None
    late = working_days_between(case.due_on, on)
    steps = [(days, to) for days, to in machines()[case.kind].escalates.items() if days <= late]
    return (late, max(steps, key=lambda step: step[0])[1]) if steps else None
