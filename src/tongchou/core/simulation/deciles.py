"""Tenths of the people by what their year cost: the first tenth costs least."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DECILES = tuple(f"{n:02d}" for n in range(1, 11))


def decile_of(totals: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return for each person-year, by its total cost in fen, the number of its tenth in DECILES.

    Years of the same cost are in the same tenth.
    """
    import numpy as np

    ordered = np.sort(totals)
    count = len(ordered)
    limits = [ordered[count * n // 10] for n in range(1, 10)] if count else []
    return np.searchsorted(np.array(limits, np.int64), totals, side="right").astype(np.int32)
