"""Reads of cases. None checks a user's right."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from tongchou.platform import clock
from tongchou.platform.casework.machine import Level
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.registry import machines
from tongchou.platform.workdays.queries import calendar_of


@dataclass(slots=True)
class Counts:
    """Cases by place and by source; one that rests on two sources counts in both."""

    whole: int = 0
    by_place: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)

    def add(self, place: str, sources: Sequence[str]) -> None:
        self.whole += 1
        self.by_place[place] += 1
        self.by_source.update(sources or [""])


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


def by_code_and_source(
    cases: QuerySet[Case], on: date
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return (cases, of them late) by (code, source); one on two sources counts in both."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for code, sources, due in cases.values_list("code", "sources", "due_on"):
        overdue = due is not None and due < on
        for source in sources or [""]:
            n, late = found.get((code, source), (0, 0))
            found[code, source] = (n + 1, late + overdue)
    return found


def come_back(area: str, kind: str, *, days: int, today: date) -> QuerySet[Case]:
    """Return what was closed at least `days` ago and is open again (回头看)."""
    before = today - timedelta(days=days)
    return open_cases(area, kind).filter(round__gt=1, pk__in=_closed_by(before))


def _closed_by(day: date) -> QuerySet[Any, Any]:
    return Step.objects.filter(verb="closed", at__date__lte=day).values("case")


def closed_before(area: str, kind: str, day: date) -> QuerySet[Case]:
    """Return what a look has closed on `day` or before, whatever has become of it."""
    return Case.objects.filter(area=area, kind=kind, pk__in=_closed_by(day))


def gone_up(area: str, kind: str) -> Mapping[int, Counts]:
    """Return, of each level, how many cases have gone up to it at least, by place and source."""
    found = {days: Counts() for days in machines()[kind].escalates}
    rows = open_cases(area, kind).filter(level__gt=0).values_list("level", "place", "sources")
    for level, place, sources in rows:
        for days, counts in found.items():
            if days <= level:
                counts.add(place, sources)
    return found


def would_move(area: str, kind: str) -> list[tuple[Case, date]]:
    """Return the open cases whose limit would be another by the calendar of now, with it."""
    calendar = calendar_of(area)
    running = open_cases(area, kind).filter(clock_from__isnull=False, days__gt=0)
    due = ((c, calendar.add(clock.local(_from(c)).date(), c.days)) for c in running.order_by("pk"))
    return [(case, day) for case, day in due if day != case.due_on]


def _from(case: Case) -> datetime:
    assert case.clock_from is not None
    return case.clock_from


def escalated(case: Case, on: date) -> tuple[int, Level] | None:
    """Return how many working days a case is late and to whom it goes by now; None in time."""
    if case.due_on is None or case.due_on >= on:
        return None
    late = calendar_of(case.area).between(case.due_on, on)
    steps = [(days, to) for days, to in machines()[case.kind].escalates.items() if days <= late]
    return (late, max(steps, key=lambda step: step[0])[1]) if steps else None
