"""The settlement step: one source for the window and for columns of claims.

Plain integers, indexing and loops only, so that the interpreter runs it as it stands (on tuples
and lists) and numba compiles the very same function (on arrays). Fen and ten-thousandths.

A row of a plan holds, for each of its tiers, a mode, a deductible, a cap and up to `width` bands:

PER_CLAIM  pays its rate of what the deductible leaves of the claim, within the year's cap
OVERFLOW   pays what the cap of the tier before it cut off, within its own cap
YEAR       pays E(after) - E(before) on what the person bears in the year, never less than 0
"""

from collections.abc import MutableSequence, Sequence

ABSENT, PER_CLAIM, OVERFLOW, YEAR, YEAR_WITHOUT_DEDUCTIBLE = 0, 1, 2, 3, 4
NO_CAP = 1 << 60


def entitlement(
    base: int, start: int, count: int, froms: Sequence[int], rates: Sequence[int], cap: int
) -> int:
    """E(base): each band's rate on the part of `base` in it, rounded half up once, capped."""
    total = 0
    for band in range(start, start + count):
        if base <= froms[band]:
            break
        top = base
        if band + 1 < start + count and froms[band + 1] < base:
            top = froms[band + 1]
        total += (top - froms[band]) * rates[band]
    rounded = (total + 5000) // 10000
    return rounded if rounded < cap else cap


def step(
    modes: Sequence[int],
    deductibles: Sequence[int],
    caps: Sequence[int],
    counts: Sequence[int],
    froms: Sequence[int],
    rates: Sequence[int],
    row: int,
    tiers: int,
    width: int,
    in_scope: int,
    state: MutableSequence[int],
    pays: MutableSequence[int],
    at: int,
) -> int:
    """Settle one claim: write pays[at:at + tiers], move `state`, return the deductible taken.

    `state` holds (base so far, paid so far) for each tier of the plan, in order.
    """
    left = in_scope
    cut = 0
    taken = 0
    for tier in range(tiers):
        cell = row * tiers + tier
        mode = modes[cell]
        pay = 0
        if mode == 1:
            taken = deductibles[cell] if deductibles[cell] < in_scope else in_scope
            base = in_scope - taken
            due = (base * rates[cell * width] + 5000) // 10000
            room = caps[cell] - state[2 * tier + 1]
            room = max(room, 0)
            pay = due if due < room else room
            cut = due - pay
            state[2 * tier] += base
        elif mode == 2:
            room = caps[cell] - state[2 * tier + 1]
            room = max(room, 0)
            pay = cut if cut < room else room
            state[2 * tier] += cut
        elif mode >= 3:
            before = state[2 * tier]
            bears = left - taken if mode == 4 else left
            # An earlier tier may have paid part of the deductible that this one leaves out.
            after = before + max(bears, 0)
            first = cell * width
            pay = entitlement(after, first, counts[cell], froms, rates, caps[cell])
            pay -= entitlement(before, first, counts[cell], froms, rates, caps[cell])
            state[2 * tier] = after
        left -= pay
        state[2 * tier + 1] += pay
        pays[at + tier] = pay
    return taken


def fold(
    modes: Sequence[int],
    deductibles: Sequence[int],
    caps: Sequence[int],
    counts: Sequence[int],
    froms: Sequence[int],
    rates: Sequence[int],
    row_of: Sequence[int],
    tiers: int,
    width: int,
    person: Sequence[int],
    kind: Sequence[int],
    in_scope: Sequence[int],
    start: int,
    stop: int,
    state: MutableSequence[int],
    pays: MutableSequence[int],
    deducted: MutableSequence[int],
) -> int:
    """Settle claims start..stop, those of one person-year next to each other and in order.

    `row_of` gives the row of a kind of claim, -1 where the plan has none. Returns `stop`, or the
    first claim that the plan has no row for.
    """
    for i in range(start, stop):
        if i == start or person[i] != person[i - 1]:
            for k in range(2 * tiers):
                state[k] = 0
        row = row_of[kind[i]]
        if row < 0:
            return i
        deducted[i] = step(
            modes, deductibles, caps, counts, froms, rates, row, tiers, width, in_scope[i],
            state, pays, i * tiers,
        )  # fmt: skip
    return stop
