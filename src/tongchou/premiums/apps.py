from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PremiumsConfig(AppConfig):
    name = "tongchou.premiums"
    label = "premiums"
    verbose_name = _("参保缴费")

    def ready(self) -> None:
        from tongchou.premiums import sections

        sections.register()
