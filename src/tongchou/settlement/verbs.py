"""What settlement records in the trail, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "settlement.visit.registered": _("登记就诊"),
    "settlement.visit.described": _("补充就诊信息"),
    "settlement.visit.discharged": _("办理出院"),
    "settlement.visit.discharge_undone": _("撤销出院"),
    "settlement.visit.cancelled": _("撤销就诊"),
    "settlement.lines.uploaded": _("上传费用明细"),
    "settlement.lines.withdrawn": _("撤销费用明细"),
    "settlement.year.opened": _("带入年度累计"),
    "settlement.year.unopened": _("撤销带入的年度累计"),
    "settlement.settled": _("结算"),
    "settlement.reversed": _("冲正"),
    "settlement.adjusted": _("重算差额"),
    "settlement.printed": _("打印结算单"),
    "settlement.reversal.proposed": _("申请冲正"),
    "settlement.reversal.agreed": _("同意冲正"),
    "settlement.reversal.refused": _("不同意冲正"),
    "settlement.manual.filed": _("受理零星报销"),
    "settlement.manual.reviewed": _("复核零星报销"),
    "settlement.manual.approved": _("审批零星报销"),
    "settlement.manual.refused": _("不予零星报销"),
}
