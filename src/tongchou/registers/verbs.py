from django.utils.translation import gettext_lazy as _

VERBS = {
    "registers.file.received": _("收登记数据"),
    "registers.file.accepted": _("接收登记数据"),
    "registers.file.refused": _("退回登记数据"),
    "registers.file.undone": _("撤销接收登记数据"),
    "registers.pin.made": _("核定登记所指"),
    "registers.pin.removed": _("撤销登记核定"),
    "registers.run.tried": _("试比对登记"),
    "registers.run.issued": _("下发登记问题"),
}
