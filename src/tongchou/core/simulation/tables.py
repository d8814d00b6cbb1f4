"""The rows of several policies as one table of integers, and which of them answers each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tongchou.core.policy import TIERS, Claim, Plan
from tongchou.core.policy.plan import Cell, Row
from tongchou.core.policy.step import ABSENT, NO_CAP
from tongchou.core.simulation.columns import Kind


class Tables(NamedTuple):
    """Flat, as the kernel takes them: five columns, and kind_rows[policy, kind]."""

    tiers: tuple[str, ...]
    width: int
    columns: tuple[list[int], ...]
    kind_rows: list[int]


# A policy here is the versions of one scheme that were in force in the year, by Kind.version.
Policy = Sequence[Plan]


def tables_of(policies: Sequence[Policy], kinds: Sequence[Kind]) -> Tables:
    """Return the tables for folding `kinds` of claims under each policy.

    Versions may have different tiers: a tier that one lacks pays nothing there, and its state goes
    on. Raises ClaimRefused for a kind that a policy has no answer for.
    """
    plans = [plan for policy in policies for plan in policy]
    tiers = tuple(tier for tier in TIERS if any(tier in plan.tiers for plan in plans))
    width = max(plan.width for plan in plans)
    rows: list[tuple[Sequence[int], ...]] = [_nothing(len(tiers), width)]
    numbers: dict[tuple[str, int], int] = {}
    kind_rows = []
    for policy in policies:
        for kind in kinds:
            if not kind.benefit:
                kind_rows.append(0)
                continue
            plan = policy[kind.version]
            row = plan.row_for(claim_of(kind))
            key = (plan.plan_id, id(row))
            if key not in numbers:
                numbers[key] = len(rows)
                rows.append(_spread(row, tiers, width))
            kind_rows.append(numbers[key])
    columns = tuple([x for row in rows for x in row[at]] for at in range(5))
    return Tables(tiers, width, columns, kind_rows)


def claim_of(kind: Kind, in_scope: int = 0) -> Claim:
    """Return a claim of the kind, of an amount in fen that is wholly in scope."""
    return Claim(
        kind.visit,
        kind.level,
        kind.out_of_area,
        kind.status,
        kind.identities,
        in_scope,
        in_scope,
    )


def _nothing(tiers: int, width: int) -> tuple[Sequence[int], ...]:
    """The row of a claim without benefit: no tier pays, no state moves."""
    none = (0,) * tiers
    return (ABSENT,) * tiers, none, none, (NO_CAP,) * (tiers * width), (0,) * (tiers * width)


def _spread(row: Row, tiers: tuple[str, ...], width: int) -> tuple[Sequence[int], ...]:
    cells = {cell.tier.name: cell for cell in row.cells}
    absent = (ABSENT, 0, 0, (NO_CAP,) * width, (0,) * width)
    spread = [_cell(cells[tier], width) if tier in cells else absent for tier in tiers]
    return (
        [cell[0] for cell in spread],
        [cell[1] for cell in spread],
        [cell[2] for cell in spread],
        [x for cell in spread for x in cell[3]],
        [x for cell in spread for x in cell[4]],
    )


def _cell(cell: Cell, width: int) -> tuple[int, int, int, tuple[int, ...], tuple[int, ...]]:
    missing = width - len(cell.rates)
    froms, rises = (*cell.froms, *(NO_CAP,) * missing), (*cell.rises, *(0,) * missing)
    return cell.mode, cell.deductible, cell.cap, froms, rises
