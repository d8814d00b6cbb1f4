"""What the register of institutions is called on screen, and what a state means in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongchou.providers.models import Agreement

CAPABILITY_LABELS: dict[str, Promise] = {
    "one_stop": _("一站式"),
    "cross_area_inpatient": _("异地住院"),
    "cross_area_outpatient": _("异地门诊"),
    "cross_area_chronic": _("异地门诊慢特病"),
    "e_voucher": _("电子凭证"),
}
State = Agreement.State
# What begins on the day a state begins (AGR-03).
STATE_EFFECTS: dict[str, Promise] = {
    State.ACTIVE: _("可以联网结算，按期拨付。"),
    State.RECTIFY: _("照常联网结算和拨付；整改期满由经办机构复查。"),
    State.PAYMENT_SUSPENDED: _("照常联网结算，不拨付，直到恢复执行。"),
    State.SETTLEMENT_SUSPENDED: _(
        "这天及以后出院或就诊的费用不能联网结算，参保人须到窗口零星报销。"
    ),
    State.SUSPENDED: _("协议中止：这天及以后出院或就诊的费用不能联网结算，不拨付。"),
    State.ENDED: _("协议解除：不能联网结算；再开须另签协议，用新的协议号。"),
}
