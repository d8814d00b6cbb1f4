"""Replay out of the lake: every bill of the year recomputed, compared with what was posted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tongchou.core.policy import TIERS
from tongchou.core.simulation import Part, Refolded, refolder
from tongchou.lake.reading import Pair, Year, as_numpy, part_of, read_columns
from tongchou.lake.schema import BILLS, YEARS

MOST_NAMED = 1000


class Difference(NamedTuple):
    """A bill whose recomputation is not what was posted; fen by TIERS, the deductible last."""

    settlement: int
    person: int
    posted: tuple[int, ...]
    recomputed: tuple[int, ...]


class Replayed(NamedTuple):
    """`differences` names the first MOST_NAMED of `different`."""

    bills: int
    years: int
    different: int
    differences: tuple[Difference, ...]


# How many bills of a part differ, and the first of them.
Found = tuple[int, list[Difference]]
Refold = Callable[[Part], Refolded]


def replay(
    year: Year, *, threads: int = 1, done: Callable[[int], None] = lambda _bills: None
) -> Replayed:
    """Fold the year again and compare to the fen, row by row. Raises LakeDamaged."""
    refold = refolded(year)

    def of_pair(pair: Pair) -> tuple[int, Found]:
        [one] = replay_pairs(year, refold, [pair])
        return pair[0].rows, one

    found = []
    with ThreadPoolExecutor(threads) as pool:
        for rows, one in pool.map(of_pair, year.pairs()):
            # Here and not in the pool: who hears it may hold a connection of this thread.
            done(rows)
            found.append(one)
    return gathered(year, found)


def refolded(year: Year) -> Refold:
    """Return the function that folds a part of the year again."""
    return refolder(year.book, year.versions)


def replay_pairs(year: Year, refold: Refold, pairs: Iterable[Pair]) -> Iterator[Found]:
    """Compare parts with what was posted, one after another. Raises LakeDamaged."""
    for bills, years in pairs:
        again = refold(part_of(year.root, bills, years))
        posted = read_columns(year.root, bills, ("settlement", "person", "deductible", *TIERS))
        yield _differing(posted, again)


def _differing(posted: pa.Table, again: Refolded) -> Found:
    recomputed = np.zeros((posted.num_rows, len(TIERS) + 1), np.int64)
    for at, tier in enumerate(again.tiers):
        recomputed[:, TIERS.index(tier)] = again.pays[:, at]
    recomputed[:, -1] = again.deductible
    ledger = np.stack([as_numpy(posted, name) for name in (*TIERS, "deductible")], axis=1)
    wrong = np.flatnonzero((ledger != recomputed).any(axis=1))
    named = wrong[:MOST_NAMED]
    rows = zip(
        as_numpy(posted, "settlement")[named].tolist(),
        as_numpy(posted, "person")[named].tolist(),
        map(tuple, ledger[named].tolist()),
        map(tuple, recomputed[named].tolist()),
        strict=True,
    )
    return len(wrong), [Difference(*row) for row in rows]


def gathered(year: Year, found: Sequence[Found]) -> Replayed:
    """Return what the parts of the year came to."""
    partition = year.partition
    named = sorted(one for _count, some in found for one in some)
    return Replayed(
        bills=partition.rows(BILLS.name),
        years=partition.rows(YEARS.name),
        different=sum(count for count, _some in found),
        differences=tuple(named[:MOST_NAMED]),
    )
