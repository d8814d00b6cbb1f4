"""The acts that sharing writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "sharing.linked": _("绑定家庭共济"),
    "sharing.unlinked": _("解除家庭共济"),
    "sharing.struck": _("更正家庭共济"),
}
