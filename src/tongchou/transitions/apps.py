from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransitionsConfig(AppConfig):
    name = "tongchou.transitions"
    label = "transitions"
    verbose_name = _("制度并轨")

    def ready(self) -> None:
        from tongchou.transitions import sections

        sections.register()
