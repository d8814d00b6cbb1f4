"""A priced bill as the staircase reads it, stored or tried: amounts are never worked out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.core.policy import (
    AID_TIERS,
    TIERS,
    Claim,
    ClaimRefused,
    Outcome,
    Plan,
    lines_to_json,
    paid_of_state,
)
from tongchou.core.policy.plan import Cell
from tongchou.settlement.models import Settlement
from tongchou.settlement.services.refold import claim_of, pays_of
from tongchou.settlement.services.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A priced bill, fen: stored or tried. `lines` as core.policy.lines_to_json makes them."""

    plan: Plan
    claim: Claim
    own_pay: int
    over_limit: int
    first_self_pay: int
    outcome: Outcome
    account_pays: int
    linked_pays: int = 0  # the part of it out of relatives' accounts
    lines: Sequence[dict[str, Any]]
    state_before: tuple[int, ...]
    no_benefit: bool
    one_stop: bool = True  # False: 救助 is withheld, and paid by the bureau
    correction: bool  # a reversal or a difference: amounts only, the arithmetic is the original's

    @property
    def due(self) -> Outcome:
        """The outcome with what was withheld at the window: what the bill is due in all."""
        held = [withheld_of(self, tier) for tier in TIERS]
        if not any(held):
            return self.outcome
        pays = tuple(a + b for a, b in zip(self.outcome.pays, held, strict=True))
        return self.outcome._replace(
            pays=pays, fund_total=sum(pays), person_pays=self.claim.total - sum(pays)
        )

    @property
    def cells(self) -> dict[str, Cell]:
        """The plan's numbers for this claim by tier; none where the plan has no answer."""
        try:
            return {cell.tier.name: cell for cell in self.plan.row_for(self.claim).cells}
        except ClaimRefused:
            return {}


def withheld_of(priced: Priced, tier: str) -> int:
    """Return what of a layer was withheld at the window, fen."""
    if priced.one_stop or priced.correction or tier not in AID_TIERS:
        return 0
    return paid_of_state(priced.state_before, priced.outcome.state, tier)


def priced_bill(bill: Settlement, plan: Plan) -> Priced:
    """Return a stored bill as Priced."""
    return Priced(
        plan=plan,
        claim=claim_of(bill),
        own_pay=bill.own_pay,
        over_limit=bill.over_limit,
        first_self_pay=bill.first_self_pay,
        outcome=Outcome(
            pays_of(bill), bill.deductible, bill.fund_total, bill.person_pays, (),
            tuple(bill.state_after),
        ),
        account_pays=bill.account_pays,
        linked_pays=bill.linked_pays,
        lines=bill.lines,
        state_before=tuple(bill.state_before),
        no_benefit=bill.no_benefit,
        one_stop=bill.one_stop,
        correction=bill.kind != Settlement.Kind.SETTLE,
    )  # fmt: skip


def priced_trial(trial: Trial) -> Priced:
    """Return a trial as Priced; what is out of scope is not told apart."""
    return Priced(
        plan=trial.plan,
        claim=trial.claim,
        own_pay=trial.claim.total - trial.claim.in_scope,
        over_limit=0,
        first_self_pay=0,
        outcome=trial.outcome,
        account_pays=0,
        lines=lines_to_json(trial.outcome.lines),
        state_before=trial.state,
        no_benefit=trial.no_benefit,
        correction=False,
    )
