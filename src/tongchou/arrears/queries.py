"""Whose years may be owed something: identities known late, or 救助 withheld at the window."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from tongchou.arrears.computing import owed
from tongchou.arrears.models import Arrear, ArrearLine, Batch
from tongchou.core.policy import AID_TIERS, paid_of_state
from tongchou.people.models import Identity, Person
from tongchou.settlement.models import PersonYear, Settlement

MOST = 200  # years looked through for one page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A year for which too little (more than zero) or too much was paid, fen."""

    year: PersonYear
    bills: int
    total: int


def candidates(area: str, year: int) -> Iterator[Candidate]:
    """Yield the years that owe something: a fact that became known late, or 救助 withheld."""
    late = Identity.objects.filter(
        Q(known_on__gt=F("start")) | Q(end__lt=F("known_on")) | Q(struck_at__isnull=False),
        person__area=area,
    )
    asked = Q(person__in=late.values("person_id"))
    asked |= Q(pk__in=withheld_years(area) | _moved_years(area))
    rows = (
        PersonYear.objects.filter(asked, year=year)
        .filter(pk__in=Settlement.objects.filter(area=area).values("person_year_id"))
        .exclude(pk__in=_open_years(area))
        .select_related("person")
        .order_by("pk")
    )
    for one in rows[:MOST]:
        lines = owed(one)
        if lines:
            yield Candidate(one, len(lines), sum(line.total for line in lines))


def withheld_years(area: str, before: datetime | None = None) -> set[int]:
    """Return the person-years with 救助 withheld at the window (before a moment), not yet paid.

    What a bill is due of 救助 is what its state moved by: no fold is needed to find them.
    """
    paid = ArrearLine.objects.filter(arrear__state=Arrear.State.RELEASED).values("settlement_id")
    bills = Settlement.objects.filter(area=area, one_stop=False, kind=Settlement.Kind.SETTLE)
    if before is not None:
        bills = bills.filter(settled_at__lt=before)
    rows = bills.exclude(pk__in=paid).exclude(corrections__kind=Settlement.Kind.REVERSAL)
    return {
        year
        for year, was, now in rows.values_list("person_year_id", "state_before", "state_after")
        if any(paid_of_state(was, now, tier) for tier in AID_TIERS)
    }


def _moved_years(area: str) -> set[int]:
    """Return the years whose bills were reversed since 救助 was withheld, or arrears were paid.

    What the others are due has moved, and what was paid for the reversed one is owed back.
    """
    reversed_ones = Settlement.objects.filter(area=area, kind=Settlement.Kind.REVERSAL)
    paid = Arrear.objects.filter(area=area, state=Arrear.State.RELEASED)
    withheld = Settlement.objects.filter(area=area, one_stop=False)
    rows = reversed_ones.filter(
        Q(person_year__in=paid.values("person_year_id"))
        | Q(person_year__in=withheld.values("person_year_id"))
    )
    return set(rows.values_list("person_year_id", flat=True))


def to_collect(area: str, before: datetime) -> list[PersonYear]:
    """Return the years that a batch takes up: withheld before the moment, none open."""
    rows = PersonYear.objects.filter(pk__in=withheld_years(area, before) | _moved_years(area))
    rows = rows.exclude(pk__in=_open_years(area))
    return list(rows.select_related("person").order_by("person__town", "pk"))


def _open_years(area: str) -> QuerySet[Arrear, Any]:
    rows = Arrear.objects.filter(area=area, state__in=("proposed", "reviewed"))
    return rows.values("person_year_id")


def open_batches(area: str) -> list[tuple[Batch, int, int]]:
    """Return the batches that wait for a hand: (batch, how many years, fen)."""
    rows = Batch.objects.filter(area=area, state__in=("proposed", "reviewed"))
    rows = rows.annotate(years=Count("arrears"), fen=Sum("arrears__total", default=0))
    return [(one, one.years, one.fen) for one in rows]


@dataclass(frozen=True, slots=True)
class PersonSum:
    """What a batch pays to one person, fen; his years together."""

    person: Person
    total: int


def by_town(batch: Batch) -> list[tuple[str, list[PersonSum], int]]:
    """Return (town, persons, sum): what of the batch stands, for its notice and its list."""
    rows = batch.arrears.exclude(state=Arrear.State.REFUSED).select_related("person_year__person")
    sums: dict[int, PersonSum] = {}
    for one in rows.order_by("person_year__person__town", "person_year__person__village", "pk"):
        person = one.person_year.person
        before = sums.get(person.pk)
        sums[person.pk] = PersonSum(person, one.total + (before.total if before else 0))
    towns: dict[str, list[PersonSum]] = {}
    for line in sums.values():
        towns.setdefault(line.person.town, []).append(line)
    return [(town, lines, sum(x.total for x in lines)) for town, lines in towns.items()]


def waiting(area: str) -> QuerySet[Arrear]:
    """Return what has been proposed by itself, not in a batch, and waits for its next hand."""
    rows = Arrear.objects.filter(area=area, state__in=("proposed", "reviewed"), batch=None)
    return rows.select_related("person_year__person").order_by("proposed_at")
