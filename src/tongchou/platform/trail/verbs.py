from django.utils.translation import gettext_lazy as _

VERBS = {
    "trail.verified": _("核对留痕"),
    "trail.sealed": _("导出留痕封条"),
}
