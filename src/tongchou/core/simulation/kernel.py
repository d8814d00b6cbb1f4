"""Folding a year under several policies at once, counted as it is folded.

The settlement step is the window's own (`core.policy.step`). Nothing is kept of a claim but its
share in the sums: a city's year under fifty reforms would be eight gigabytes of answers.
"""

from collections.abc import Callable, MutableSequence, Sequence
from functools import lru_cache
from typing import Any

from tongchou.core.policy.step import kernel

# Person-years looked at together: their claims stay in the processor's cache while the policies
# take turns, and a policy's sums while its claims are read.
BLOCK = 4096

Ints = Sequence[int]
Room = MutableSequence[int]
Compiler = Callable[[Callable[..., Any]], Callable[..., Any]]
# Counts of person-years by group, and of claims by cell, in the order of the arrays' last axis.
PERSONS = ("better", "worse", "gained", "lost")
BILLS = ("more", "less")


def _interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


@lru_cache(maxsize=64)
def comparer(tiers: int, width: int, compiled: Compiler = _interpreted) -> Callable[..., Any]:
    """Return the function that folds person-years `begin` to `end` of a part.

    compare(*Table, kind_rows, policies, kinds, cells, groups,
            start, kind, in_scope, cell, group, opened, openings,
            state, pays, base_year, base_claim,
            by_kind, by_cell, by_group, bills, persons, change, taken_by_kind, begin, end)

    Table: the rows of all policies, as `core.policy.step`; kind_rows[policy, kind]: the row that
    answers, 0 for a kind without benefit. `opened` and `openings` are those of `Part.beginnings`.
    Policy 0 is what the others are compared with. Sums are fen, [policy, number, tier];
    change[policy, person-year]: what the funds pay more, in fen.
    """
    step = kernel(tiers, width, compiled).step

    @compiled
    def compare(
        modes: Ints, deductibles: Ints, caps: Ints, froms: Ints, rises: Ints,
        kind_rows: Ints, policies: int, kinds: int, cells: int, groups: int,
        start: Ints, kind: Ints, in_scope: Ints, cell: Ints, group: Ints,
        opened: Ints, openings: Ints,
        state: Room, pays: Room, base_year: Room, base_claim: Room,
        by_kind: Room, by_cell: Room, by_group: Room, bills: Room, persons: Room, change: Room,
        taken_by_kind: Room, begin: int, end: int,
    ) -> None:  # fmt: skip
        years = len(group)
        block = begin
        while block < end:
            last = min(block + BLOCK, end)
            first_claim = start[block]
            for policy in range(policies):
                for year in range(block, last):
                    keep = 1 if opened[year] > 0 else 0
                    if keep == 1:
                        for at in range(2 * tiers):
                            state[at] = openings[opened[year] * 2 * tiers + at]
                    paid_in_year = 0
                    to_group = (policy * groups + group[year]) * tiers
                    for claim in range(start[year], start[year + 1]):
                        k = kind[claim]
                        row = kind_rows[policy * kinds + k]
                        if row == 0:
                            # Without benefit under any policy: nothing is paid, no state moves.
                            continue
                        taken = step(
                            modes, deductibles, caps, froms, rises,
                            row, in_scope[claim], keep, state, pays, 0,
                        )  # fmt: skip
                        keep = 1
                        to_kind = (policy * kinds + k) * tiers
                        to_cell = (policy * cells + cell[claim]) * tiers
                        taken_by_kind[policy * kinds + k] += taken
                        paid = 0
                        for tier in range(tiers):
                            pay = pays[tier]
                            paid += pay
                            by_kind[to_kind + tier] += pay
                            by_cell[to_cell + tier] += pay
                            by_group[to_group + tier] += pay
                        paid_in_year += paid
                        if policy == 0:
                            base_claim[claim - first_claim] = paid
                        else:
                            before = base_claim[claim - first_claim]
                            at = (policy * cells + cell[claim]) * 2
                            bills[at] += 1 if paid > before else 0
                            bills[at + 1] += 1 if paid < before else 0
                    if policy == 0:
                        base_year[year - block] = paid_in_year
                    else:
                        moved = paid_in_year - base_year[year - block]
                        change[policy * years + year] = moved
                        at = (policy * groups + group[year]) * 4
                        if moved > 0:
                            persons[at] += 1
                            persons[at + 2] += moved
                        elif moved < 0:
                            persons[at + 1] += 1
                            persons[at + 3] -= moved
            block = last

    return compare


@lru_cache(maxsize=64)
def refolding(tiers: int, width: int, compiled: Compiler = _interpreted) -> Callable[..., Any]:
    """Return the function that folds the person-years of a part under one policy.

    refold(*Table, start, row, in_scope, opened, openings, state, pays, taken): pays and taken by
    claim, as `core.policy.step` gives them; it returns how many claims it folded.
    """
    step = kernel(tiers, width, compiled).step

    @compiled
    def refold(
        modes: Ints, deductibles: Ints, caps: Ints, froms: Ints, rises: Ints,
        start: Ints, row: Ints, in_scope: Ints, opened: Ints, openings: Ints,
        state: Room, pays: Room, taken: Room,
    ) -> int:  # fmt: skip
        for year in range(len(start) - 1):
            keep = 1 if opened[year] > 0 else 0
            if keep == 1:
                for at in range(2 * tiers):
                    state[at] = openings[opened[year] * 2 * tiers + at]
            for claim in range(start[year], start[year + 1]):
                if row[claim] < 0 or in_scope[claim] < 0:
                    return claim
                taken[claim] = step(
                    modes, deductibles, caps, froms, rises,
                    row[claim], in_scope[claim], keep, state, pays, claim * tiers,
                )  # fmt: skip
                keep = 1
        return start[len(start) - 1]

    return refold
