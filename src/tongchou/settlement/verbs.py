"""What settlement records in the trail, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "settlement.settled": _("结算"),
    "settlement.reversed": _("冲正"),
    "settlement.adjusted": _("重算差额"),
    "settlement.reversal.proposed": _("申请冲正"),
    "settlement.reversal.agreed": _("同意冲正"),
    "settlement.reversal.refused": _("不同意冲正"),
    "settlement.manual.filed": _("受理零星报销"),
    "settlement.manual.reviewed": _("复核零星报销"),
    "settlement.manual.approved": _("审批零星报销"),
    "settlement.manual.refused": _("不予零星报销"),
}
