"""A year of claims as columns, and what they can be counted by.

Claims are clustered by person-year and in ledger order within one. What the plan needs to know of a
claim (`Kind`) and what it is counted by (`cell`: institution and month; `group`: town, age and cost
of the person) are numbers into small tables, so that a claim is a dozen bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tongchou.core.policy import IDENTITIES, TIERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Kind(NamedTuple):
    """What a plan is asked about a claim, the amount apart.

    `version` is the number of the policy's version in force when the claim was settled. Without
    `benefit` the claim was settled as wholly the person's: no plan has an answer for it. Without
    `one_stop` the window withheld 救助, which is due all the same.
    """

    version: int
    visit: str
    level: str
    out_of_area: bool
    status: str | None
    identities: tuple[str, ...]
    benefit: bool = True
    one_stop: bool = True


@dataclass(frozen=True, slots=True)
class Codes:
    """A small table: for each number the value of each dimension, as text."""

    names: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def column(self, name: str) -> list[str]:
        at = self.names.index(name)
        return [row[at] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Book:
    """The tables that a year's numbers lead to; the same for all parts of the year.

    `identities` is the plan's own order: of several, a claim counts by the first.
    """

    kinds: Sequence[Kind]
    cells: Codes
    groups: Codes
    identities: tuple[str, ...] = IDENTITIES


class Part(NamedTuple):
    """Whole person-years of one scheme. Lengths: claims n, persons p; `start` has p + 1.

    start    where each person-year's claims begin
    kind     number of the claim's kind
    in_scope fen
    cell     number of the claim's cell
    group    number of the person-year's group
    person   number of the person, to open examples
    opened   number of the person-year's row in `openings`, 0 where it begins at nothing
    openings what some years begin with (core.policy state, fen), a row each; row 0 is nothing
    """

    start: NDArray[np.int64]
    kind: NDArray[np.int16]
    in_scope: NDArray[np.int64]
    cell: NDArray[np.int32]
    group: NDArray[np.int32]
    person: NDArray[np.int64]
    opened: NDArray[np.int32] | None = None
    openings: NDArray[np.int64] | None = None

    @property
    def claims(self) -> int:
        return len(self.kind)

    @property
    def persons(self) -> int:
        return len(self.group)

    def beginnings(self, tiers: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return `opened`, and `openings` flat with two numbers for each of `tiers`."""
        import numpy as np

        if self.opened is None or self.openings is None:
            return np.zeros(self.persons, np.int32), np.zeros(2 * len(tiers), np.int64)
        at = [2 * TIERS.index(tier) + side for tier in tiers for side in (0, 1)]
        return self.opened, np.ascontiguousarray(self.openings[:, at]).reshape(-1)
