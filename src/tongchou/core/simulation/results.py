"""A comparison read out: totals by tier, and rows by each dimension, in fen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tongchou.core.money import format_yuan
from tongchou.core.policy import PLACES, STATUSES, VISITS
from tongchou.core.policy.values import OUT_OF_AREA
from tongchou.core.simulation.columns import Kind
from tongchou.core.simulation.comparing import Comparison

NO_IDENTITY = "none"
# Dimensions of a claim's kind, with the order in which their values are shown.
_OF_KIND: dict[str, tuple[Callable[[Kind], str], Sequence[str]]] = {
    "level": (lambda k: OUT_OF_AREA if k.out_of_area else k.level, PLACES),
    "visit": (lambda k: k.visit, VISITS),
    "status": (lambda k: k.status or "", ("", *STATUSES)),
}


class Row(NamedTuple):
    """The claims of one value of a dimension, before and after, fen by tier.

    A dimension of the person-year counts years and who gains or loses by the year; one of the claim
    counts claims and those of which the funds pay more or less.
    """

    value: str
    claims: int | None
    years: int | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    better: int
    worse: int
    gained: int | None
    lost: int | None

    @property
    def difference(self) -> int:
        return sum(self.after) - sum(self.before)


class Persons(NamedTuple):
    """Person-years by what the person pays: less, more, the same; fen gained and lost together."""

    better: int
    worse: int
    same: int
    gained: int
    lost: int


def dimensions(comparison: Comparison) -> tuple[str, ...]:
    """Return the dimensions by which the comparison can be read out."""
    book = comparison.book
    of_kind = [name for name, (read, _) in _OF_KIND.items() if len({*map(read, book.kinds)}) > 1]
    return ("identity", *of_kind, *book.cells.names, *book.groups.names)


def totals(comparison: Comparison, policy: int) -> tuple[int, ...]:
    """Return what each tier pays in the year under a policy, fen."""
    return tuple(comparison.sums.by_kind[policy].sum(axis=0).tolist())


def persons(comparison: Comparison, policy: int) -> Persons:
    better, worse, gained, lost = comparison.sums.persons[policy].sum(axis=0).tolist()
    return Persons(better, worse, comparison.years - better - worse, gained, lost)


def classes(comparison: Comparison, policy: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return how many person-years pay less, and more, up to each bound of CLASSES and above."""
    less, more = comparison.sums.classes[policy, :, 1:].tolist()
    return tuple(less), tuple(more)


def by(comparison: Comparison, dimension: str, policy: int) -> list[Row]:
    """Return the rows of a dimension. Raises KeyError when the comparison has it not."""
    book, sums = comparison.book, comparison.sums
    if dimension == "identity" or dimension in _OF_KIND:
        read, order = _of_kind(comparison, dimension)
        values = [read(kind) for kind in book.kinds]
        return _rows(values, sums.by_kind, policy, claims=sums.claims_of_kind, order=order)
    if dimension in book.cells.names:
        values = book.cells.column(dimension)
        return _rows(
            values, sums.by_cell, policy, claims=sums.claims_of_cell, counts=sums.bills[policy]
        )
    if dimension in book.groups.names:
        values = book.groups.column(dimension)
        return _rows(
            values, sums.by_group, policy, years=sums.years_of_group, counts=sums.persons[policy]
        )
    raise KeyError(dimension)


def _of_kind(comparison: Comparison, dimension: str) -> tuple[Callable[[Kind], str], Sequence[str]]:
    if dimension != "identity":
        return _OF_KIND[dimension]
    order = comparison.book.identities

    def first(kind: Kind) -> str:
        return next((one for one in order if one in kind.identities), NO_IDENTITY)

    return first, (NO_IDENTITY, *order)


def _rows(
    values: list[str],
    paid: Any,
    policy: int,
    *,
    claims: Any = None,
    years: Any = None,
    counts: Any = None,
    order: Sequence[str] = (),
) -> list[Row]:
    """Put together the numbers that have one value; a value without any claim is left out."""
    at: dict[str, list[int]] = {}
    for number, value in enumerate(values):
        at.setdefault(value, []).append(number)
    known = {value: place for place, value in enumerate(order)}
    found = []
    for value in sorted(at, key=lambda v: (known.get(v, len(known)), v)):
        where = at[value]
        many = int((claims if years is None else years)[where].sum())
        if not many:
            continue
        moved = (0, 0) if counts is None else counts[where].sum(axis=0).tolist()
        better, worse, *sums = moved
        before, after = (tuple(paid[n][where].sum(axis=0).tolist()) for n in (0, policy))
        gained, lost = sums or (None, None)
        of_claims, of_years = (many, None) if years is None else (None, many)
        found.append(Row(value, of_claims, of_years, before, after, better, worse, gained, lost))
    return found


def summary(
    comparison: Comparison, names: Sequence[str], *, plan: str, year: int
) -> dict[str, Any]:
    """Return the summary as files carry it (yuan with two places); a name for each reform."""
    reforms = []
    for policy, name in enumerate(names, 1):
        before, after = totals(comparison, 0), totals(comparison, policy)
        moved = persons(comparison, policy)
        reforms.append(
            {
                "name": name,
                "tiers": {
                    tier: _change(was, now)
                    for tier, was, now in zip(comparison.tiers, before, after, strict=True)
                },
                "fund_total": _change(sum(before), sum(after)),
                "persons": {
                    "better": moved.better,
                    "worse": moved.worse,
                    "same": moved.same,
                    "gained": format_yuan(moved.gained),
                    "lost": format_yuan(moved.lost),
                },
            }
        )
    return {
        "plan": plan,
        "year": year,
        "claims": comparison.claims,
        "persons": comparison.years,
        "reforms": reforms,
    }


def _change(before: int, after: int) -> dict[str, str]:
    return {
        "before": format_yuan(before),
        "after": format_yuan(after),
        "difference": format_yuan(after - before),
    }


def heading(comparison: Comparison, dimension: str) -> list[str]:
    """Return the column names of `table`."""
    of_years = dimension in comparison.book.groups.names
    counted = ["persons", "better", "worse", "gained", "lost"] if of_years else ["claims"]
    tiers = [
        f"{tier}_{when}" for tier in comparison.tiers for when in ("before", "after", "difference")
    ]
    funds = [f"fund_total_{when}" for when in ("before", "after", "difference")]
    return ["reform", dimension, *counted, *funds, *tiers]


def table(comparison: Comparison, dimension: str, names: Sequence[str]) -> Iterable[list[str]]:
    """Return the rows of a dimension for all reforms, as files carry them."""
    for policy, name in enumerate(names, 1):
        for row in by(comparison, dimension, policy):
            pairs = [(sum(row.before), sum(row.after)), *zip(row.before, row.after, strict=True)]
            amounts = [format_yuan(fen) for was, now in pairs for fen in (was, now, now - was)]
            yield [name, row.value, *_counted(row), *amounts]


def _counted(row: Row) -> list[str]:
    if row.years is None:
        return [str(row.claims)]
    assert row.gained is not None and row.lost is not None
    return [
        str(row.years), str(row.better), str(row.worse),
        format_yuan(row.gained), format_yuan(row.lost),
    ]  # fmt: skip
