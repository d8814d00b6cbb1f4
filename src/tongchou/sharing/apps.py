from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    name = "tongchou.sharing"
    label = "sharing"
    verbose_name = _("家庭共济")

    def ready(self) -> None:
        from tongchou.sharing import records, sections

        sections.register()
        records.register()
