"""One claim at the window: the step, and the lines that say where every fen comes from."""

from collections.abc import Collection, Sequence
from typing import Any

from tongchou.core.money import format_yuan
from tongchou.core.policy.document import Number
from tongchou.core.policy.plan import Cell, Plan, Row
from tongchou.core.policy.step import ABSENT, NO_CAP, OVERFLOW, PER_CLAIM, Kernel
from tongchou.core.policy.values import (
    AID_TIERS,
    STATE_WIDTH,
    TIERS,
    Claim,
    ClaimRefused,
    Line,
    Outcome,
)


def settle(plan: Plan, state: tuple[int, ...], claim: Claim) -> Outcome:
    """Settle `claim` on a person-year's `state`; pure. Raises ClaimRefused."""
    in_scope = claim.in_scope
    if not 0 <= in_scope <= claim.total:
        raise ClaimRefused("in_scope", "政策范围内费用要在 0 和总费用之间，请核对明细")
    row = plan.row_for(claim)
    cells = row.cells
    before = [x for cell in cells for x in state[2 * cell.slot : 2 * cell.slot + 2]]
    after = before.copy()
    paid = [0] * len(cells)
    kernel = plan.kernel
    taken = kernel.step(
        row.modes, row.deductibles, row.caps, row.froms, row.rises, 0, in_scope, 1, after, paid, 0
    )
    pays = [0] * len(TIERS)
    moved = list(state)
    for i, cell in enumerate(cells):
        pays[cell.slot] = paid[i]
        moved[2 * cell.slot] = after[2 * i]
        moved[2 * cell.slot + 1] = after[2 * i + 1]
    fund_total = sum(paid)
    person_pays = claim.total - fund_total
    assert 0 <= fund_total <= in_scope and len(moved) == STATE_WIDTH
    lines = _lines(kernel, row, claim, before, after, paid, taken, person_pays)
    return Outcome(tuple(pays), taken, fund_total, person_pays, lines, tuple(moved))


def withhold(outcome: Outcome, tiers: Collection[str] = AID_TIERS) -> Outcome:
    """What the window pays where `tiers` are not paid there: they fall to the person for now.

    The state stays that of the whole outcome: the tiers' room is taken at the bill, so that what
    later bills are due does not hang on when it is paid. Pure.
    """
    kept = tuple(0 if tier in tiers else pay for tier, pay in zip(TIERS, outcome.pays, strict=True))
    if kept == outcome.pays:
        return outcome
    person_pays = outcome.person_pays + outcome.fund_total - sum(kept)
    lines = tuple(
        line._replace(amount=person_pays) if line.kind == "residual" else line
        for line in outcome.lines
    )
    return outcome._replace(pays=kept, fund_total=sum(kept), person_pays=person_pays, lines=lines)


def paid_of_state(before: Sequence[int], after: Sequence[int], tier: str) -> int:
    """Return what a bill is due of `tier`, fen, by the state before and after it."""
    slot = 2 * TIERS.index(tier) + 1
    return after[slot] - before[slot] if before and after else 0


def _lines(
    kernel: Kernel,
    row: Row,
    claim: Claim,
    before: list[int],
    after: list[int],
    paid: list[int],
    taken: int,
    person_pays: int,
) -> tuple[Line, ...]:
    cells = row.cells
    found = [
        Line(cells[0].tier.name, "scope", None, None, claim.in_scope, None, 0, None, False, "")
    ]
    cut = 0
    for i, cell in enumerate(cells):
        if cell.mode == PER_CLAIM:
            cut = _per_claim(found, cell, claim.in_scope, taken, paid[i])
        elif cell.mode == OVERFLOW:
            _overflow(found, cell, cells[i - 1], cut, paid[i])
        elif cell.mode != ABSENT:
            _year(found, kernel, row, i, before[2 * i], after[2 * i], paid[i])
    found.append(Line("person", "residual", None, None, person_pays, None, 0, None, False, ""))
    return tuple(found)


def _per_claim(found: list[Line], cell: Cell, in_scope: int, taken: int, pay: int) -> int:
    tier = cell.tier.name
    number = cell.deductible_number
    assert number is not None
    found.append(
        Line(tier, "deductible", 0, cell.deductible, taken, None, 0, number.cite,
             number.assumed is not None, "")
    )  # fmt: skip
    base = in_scope - taken
    due = (base * cell.rates[0] + 5000) // 10000
    rate = cell.rate_numbers[0]
    found.append(
        Line(tier, "band", cell.deductible, None, base, cell.rates[0], due, rate.cite,
             rate.assumed is not None, "")
    )  # fmt: skip
    _cap(found, cell, due - pay)
    return due - pay


def _overflow(found: list[Line], cell: Cell, under: Cell, cut: int, pay: int) -> None:
    if cut == 0:
        return
    entry = next(n for n in cell.tier.switches if n.path.endswith(".entry"))
    rate = under.rates[0]
    found.append(
        Line(cell.tier.name, "band", under.cap, None, cut, rate, cut, entry.cite,
             entry.assumed is not None, "")
    )  # fmt: skip
    _cap(found, cell, cut - pay)


def _year(
    found: list[Line], kernel: Kernel, row: Row, at: int, before: int, after: int, pay: int
) -> None:
    cell = row.cells[at]
    first_band = at * (len(row.froms) // len(row.cells))
    tier, froms, rates = cell.tier.name, cell.froms, cell.rates
    count = len(rates)
    switch = any(n.assumed for n in cell.tier.switches)
    if before < froms[0] and after > before:
        first = cell.from_numbers[0]
        under = min(after, froms[0]) - before
        found.append(
            Line(tier, "deductible", 0, froms[0], under, None, 0, first.cite,
                 switch or first.assumed is not None, "")
        )  # fmt: skip
    whole = 0
    for i in range(count):
        low = max(before, froms[i])
        top = after if i + 1 == count else min(after, froms[i + 1])
        if top <= low:
            continue
        # Between the band's two ends the entitlement grows by whole fen, so the bands add up.
        grown = kernel.entitlement(top, first_band, row.froms, row.rises, NO_CAP)
        grown -= kernel.entitlement(low, first_band, row.froms, row.rises, NO_CAP)
        whole += grown
        number = cell.rate_numbers[i]
        found.append(
            Line(tier, "band", froms[i], froms[i + 1] if i + 1 < count else None, top - low,
                 rates[i], grown, number.cite, switch or number.assumed is not None, "")
        )  # fmt: skip
    _cap(found, cell, whole - pay)


def _cap(found: list[Line], cell: Cell, cut: int) -> None:
    if cut:
        number: Number | None = cell.cap_number
        assert number is not None
        found.append(
            Line(cell.tier.name, "cap", None, cell.cap, cut, None, -cut, number.cite,
                 number.assumed is not None, "")
        )  # fmt: skip


def lines_to_json(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """Return lines as files and messages carry them: yuan strings, rates as percent."""
    return [
        {
            "tier": line.tier,
            "kind": line.kind,
            "from": None if line.from_ is None else format_yuan(line.from_),
            "to": None if line.to is None else format_yuan(line.to),
            "amount": format_yuan(line.amount),
            "rate": None if line.rate is None else f"{line.rate // 100}.{line.rate % 100:02d}%",
            "pay": format_yuan(line.pay),
            "cite": None if line.cite is None else line.cite._asdict(),
            "assumed": line.assumed,
        }
        for line in lines
    ]


def state_to_json(state: tuple[int, ...]) -> list[int]:
    """Return a state as JSON keeps it."""
    return list(state)


def state_from_json(values: list[int]) -> tuple[int, ...]:
    """Return the state kept as `values`. Raises ValueError for another layout."""
    if len(values) != STATE_WIDTH:
        raise ValueError(f"a state has {STATE_WIDTH} integers, not {len(values)}")
    return tuple(values)
