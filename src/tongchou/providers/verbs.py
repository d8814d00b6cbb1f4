"""The acts that providers writes to the trail, in the words of the trail page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, Promise] = {
    "providers.institution.registered": _("登记定点机构"),
    "providers.institution.capability": _("变更机构能力"),
    "providers.institution.credentials": _("更换接口密钥"),
    "providers.institution.corrected": _("更正机构登记"),
    "providers.agreement.changed": _("变更协议状态"),
    "providers.agreement.restored": _("撤回协议解除"),
    "providers.doctor.registered": _("登记医保医师"),
    "providers.doctor.suspended": _("暂停医保医师"),
    "providers.doctor.resumed": _("恢复医保医师"),
}
