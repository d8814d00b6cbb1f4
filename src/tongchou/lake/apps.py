from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LakeConfig(AppConfig):
    name = "tongchou.lake"
    label = "lake"
    verbose_name = _("数据副本")

    def ready(self) -> None:
        from tongchou.lake.queries import last_replay
        from tongchou.settlement.hooks import add_recount

        add_recount(last_replay)
