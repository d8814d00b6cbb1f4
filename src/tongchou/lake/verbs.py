from django.utils.translation import gettext_lazy as _

VERBS = {
    "lake.exported": _("导出数据副本"),
    "lake.replayed": _("整年重算"),
    "lake.queried": _("查询数据副本"),
    "lake.opened": _("打开报表的结算单"),
    "lake.reported": _("导出统计报表"),
    "lake.refused": _("查询数据副本被拒"),
}
