from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettlementConfig(AppConfig):
    name = "tongchou.settlement"
    label = "settlement"
    verbose_name = _("待遇结算")

    def ready(self) -> None:
        from tongchou.people.signals import person_facts_changed
        from tongchou.plans import hooks
        from tongchou.platform.ui import search
        from tongchou.settlement import records, sections
        from tongchou.settlement.queries.assumed import assumed_in_use
        from tongchou.settlement.searching import SEARCHER
        from tongchou.settlement.services.years import move_on_changed_facts

        person_facts_changed.connect(move_on_changed_facts, dispatch_uid="settlement.years")
        sections.register()
        records.register()
        hooks.add_use(assumed_in_use)
        search.register(SEARCHER)
