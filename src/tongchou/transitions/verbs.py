from django.utils.translation import gettext_lazy as _

VERBS = {
    "transitions.received": _("收并轨文件"),
    "transitions.checked": _("核对并轨文件"),
    "transitions.tried": _("试并轨"),
    "transitions.explained": _("说明不带入的累计"),
    "transitions.accepted": _("确认并轨"),
    "transitions.undone": _("撤销并轨"),
    "transitions.dropped": _("作废并轨文件"),
}
