"""The verbs of premiums: the only writers of its tables, each noted in the trail."""

from tongchou.premiums.services.exemptions import (
    check_list,
    exempt,
    exempt_all,
    exempt_class,
    sign_waiver,
    strike_exemption,
    strike_waiver,
)
from tongchou.premiums.services.payments import record_payments, strike_payment, take_payments
from tongchou.premiums.services.refunds import (
    approve_refund,
    propose_refund,
    refuse_refund,
    withdraw_refund,
)
from tongchou.premiums.services.subsidies import (
    propose_subsidy,
    refuse_subsidy,
    release_subsidy,
    review_subsidy,
    void_subsidy,
)

__all__ = [
    "approve_refund",
    "check_list",
    "exempt",
    "exempt_all",
    "exempt_class",
    "propose_refund",
    "propose_subsidy",
    "record_payments",
    "refuse_refund",
    "refuse_subsidy",
    "release_subsidy",
    "review_subsidy",
    "sign_waiver",
    "strike_exemption",
    "strike_payment",
    "strike_waiver",
    "take_payments",
    "void_subsidy",
    "withdraw_refund",
]
