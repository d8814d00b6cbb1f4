"""What the gateway records in the trail, in words."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "exchange.signed_in": _("接口签到"),
    "exchange.signed_out": _("接口签退"),
    "exchange.file.received": _("收到文件"),
    "exchange.reconciled": _("对账"),
}
