"""The acts that pooling writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "pooling.change.proposed": _("提出统筹层次变更"),
    "pooling.change.confirmed": _("确认统筹层次变更"),
    "pooling.change.dropped": _("退回统筹层次变更"),
    "pooling.change.withdrawn": _("撤回统筹层次变更"),
    "pooling.remittance.proposed": _("提出上解下拨"),
    "pooling.remittance.posted": _("复核上解下拨入账"),
    "pooling.remittance.dropped": _("退回上解下拨"),
}
