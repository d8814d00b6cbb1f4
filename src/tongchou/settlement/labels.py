"""What codes of a bill are called on screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Keys: core.policy.VISITS, LEVELS, SCHEMES (a test holds them equal).
VISIT_LABELS: dict[str, Promise] = {
    "inpatient": _("住院"),
    "chronic_outpatient": _("门诊慢特病"),
    "outpatient": _("普通门诊"),
    "pharmacy": _("药店购药"),
}
LEVEL_LABELS: dict[str, Promise] = {
    "community": _("社区"),
    "level1": _("一级"),
    "level2": _("二级"),
    "level3": _("三级"),
}
SCHEME_LABELS: dict[str, Promise] = {
    "resident": _("城乡居民"),
    "employee": _("城镇职工"),
}

# Heads of narrow columns; whole names: core.policy.LABELS.
TIER_SHORT = {
    "basic": _("基本"),
    "supplement": _("高额补充"),
    "critical_illness": _("大病"),
    "medical_aid": _("救助"),
    "institution_reduction": _("机构减免"),
    "commercial": _("商业保险"),
    "re_aid": _("再救助"),
}
