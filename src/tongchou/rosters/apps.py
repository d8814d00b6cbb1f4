from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "tongchou.rosters"
    label = "rosters"
    verbose_name = _("名单比对")

    def ready(self) -> None:
        from tongchou.platform.ui import menu
        from tongchou.rosters.worklists import counts_of

        menu.count_with(counts_of)
        from tongchou.people import hooks
        from tongchou.rosters.person_lane import cases_of

        hooks.add_lane(cases_of)
