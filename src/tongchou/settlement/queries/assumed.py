"""How often a number that no document gives was settled with."""

from datetime import timedelta

from django.urls import reverse
from django.utils.http import urlencode

from tongchou.plans.hooks import Use
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement import access
from tongchou.settlement.models import Settlement

DAYS = 30


def assumed_in_use(user: User, scheme: str) -> Use | None:
    """Return the bills of the last days that `user` may see; None for who sees no bills."""
    if not user.may("bills.view"):
        return None
    first = clock.today() - timedelta(days=DAYS)
    rows = access.bills_of(user).filter(
        scheme=scheme,
        kind=Settlement.Kind.SETTLE,
        has_assumed=True,
        settled_at__gte=clock.midnight() - timedelta(days=DAYS),
    )
    asked = {"day_from": first.isoformat(), "scheme": scheme, "state": "assumed"}
    return Use(DAYS, rows.count(), f"{reverse('bills:list')}?{urlencode(asked)}")
