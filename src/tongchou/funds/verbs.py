from django.utils.translation import gettext_lazy as _

VERBS = {
    "funds.area.opened": _("开设科目"),
    "funds.entry.posted": _("记账"),
    "funds.exported": _("导出试算平衡表"),
}
