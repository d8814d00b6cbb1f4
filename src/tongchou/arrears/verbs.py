from django.utils.translation import gettext_lazy as _

VERBS = {
    "arrears.proposed": _("提出补差"),
    "arrears.reviewed": _("复核补差"),
    "arrears.released": _("放行补差"),
    "arrears.refused": _("退回补差"),
}
