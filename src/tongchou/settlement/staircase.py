"""The staircase of a bill: who paid which part of it, layer by layer, on one scale.

Built from what was stored with the bill (or from a trial's outcome) and the plan's own numbers;
amounts are never worked out again here. The arithmetic of a layer: `layers`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import allocate
from tongchou.core.policy import LABELS, TIERS, Claim, ClaimRefused, Outcome, Plan, lines_to_json
from tongchou.core.policy.plan import Cell
from tongchou.settlement.layers import BandTable, Quote, Step, explain
from tongchou.settlement.models import Settlement
from tongchou.settlement.services.refold import claim_of, pays_of
from tongchou.settlement.services.trial import Trial

# Every bureau asks after these; where a plan has none, the staircase says so.
EVERYWHERE = ("basic", "critical_illness", "medical_aid")
TONES = {"basic": "s1", "supplement": "s2", "critical_illness": "s3", "medical_aid": "s4"}
WHOLE = 10_000


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
    lines: Sequence[dict[str, Any]]
    state_before: tuple[int, ...]
    no_benefit: bool
    correction: bool  # a reversal or a difference: amounts only, the arithmetic is the original's

    @property
    def cells(self) -> dict[str, Cell]:
        """The plan's numbers for this claim by tier; none where the plan has no answer."""
        try:
            return {cell.tier.name: cell for cell in self.plan.row_for(self.claim).cells}
        except ClaimRefused:
            return {}


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
        lines=bill.lines,
        state_before=tuple(bill.state_before),
        no_benefit=bill.no_benefit,
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


@dataclass(slots=True, kw_only=True)
class Layer:
    """One row. `start` and `width` in ten-thousandths of the total; `share` adds to 100.00%."""

    key: str
    label: str
    pay: int
    tone: str
    share: int | None = None
    start: int = 0
    width: int = 0
    sub: str = ""
    reason: str = ""
    opened: bool = False
    steps: list[Step] = field(default_factory=list)
    bands: BandTable | None = None
    quotes: list[Quote] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    note: str = ""
    formula: list[str] = field(default_factory=list)  # the arithmetic in few words, for paper

    @property
    def x(self) -> str:
        return _attribute(self.start)

    @property
    def bar(self) -> str:
        return _attribute(self.width)

    @property
    def right_half(self) -> bool:
        """Whether what is said at the mark has more room before it."""
        return self.start > WHOLE // 2

    @property
    def opens(self) -> bool:
        return bool(self.steps or self.bands or self.quotes or self.doubts)


def staircase(priced: Priced, *, phone: bool = False) -> list[Layer]:
    """Return the total, each layer and the person, top to bottom.

    Layers with money are open; on a telephone only the first of them.
    """
    pays = dict(zip(TIERS, priced.outcome.pays, strict=True))
    shown = [t for t in TIERS if t in priced.plan.tiers or t in EVERYWHERE or pays[t]]
    layers = [Layer(key=t, label=LABELS[t], pay=pays[t], tone=TONES.get(t, "s4")) for t in shown]
    cells = priced.cells
    for layer in layers:
        explain(layer, priced, cells.get(layer.key))
    layers.append(_person(priced))
    _measure(layers, priced.claim.total)
    paying = [layer for layer in layers[:-1] if layer.pay and layer.opens]
    for layer in paying[:1] if phone else paying:
        layer.opened = True
    return [_total(priced), *layers]


def _total(priced: Priced) -> Layer:
    claim = priced.claim
    outside = claim.total - claim.in_scope
    layer = Layer(
        key="total", label=_("总费用"), pay=claim.total, tone="hollow", share=WHOLE, width=WHOLE
    )
    if claim.total == 0:
        layer.share, layer.width = None, 0
    layer.sub = _("政策范围外 %(fen)s") % {"fen": Step.written(outside)}
    layer.steps = [
        Step(_("全自费"), priced.own_pay),
        Step(_("超限价"), priced.over_limit),
        Step(_("先行自付"), priced.first_self_pay),
        Step(_("政策范围内"), claim.in_scope),
        Step(_("总费用"), claim.total, strong=True),
    ]
    return layer


def _person(priced: Priced) -> Layer:
    outcome, total = priced.outcome, priced.claim.total
    layer = Layer(
        key="person", label=_("个人负担"), pay=outcome.person_pays, tone="hollow", sub=_("余额")
    )
    layer.steps = [
        Step(_("总费用"), total),
        Step(_("减 基金支付"), outcome.fund_total, sign="−"),
        Step(_("个人负担"), outcome.person_pays, strong=True),
        Step(_("其中 个人账户支付"), priced.account_pays),
        Step(_("其中 现金支付"), outcome.person_pays - priced.account_pays),
    ]
    return layer


def _measure(layers: list[Layer], total: int) -> None:
    """Give the parts of the total their place on the scale; a difference of 0 in all has none."""
    weights = [abs(layer.pay) for layer in layers]
    if total == 0 or sum(weights) != abs(total):
        return
    start = 0
    for layer, share in zip(layers, allocate(WHOLE, weights), strict=True):
        layer.share, layer.start, layer.width = share, start, share
        start += share


def _attribute(ten_thousandths: int) -> str:
    return f"{ten_thousandths // 100}.{ten_thousandths % 100:02d}%"
