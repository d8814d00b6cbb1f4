from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "tongchou.insight"
    label = "insight"
    verbose_name = _("工作台与报表")

    def ready(self) -> None:
        from tongchou.insight.desk import counts_of
        from tongchou.platform.ui import menu

        menu.count_with(counts_of)
