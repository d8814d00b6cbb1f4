from django.utils.translation import gettext_lazy as _

VERBS = {
    "casework.acted": _("办理案件"),
    "casework.looked": _("比对更新案件"),
}
