"""Replay out of the lake: every bill of the year recomputed, compared with what was posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tongchou.core.policy import TIERS
from tongchou.core.simulation import refolder
from tongchou.lake.manifest import File
from tongchou.lake.reading import Year, as_numpy, part_of, read_columns

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


def replay(
    year: Year, *, threads: int = 1, done: Callable[[int], None] = lambda _bills: None
) -> Replayed:
    """Fold the year again and compare to the fen, row by row. Raises LakeDamaged."""
    refold = refolder(year.book, year.versions)
    pairs = list(year.pairs())

    def of_pair(pair: tuple[File, File]) -> tuple[int, int, list[Difference]]:
        bills, years = pair
        part = part_of(year.root, bills, years)
        refolded = refold(part)
        posted = read_columns(year.root, bills, ("settlement", "person", "deductible", *TIERS))
        recomputed = np.zeros((part.claims, len(TIERS) + 1), np.int64)
        for at, tier in enumerate(refolded.tiers):
            recomputed[:, TIERS.index(tier)] = refolded.pays[:, at]
        recomputed[:, -1] = refolded.deductible
        ledger = np.stack([as_numpy(posted, name) for name in (*TIERS, "deductible")], axis=1)
        wrong = np.flatnonzero((ledger != recomputed).any(axis=1))
        named = [
            Difference(
                int(as_numpy(posted, "settlement")[row]),
                int(as_numpy(posted, "person")[row]),
                tuple(ledger[row].tolist()),
                tuple(recomputed[row].tolist()),
            )
            for row in wrong[:MOST_NAMED].tolist()
        ]
        return part.claims, len(wrong), named

    found = []
    with ThreadPoolExecutor(threads) as pool:
        for claims, different, some in pool.map(of_pair, pairs):
            # Here and not in the pool: who hears it may hold a connection of this thread.
            done(claims)
            found.append((different, some))
    named = _first(one for _count, some in found for one in some)
    return Replayed(
        bills=sum(bills.rows for bills, _years in pairs),
        years=sum(years.rows for _bills, years in pairs),
        different=sum(count for count, _some in found),
        differences=named,
    )


def replay_year(
    year: Year,
    *,
    engine: str,
    threads: int,
    done: Callable[[int], None] = lambda _bills: None,
) -> Replayed:
    """Replay by the engine named. Raises LakeDamaged."""
    assert engine == "local"
    return replay(year, threads=threads, done=done)


def _first(differences: Iterator[Difference]) -> tuple[Difference, ...]:
    return tuple(sorted(differences)[:MOST_NAMED])
