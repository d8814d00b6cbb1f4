from django.utils.translation import gettext_lazy as _

VERBS = {
    "rosters.sender.registered": _("登记报送单位"),
    "rosters.file.received": _("收名单"),
    "rosters.file.accepted": _("接收名单"),
    "rosters.file.refused": _("退回名单"),
    "rosters.file.undone": _("撤销接收"),
    "rosters.file.released": _("放行名单检查"),
    "rosters.file.judged": _("重新检查名单"),
    "rosters.file.returned": _("反馈名单结果"),
    "rosters.pin.made": _("核定名单所指"),
    "rosters.pin.removed": _("撤销核定"),
    "rosters.run.tried": _("试比对名单"),
    "rosters.application.submitted": _("报送困难申请"),
    "rosters.application.recognised": _("认定困难申请"),
    "rosters.application.refused": _("退回困难申请"),
    "rosters.responsible.appointed": _("登记帮扶责任人"),
    "rosters.responsible.ended": _("结束帮扶责任人"),
    "rosters.run.issued": _("下发名单问题"),
}
