"""Whose years may be owed something: bills whose identities are not those known now."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from tongchou.arrears.computing import owed
from tongchou.arrears.models import Arrear
from tongchou.people.models import Identity
from tongchou.settlement.models import PersonYear, Settlement

MOST = 200  # years looked through for one page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A year for which too little (more than zero) or too much was paid, fen."""

    year: PersonYear
    bills: int
    total: int


def candidates(area: str, year: int) -> Iterator[Candidate]:
    """Yield the years that owe something, of persons with a fact that became known late."""
    late = Identity.objects.filter(
        Q(known_on__gt=F("start")) | Q(end__lt=F("known_on")) | Q(struck_at__isnull=False),
        person__area=area,
    )
    open_ones = Arrear.objects.filter(area=area, state__in=("proposed", "reviewed"))
    rows = (
        PersonYear.objects.filter(year=year, person__in=late.values("person_id"))
        .filter(pk__in=Settlement.objects.filter(area=area).values("person_year_id"))
        .exclude(pk__in=open_ones.values("person_year_id"))
        .select_related("person")
        .order_by("pk")
    )
    for one in rows[:MOST]:
        lines = owed(one)
        if lines:
            yield Candidate(one, len(lines), sum(line.total for line in lines))


def waiting(area: str) -> QuerySet[Arrear]:
    """Return what has been proposed and waits for its next hand."""
    rows = Arrear.objects.filter(area=area, state__in=("proposed", "reviewed"))
    return rows.select_related("person_year__person").order_by("proposed_at")
