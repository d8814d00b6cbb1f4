from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "tongchou.providers"
    label = "providers"
    verbose_name = _("定点机构")

    def ready(self) -> None:
        from tongchou.platform.ui import search
        from tongchou.providers.searching import SEARCHER

        search.register(SEARCHER)
