from django.utils.translation import gettext_lazy as _

VERBS = {
    "payouts.owed": _("登记应付个人"),
    "payouts.withdrawn": _("撤销应付个人"),
    "payouts.reclaimed": _("登记应收回"),
}
