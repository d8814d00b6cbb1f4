from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FundsConfig(AppConfig):
    name = "tongchou.funds"
    label = "funds"
    verbose_name = _("基金")

    def ready(self) -> None:
        from tongchou.funds.payers import without_a_payer
        from tongchou.plans.readiness import add_check

        add_check(without_a_payer)
        post_migrate.connect(_forget_accounts, sender=self)


def _forget_accounts(**kwargs: Any) -> None:
    """A database just made or emptied numbers its accounts anew."""
    from tongchou.funds import accounts

    accounts.forget()
