from django.utils.translation import gettext_lazy as _

VERBS = {
    "workdays.registered": _("登记节假日"),
    "workdays.removed": _("撤销节假日"),
}
