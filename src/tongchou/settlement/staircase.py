"""The staircase of a bill: who paid which part of it, layer by layer, on one scale.

Built from what was stored with the bill (or from a trial's outcome) and the plan's own numbers. The
arithmetic of a layer: `layers`.
"""

from django.utils.translation import gettext as _

from tongchou.core.money import allocate
from tongchou.core.policy import LABELS, TIERS
from tongchou.settlement.layers import explain
from tongchou.settlement.priced import Priced
from tongchou.settlement.steps import WHOLE, Layer, Step

# Every bureau asks after these; where a plan has none, the staircase says so.
EVERYWHERE = ("basic", "critical_illness", "medical_aid")
TONES = {"basic": "s1", "supplement": "s2", "critical_illness": "s3", "medical_aid": "s4"}


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
    shared = priced.linked_pays
    linked = [Step(_("其中 家庭共济支付"), shared)] if shared else []
    layer = Layer(
        key="person", label=_("个人负担"), pay=outcome.person_pays, tone="hollow", sub=_("余额")
    )
    layer.steps = [
        Step(_("总费用"), total),
        Step(_("减 基金支付"), outcome.fund_total, sign="−"),
        Step(_("个人负担"), outcome.person_pays, strong=True),
        Step(_("其中 个人账户支付"), priced.account_pays - priced.linked_pays),
        *linked,
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
