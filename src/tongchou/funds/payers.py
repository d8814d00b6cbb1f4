"""Whether a fund pays each tier of a plan: without one its bills could not be posted."""

from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS, Plan
from tongchou.funds.chart import FUND_OF_TIER
from tongchou.plans.readiness import Obstacle


def without_a_payer(plan: Plan) -> list[Obstacle]:
    """Return an obstacle for the tiers of `plan` that no fund of the chart pays."""
    missing = [LABELS[t] for t in plan.tiers if (plan.scheme, t) not in FUND_OF_TIER]
    if not missing:
        return []
    names = {"scheme": LABELS[plan.scheme], "tiers": "、".join(missing)}
    return [
        Obstacle(
            _("%(scheme)s的%(tiers)s没有基金支付") % names,
            _("从政策里去掉这一层，或先在基金科目里定下由哪个基金支付；否则结算无法记账"),
        )
    ]
