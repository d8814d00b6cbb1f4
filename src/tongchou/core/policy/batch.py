"""Columns of claims: the window's own step, compiled by numba where it is installed.

Claims must be clustered by person, each person's in ledger order. Needs numpy; numba makes it a
thousand times faster (the extra `fast`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

from tongchou.core.policy import step as window_step
from tongchou.core.policy.plan import Plan
from tongchou.core.policy.values import Claim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class ClaimColumns(NamedTuple):
    """One year of claims. `person`: equal numbers stand together; `row`: `rows_of`; fen."""

    person: NDArray[np.int32]
    row: NDArray[np.int16]
    in_scope: Ints


class PayColumns(NamedTuple):
    """What each tier of the plan pays for each claim, in fen: shape (claims, tiers of the plan)."""

    tiers: tuple[str, ...]
    pays: Ints


def rows_of(plan: Plan, claims: Sequence[Claim]) -> NDArray[np.int16]:
    """Return the number of the plan's row for each claim. Raises ClaimRefused."""
    import numpy as np

    numbers = {id(row): n for n, row in enumerate(plan.rows.values())}
    return np.fromiter((numbers[id(plan.row_for(c))] for c in claims), np.int16, len(claims))


def row_number(plan: Plan, claim: Claim) -> int:
    """Return the number of the row that answers `claim`. Raises ClaimRefused."""
    return next(n for n, row in enumerate(plan.rows.values()) if row is plan.row_for(claim))


def settle_many(plan: Plan, claims: ClaimColumns, *, threads: int = 1) -> PayColumns:
    """Fold every person's year and return what each tier pays."""
    import numpy as np

    count, tiers = len(claims.person), len(plan.tiers)
    pays = np.empty(count * tiers, np.int64)
    table = _table(plan)
    cuts = _cuts(claims.person, threads)
    fold = _fold()

    def run(part: tuple[int, int]) -> None:
        state = np.zeros(2 * tiers, np.int64)
        fold(*table, tiers, plan.width, *claims, state, pays, *part)

    parts = list(pairwise(cuts))
    if len(parts) == 1:
        run(parts[0])
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(run, parts))
    return PayColumns(plan.tiers, pays.reshape(count, tiers))


def _table(plan: Plan) -> tuple[Ints, ...]:
    import numpy as np

    rows = list(plan.rows.values())
    names = ("modes", "deductibles", "caps", "counts", "froms", "rates")
    return tuple(
        np.array([x for row in rows for x in getattr(row, name)], np.int64) for name in names
    )


def _cuts(person: NDArray[np.int32], threads: int) -> list[int]:
    """Return where to cut the claims for `threads`, never inside a person."""
    cuts = [0]
    for k in range(1, threads):
        at = len(person) * k // threads
        while 0 < at < len(person) and person[at] == person[at - 1]:
            at += 1
        if cuts[-1] < at < len(person):
            cuts.append(at)
    return [*cuts, len(person)]


@lru_cache(maxsize=1)
def _fold() -> Callable[..., None]:
    """Return the fold over columns: compiled, or the same source interpreted."""
    try:
        import numba
    except ImportError:
        return _make_fold(window_step.step)
    # The step calls the entitlement by its global name: both are compiled from the same source.
    names = {**vars(window_step), "entitlement": numba.njit(window_step.entitlement)}
    same = FunctionType(window_step.step.__code__, names, "step")
    return numba.njit(nogil=True)(_make_fold(numba.njit(same)))  # type: ignore[no-any-return]


def _make_fold(step: Callable[..., int]) -> Callable[..., None]:
    def fold(  # type: ignore[no-untyped-def]  # noqa: PLR0917
        modes, deductibles, caps, counts, froms, rates, tiers, width,
        person, row, in_scope, state, pays, begin, end,
    ) -> None:  # fmt: skip
        last = -1
        for i in range(begin, end):
            if person[i] != last:
                last = person[i]
                for k in range(2 * tiers):
                    state[k] = 0
            step(modes, deductibles, caps, counts, froms, rates, row[i], tiers, width,
                 in_scope[i], state, pays, i * tiers)  # fmt: skip

    return fold
