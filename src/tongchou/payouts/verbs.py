from django.utils.translation import gettext_lazy as _

VERBS = {
    "payouts.owed": _("登记应付个人"),
    "payouts.withdrawn": _("撤销应付个人"),
    "payouts.reclaimed": _("登记应收回"),
    "payouts.returned": _("登记收回"),
    "payouts.account.set": _("登记银行账户"),
    "payouts.account.struck": _("更正银行账户"),
    "payouts.account.unmasked": _("显示银行账号"),
    "payouts.batch.made": _("编代发批次"),
    "payouts.batch.approved": _("审批代发批次"),
    "payouts.batch.refused": _("退回代发批次"),
    "payouts.batch.sent": _("送银行代发"),
    "payouts.batch.exported": _("导出代发文件"),
    "payouts.batch.answered": _("读入银行回盘"),
}
