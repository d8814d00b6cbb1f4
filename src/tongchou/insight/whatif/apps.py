from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WhatIfConfig(AppConfig):
    name = "tongchou.insight.whatif"
    label = "whatif"
    verbose_name = _("试算改动")

    def ready(self) -> None:
        from tongchou.insight.whatif.shown import report_of
        from tongchou.plans import hooks

        hooks.add_report(report_of)
