"""Columns of claims: the window's own step, compiled by numba where it is installed.

Claims must be clustered by person-year, each in ledger order. Needs numpy; numba makes it a
hundred times faster (both come with the extra `fast`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tongchou.core.policy.plan import Plan
from tongchou.core.policy.step import Compiler, kernel
from tongchou.core.policy.values import Claim, ClaimRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


_NO_ROW = "行号不是本方案的，请用 rows_of 取得"
_BELOW_0 = "政策范围内费用小于 0，请核对明细"


class ClaimColumns(NamedTuple):
    """Claims by column. `person`: one number >= 0 a person-year; `row`: from `rows_of`; fen."""

    person: NDArray[np.int32]
    row: NDArray[np.int16]
    in_scope: Ints


class PayColumns(NamedTuple):
    """What each tier of the plan pays for each claim, and the deductible it took, in fen."""

    tiers: tuple[str, ...]
    pays: Ints  # (claims, tiers)
    deductible: Ints

    def of(self, tier: str) -> Ints:
        """Return the column of one tier."""
        column: Ints = self.pays[:, self.tiers.index(tier)]
        return column


def rows_of(plan: Plan, claims: Sequence[Claim]) -> NDArray[np.int16]:
    """Return the number of the plan's row for each claim. Raises ClaimRefused."""
    import numpy as np

    numbers = {id(row): n for n, row in enumerate(plan.rows.values())}
    return np.fromiter((numbers[id(plan.row_for(c))] for c in claims), np.int16, len(claims))


def row_number(plan: Plan, claim: Claim) -> int:
    """Return the number of the row that answers `claim`. Raises ClaimRefused."""
    row = plan.row_for(claim)
    return next(n for n, other in enumerate(plan.rows.values()) if other is row)


def settle_many(
    plan: Plan, claims: ClaimColumns, *, threads: int = 1, into: PayColumns | None = None
) -> PayColumns:
    """Fold every person's year and return what each tier pays.

    `into` is an earlier answer of the same shape to write over: pricing many plans on the same
    claims then asks the system for memory once. Raises ClaimRefused for a row that the plan has
    not, or an amount below 0; ValueError for another shape.
    """
    import numpy as np

    count, tiers = len(claims.person), len(plan.tiers)
    if count and claims.row.max() >= len(plan.rows):
        raise ClaimRefused("row", _NO_ROW)
    if into is None:
        into = PayColumns(plan.tiers, np.empty((count, tiers), np.int64), np.empty(count, np.int64))
    if into.tiers != plan.tiers or into.pays.shape != (count, tiers):
        raise ValueError("`into` has another shape than the answer")
    pays = into.pays.reshape(-1)
    table = _table(plan)
    fold = _fold(tiers, plan.width)

    def run(part: tuple[int, int]) -> None:
        begin, end = part
        state = np.zeros(2 * tiers, np.int64)
        done = begin + fold(*table, *claims, state, pays, into.deductible, begin, end)
        if done < end:
            negative = claims.row[done] < 0
            raise ClaimRefused(*(("row", _NO_ROW) if negative else ("in_scope", _BELOW_0)))

    parts = list(pairwise(_cuts(claims.person, threads)))
    if len(parts) == 1:
        run(parts[0])
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(run, parts))
    return into


def _table(plan: Plan) -> tuple[Ints, ...]:
    import numpy as np

    rows = list(plan.rows.values())
    names = ("modes", "deductibles", "caps", "froms", "rises")
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


def _fold(tiers: int, width: int) -> Callable[..., int]:
    """Return the fold over columns: compiled, or the same source interpreted."""
    return kernel(tiers, width, *compiler()).fold


@lru_cache(maxsize=1)
def compiler() -> tuple[Compiler, ...]:
    """Return numba's compiler where it is installed, as the last argument of a kernel's maker."""
    try:
        import numba
    except ImportError:
        return ()
    return (numba.njit(nogil=True, error_model="numpy"),)
