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
    states = dict(PersonYear.objects.filter(year=year).values_list("pk", "state"))
    bills = years = 0
    differences: list[Difference] = []
    for year_id, of_year in groupby(rows, key=lambda row: row.person_year_id):
        standing, corrections = standing_of(of_year)
        differences += _compare(year_id, standing, corrections, states[year_id])
        bills += len(standing)
        years += 1
    return Replay(bills, years, differences)


def _compare(
    year_id: int,
    standing: list[Settlement],
    corrections: dict[int, list[Settlement]],
    stored: list[int],
) -> Iterator[Difference]:
    folded, state = refold(standing, corrections)
    for one in folded:
        if any(one.difference):
            yield Difference(year_id, one.bill.pk, "pays", one.posted, one.outcome.pays)
    if stored and tuple(stored) != state:
        yield Difference(year_id, None, "state", tuple(stored), state)
