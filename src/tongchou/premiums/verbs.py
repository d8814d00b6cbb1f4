"""The acts that premiums writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "premiums.payments.recorded": _("登记缴费文件"),
    "premiums.payment.struck": _("更正缴费"),
    "premiums.exemption.set": _("免缴认定"),
    "premiums.exemptions.set": _("批量免缴认定"),
    "premiums.exemption.struck": _("更正免缴认定"),
    "premiums.waiver.signed": _("登记承诺书"),
    "premiums.waiver.struck": _("承诺书作废"),
    "premiums.refund.proposed": _("提出退费"),
    "premiums.refund.approved": _("批准退费"),
    "premiums.refund.refused": _("退回退费"),
    "premiums.refund.withdrawn": _("撤销退费"),
    "premiums.subsidy.proposed": _("提出资助参保"),
    "premiums.subsidy.reviewed": _("复核资助参保"),
    "premiums.subsidy.released": _("放行资助参保"),
    "premiums.subsidy.refused": _("退回资助参保"),
    "premiums.subsidy.voided": _("冲销资助参保"),
}
