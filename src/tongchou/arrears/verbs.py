from django.utils.translation import gettext_lazy as _

VERBS = {
    "arrears.proposed": _("提出补差"),
    "arrears.reviewed": _("复核补差"),
    "arrears.released": _("放行补差"),
    "arrears.refused": _("退回补差"),
    "arrears.batch.proposed": _("提出集中补算"),
    "arrears.batch.reviewed": _("复核集中补算"),
    "arrears.batch.released": _("放行集中补算"),
    "arrears.batch.refused": _("退回集中补算"),
}
