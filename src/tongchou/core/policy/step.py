"""The settlement step: one source for the window and for columns of claims.

Plain integers, indexing and loops only, so that the interpreter runs it as it stands (on tuples
and lists) and numba compiles the very same functions (on arrays). Fen and ten-thousandths.

A row of a plan holds, for each of its tiers, a mode, a deductible, a cap and `width` bands: where
a band begins, and how much its rate is above that of the band before it:

PER_CLAIM  pays its rate of what the deductible leaves of the claim, within the year's cap
OVERFLOW   pays what the cap of the tier before it cut off, within its own cap
YEAR       pays E(after) - E(before) on what the person bears in the year, never less than 0

Sums over all bands, without asking in which of them a claim falls, and states multiplied by 0 for
a new person keep the processor from guessing wrong: half of the time of a column went there.
"""

from collections.abc import Callable, MutableSequence, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

ABSENT, PER_CLAIM, OVERFLOW, YEAR, YEAR_WITHOUT_DEDUCTIBLE = 0, 1, 2, 3, 4
NO_CAP = 1 << 60

Ints = Sequence[int]
Room = MutableSequence[int]
Compiler = Callable[[Callable[..., Any]], Callable[..., Any]]


class Kernel(NamedTuple):
    """The functions for plans of one shape. `Table` below: modes, deductibles, caps, froms, rises.

    entitlement(base, first, froms, rises, cap): E(base) of the cell whose bands begin at `first`
    step(*Table, row, in_scope, keep, state, pays, at): settles a claim; returns its deductible
    fold(*Table, person, row, in_scope, state, pays, taken, begin, end): settles claims in order, on
        numpy arrays; returns how many: fewer than there are if a row or an amount is negative
    """

    entitlement: Callable[..., int]
    step: Callable[..., int]
    fold: Callable[..., int]


def _interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


@lru_cache(maxsize=64)
def kernel(tiers: int, width: int, compiled: Compiler = _interpreted) -> Kernel:
    """Return the functions for plans of `tiers` tiers with up to `width` bands.

    Both numbers are constants to a compiler, which unrolls the loops over them.
    """

    @compiled
    def entitlement(base: int, first: int, froms: Ints, rises: Ints, cap: int) -> int:
        # Each band's rate on the part of `base` in it, rounded half up once, capped.
        total = 5000
        for band in range(first, first + width):
            inside = base - froms[band]
            total += rises[band] * (inside if inside > 0 else 0)
        rounded = total // 10000
        return rounded if rounded < cap else cap

    @compiled
    def step(
        modes: Ints, deductibles: Ints, caps: Ints, froms: Ints, rises: Ints,
        row: int, in_scope: int, keep: int, state: Room, pays: Room, at: int,
    ) -> int:  # fmt: skip
        # `state` holds (base so far, paid so far) for each tier of the plan, in order; `keep` is 1
        # to go on with it, 0 to begin a year.
        left = in_scope
        cut = 0
        taken = 0
        for tier in range(tiers):
            cell = row * tiers + tier
            mode = modes[cell]
            pay = 0
            base = state[2 * tier] * keep
            paid = state[2 * tier + 1] * keep
            if mode == 1:
                taken = min(deductibles[cell], in_scope)
                due = ((in_scope - taken) * rises[cell * width] + 5000) // 10000
                pay = min(due, max(caps[cell] - paid, 0))
                cut = due - pay
                base += in_scope - taken
            elif mode == 2:
                pay = min(cut, max(caps[cell] - paid, 0))
                base += cut
            elif mode >= 3:
                before = base
                bears = left - taken if mode == 4 else left
                # An earlier tier may have paid part of the deductible that this one leaves out.
                base = before + max(bears, 0)
                pay = entitlement(base, cell * width, froms, rises, caps[cell])
                pay -= entitlement(before, cell * width, froms, rises, caps[cell])
            left -= pay
            state[2 * tier] = base
            state[2 * tier + 1] = paid + pay
            pays[at + tier] = pay
        return taken

    @compiled
    def fold(
        modes: Ints, deductibles: Ints, caps: Ints, froms: Ints, rises: Ints,
        person: Ints, row: Ints, in_scope: Ints, state: Room, pays: Room, taken: Room,
        begin: int, end: int,
    ) -> int:  # fmt: skip
        # Views that begin at 0, and a row known not to be negative, spare the compiled loop the
        # tests that indices counted from the end would need.
        count = end - begin
        person, row, in_scope = person[begin:end], row[begin:end], in_scope[begin:end]
        taken, pays = taken[begin:end], pays[begin * tiers : end * tiers]
        last = -1
        for i in range(count):
            cells = row[i]
            if cells < 0 or in_scope[i] < 0:
                return i
            keep = 1 if person[i] == last else 0
            last = person[i]
            taken[i] = step(
                modes, deductibles, caps, froms, rises,
                cells, in_scope[i], keep, state, pays, i * tiers,
            )  # fmt: skip
        return count

    return Kernel(entitlement, step, fold)
