"""Replay: fold every person-year again and compare with the ledger to the fen (P12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.refold import refold, standing_of


@dataclass(frozen=True, slots=True)
class Difference:
    """A bill whose recomputation is not what the ledger holds, or a year whose state is not."""

    person_year_id: int
    settlement_id: int | None
    what: str
    posted: tuple[int, ...]
    recomputed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    bills: int
    years: int
    differences: list[Difference]


def replay(area: str, year: int) -> Replay:
    """Fold the year of everyone in `area` from the stored inputs under the stored plans."""
    rows = (
        Settlement.objects.filter(area=area, person_year__year=year)
        .order_by("person_year_id", "ordinal")
        .iterator(chunk_size=5000)
    )
    years_by_key = {one.pk: one for one in PersonYear.objects.filter(year=year)}
    bills = years = 0
    differences: list[Difference] = []
    for year_id, of_year in groupby(rows, key=lambda row: row.person_year_id):
        standing, corrections = standing_of(of_year)
        differences += _compare(years_by_key[year_id], standing, corrections)
        bills += len(standing)
        years += 1
    differences += _unopened(area, year)
    return Replay(bills, years, differences)


def _compare(
    year: PersonYear, standing: list[Settlement], corrections: dict[int, list[Settlement]]
) -> Iterator[Difference]:
    folded, state = refold(standing, corrections, year.begins)
    for one in folded:
        if any(one.difference):
            yield Difference(year.pk, one.bill.pk, "pays", one.posted, one.outcome.pays)
    if year.state and tuple(year.state) != state:
        yield Difference(year.pk, None, "state", tuple(year.state), state)


def _unopened(area: str, year: int) -> Iterator[Difference]:
    """Yield the years without any bill whose state is not the one they begin with."""
    opened = PersonYear.objects.filter(person__area=area, year=year, settlements=None)
    for one in opened.exclude(opening=[]):
        if tuple(one.state) != one.begins:
            yield Difference(one.pk, None, "state", tuple(one.state), one.begins)
