from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "tongchou.catalogue"
    label = "catalogue"
    verbose_name = _("目录")

    def ready(self) -> None:
        from tongchou.catalogue.searching import SEARCHER
        from tongchou.platform.ui import search

        search.register(SEARCHER)
