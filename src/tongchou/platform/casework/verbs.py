from django.utils.translation import gettext_lazy as _

VERBS = {
    "casework.acted": _("办理案件"),
    "casework.looked": _("比对更新案件"),
    "casework.expired": _("例外到期，案件重新办理"),
    "casework.turned": _("案件转为另一件"),
    "casework.escalated": _("超期案件上报"),
    "casework.recounted": _("按日历重算到期日"),
}
