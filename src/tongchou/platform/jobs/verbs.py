from django.utils.translation import gettext_lazy as _

VERBS = {
    "jobs.asked": _("提交后台作业"),
    "jobs.stopped": _("停止后台作业"),
}
