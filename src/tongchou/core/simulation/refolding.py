"""A year folded again under the plans that its bills were settled under (P12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tongchou.core.policy import AID_TIERS
from tongchou.core.policy.batch import compiler
from tongchou.core.simulation.columns import Book, Part
from tongchou.core.simulation.kernel import refolding
from tongchou.core.simulation.tables import Policy, Tables, tables_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class Refolded(NamedTuple):
    """What the window pays of each tier for each claim of a part, and the deductible took, fen."""

    tiers: tuple[str, ...]
    pays: Ints  # claims, tiers
    deductible: Ints  # claims


def refolder(book: Book, versions: Policy) -> Callable[[Part], Refolded]:
    """Return the function that folds a part again. Raises ClaimRefused."""
    tables = tables_of([versions], book.kinds)
    fold = refolding(len(tables.tiers), tables.width, *compiler())
    window = [kind.one_stop for kind in book.kinds]
    return lambda part: _refold(fold, tables, part, window)


def _refold(
    fold: Callable[..., int], tables: Tables, part: Part, window: Sequence[bool]
) -> Refolded:
    import numpy as np

    claims, tiers = part.claims, len(tables.tiers)
    rows = np.array(tables.kind_rows, np.int16)[part.kind]
    columns: list[Any] = [np.array(column, np.int64) for column in tables.columns]
    pays, taken = np.zeros(claims * tiers, np.int64), np.zeros(claims, np.int64)
    state = np.zeros(2 * tiers, np.int64)
    beginnings = part.beginnings(tables.tiers)
    done = fold(*columns, part.start, rows, part.in_scope, *beginnings, state, pays, taken)
    assert done == claims, "a row or an amount below 0"
    found = pays.reshape(claims, tiers)
    if not all(window):
        withheld = ~np.array(window, np.bool_)[part.kind]
        for at, tier in enumerate(tables.tiers):
            if tier in AID_TIERS:
                found[withheld, at] = 0
    return Refolded(tables.tiers, found, taken)
