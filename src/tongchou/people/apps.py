from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tongchou.people"
    label = "people"
    verbose_name = _("参保与人员")

    def ready(self) -> None:
        from tongchou.people.searching import SEARCHER
        from tongchou.platform.ui import search

        search.register(SEARCHER)
