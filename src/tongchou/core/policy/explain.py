"""What an outcome leaves to be asked: why not more, and how far the year has come."""

from collections.abc import Iterator
from typing import NamedTuple

from tongchou.core.money import format_yuan_grouped
from tongchou.core.policy.document import format_rate
from tongchou.core.policy.plan import Cell, Plan, Row
from tongchou.core.policy.step import ABSENT, NO_CAP, OVERFLOW, PER_CLAIM
from tongchou.core.policy.values import LABELS, LEVELS, TIERS, Cite, Claim, ClaimRefused, Outcome
from tongchou.core.policy.window import settle


class Reason(NamedTuple):
    """A limit that bound the claim, in words, with the distance to the next step in fen."""

    kind: str  # 限在起付线, 限在比例, 限在分段, 限在封顶, 限在范围, 限在身份
    text: str
    distance: int | None


class Meter(NamedTuple):
    """How far a person-year has come towards a limit, in fen."""

    label: str
    used: int
    limit: int | None
    assumed: bool
    cite: Cite | None
    tier: str
    path: str


def why_not_more(
    plan: Plan, state: tuple[int, ...], claim: Claim, outcome: Outcome
) -> list[Reason]:
    """Return what bound `outcome`, the nearest limits first; `state` is the one before it."""
    row = plan.row_for(claim)
    return [
        *_scope(claim),
        *_deductible(row, claim),
        *_rate(plan, row, state, claim, outcome),
        *_caps(row, outcome),
        *_bands(row, outcome),
        *_identity(plan, row, state, claim, outcome),
    ]


def _scope(claim: Claim) -> Iterator[Reason]:
    outside = claim.total - claim.in_scope
    if outside:
        yield Reason(
            "限在范围", f"{format_yuan_grouped(outside)} 不在政策范围内，不进入任何一层。", outside
        )


def _deductible(row: Row, claim: Claim) -> Iterator[Reason]:
    line = row.cells[0].deductible
    if 0 < claim.in_scope <= line:
        short = line - claim.in_scope
        yield Reason(
            "限在起付线",
            f"政策范围内费用没有超过起付线 {format_yuan_grouped(line)}，"
            f"还差 {format_yuan_grouped(short)}。",
            short,
        )


def _rate(
    plan: Plan, row: Row, state: tuple[int, ...], claim: Claim, outcome: Outcome
) -> Iterator[Reason]:
    if claim.in_scope <= row.cells[0].deductible:
        return
    rate = row.cells[0].rates[0]
    text = f"{LABELS[row.place]}支付比例 {format_rate(rate)}。"
    best = _best_elsewhere(plan, state, claim)
    if best is not None and best[1].person_pays < outcome.person_pays:
        level, other = best
        saved = outcome.person_pays - other.person_pays
        text += (
            f"同一单在{LABELS[level]}个人付 {format_yuan_grouped(other.person_pays)}，"
            f"少付 {format_yuan_grouped(saved)}。"
        )
    yield Reason("限在比例", text, None)


def _best_elsewhere(plan: Plan, state: tuple[int, ...], claim: Claim) -> tuple[str, Outcome] | None:
    """Price the same claim at the next lower level, where it usually costs the person less."""
    at = LEVELS.index(claim.level)
    for level in reversed(LEVELS[:at]):
        try:
            return level, settle(plan, state, claim._replace(level=level, out_of_area=False))
        except ClaimRefused:
            continue
    return None


def _caps(row: Row, outcome: Outcome) -> Iterator[Reason]:
    for cell in row.cells:
        used = outcome.state[2 * cell.slot + 1]
        if cell.mode != ABSENT and cell.cap != NO_CAP and used >= cell.cap:
            yield Reason(
                "限在封顶",
                f"{cell.tier.label}本年已到封顶线 {format_yuan_grouped(cell.cap)}。",
                0,
            )


def _bands(row: Row, outcome: Outcome) -> Iterator[Reason]:
    for cell in row.cells:
        if cell.mode in (ABSENT, PER_CLAIM, OVERFLOW):
            continue
        base = outcome.state[2 * cell.slot]
        for start, rate in zip(cell.froms, cell.rates, strict=True):
            if base < start:
                short = start - base
                yield Reason(
                    "限在分段",
                    f"{cell.tier.label}自付累计 {format_yuan_grouped(base)}，"
                    f"再自付 {format_yuan_grouped(short)} 才进 {format_rate(rate)} 段。",
                    short,
                )
                break


def _identity(
    plan: Plan, row: Row, state: tuple[int, ...], claim: Claim, outcome: Outcome
) -> Iterator[Reason]:
    helped = list(dict.fromkeys(i for tier in plan.document.tiers for i in tier.by_identity))
    if row.identity is None and helped:
        names = "、".join(LABELS[i] for i in helped)
        yield Reason("限在身份", f"当日无{names}身份。", None)


def room_left(plan: Plan, state: tuple[int, ...], claim: Claim) -> tuple[int | None, ...]:
    """Return, by TIERS, how much each tier may still pay this year before `claim`, in fen.

    None where the tier has no cap, or does not pay for such a claim. Raises ClaimRefused.
    """
    found: list[int | None] = [None] * len(TIERS)
    for cell in plan.row_for(claim).cells:
        if cell.mode != ABSENT and cell.cap != NO_CAP:
            found[cell.slot] = max(cell.cap - state[2 * cell.slot + 1], 0)
    return tuple(found)


def accumulators(
    plan: Plan, state: tuple[int, ...], identities: tuple[str, ...] = ()
) -> list[Meter]:
    """Return how far a person-year has come to each deductible, band and cap of the year."""
    identity = plan.identity_row(identities)
    row = next(r for key, r in plan.rows.items() if key[0] == plan.visits[0] and key[3] == identity)
    return [meter for cell in row.cells for meter in _meters(cell, state)]


def _meters(cell: Cell, state: tuple[int, ...]) -> Iterator[Meter]:
    if cell.mode == ABSENT:
        return
    base, paid = state[2 * cell.slot : 2 * cell.slot + 2]
    name = cell.tier.label.removesuffix("统筹").removesuffix("医保").removesuffix("保险")
    if cell.mode not in (PER_CLAIM, OVERFLOW):
        for i, number in enumerate(cell.from_numbers):
            label = f"{name}起付线" if i == 0 else f"{name} {format_rate(cell.rates[i])} 段"
            if number.value:
                yield Meter(label, base, number.value, number.assumed is not None, number.cite,
                            cell.tier.name, number.path)  # fmt: skip
    cap = cell.cap_number
    if cap is not None:
        yield Meter(f"{name}封顶线", paid, cap.value, cap.assumed is not None, cap.cite,
                    cell.tier.name, cap.path)  # fmt: skip
