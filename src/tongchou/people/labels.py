"""What codes of the register are called on screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Keys: core.policy.IDENTITIES (a test holds them equal).
IDENTITY_LABELS: dict[str, Promise] = {
    "destitute": _("特困人员"),
    "orphan": _("孤儿"),
    "registered_poor": _("建档立卡"),
    "low_income": _("低保对象"),
    "low_income_edge": _("低保边缘"),
    "relapse_risk": _("防止返贫监测"),
    "disabled": _("重度残疾"),
}
SEX_LABELS: dict[str, Promise] = {"1": _("男"), "2": _("女"), "9": _("未说明")}
STATUS_LABELS: dict[str, Promise] = {"active": _("在职"), "retired": _("退休")}
# psn_cert_type (interface A.5)
CERTIFICATE_LABELS: dict[str, Promise] = {
    "01": _("居民身份证（户口簿）"),
    "02": _("军官证"),
    "03": _("武警警官证"),
    "04": _("港澳居民证件"),
    "06": _("台湾居民证件"),
    "07": _("外国人永久居留证"),
    "08": _("外国人护照"),
    "99": _("其他证件"),
}
