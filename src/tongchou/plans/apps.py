from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "tongchou.plans"
    label = "plans"
    verbose_name = _("政策")

    def ready(self) -> None:
        from tongchou.plans.searching import SEARCHER
        from tongchou.platform.ui import search

        search.register(SEARCHER)
