"""The acts that partners writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "partners.partner.registered": _("登记合作统筹区"),
    "partners.partner.corrected": _("更正合作统筹区"),
    "partners.agreement.recorded": _("登记合作协议"),
    "partners.agreement.ended": _("提前终止合作协议"),
    "partners.agreement.struck": _("更正合作协议"),
}
