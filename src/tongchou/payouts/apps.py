from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayoutsConfig(AppConfig):
    name = "tongchou.payouts"
    label = "payouts"
    verbose_name = _("代发")

    def ready(self) -> None:
        from tongchou.payouts import sections

        sections.register()
