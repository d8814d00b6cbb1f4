"""What the trail calls the acts of this context."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "plans.version.drafted": _("起草政策"),
    "plans.version.edited": _("修改政策草案"),
    "plans.version.submitted": _("送审政策草案"),
    "plans.version.returned": _("退回政策草案"),
    "plans.version.checked": _("复核政策草案"),
    "plans.version.adopted": _("采用政策"),
    "plans.version.withdrawn": _("撤回政策草案"),
    "plans.version.shipped": _("安装随程序的政策"),
}
