"""Reads of partner areas. None checks a user's right."""

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tongchou.partners.kinds import COMMON
from tongchou.partners.models import STANDS, Agreement
from tongchou.platform.accounts.models import User

# The bureau's own custom, not a rule of any law: a quarter leaves time to negotiate and to sign.
DAYS_AHEAD = 90


def name_of(login: str) -> str:
    """Return the name of who signed in by a login; the login itself where nobody has it now."""
    return User.objects.filter(login=login).values_list("name", flat=True).first() or login


def in_force(rows: QuerySet[Agreement], on: date) -> QuerySet[Agreement]:
    return rows.filter(STANDS, Q(end=None) | Q(end__gt=on), start__lte=on)


def expiring(rows: QuerySet[Agreement], on: date) -> QuerySet[Agreement]:
    """Narrow to those in force that are over within DAYS_AHEAD and have no successor yet."""
    next_one = Agreement.objects.filter(
        STANDS, partner=OuterRef("partner"), kind=OuterRef("kind"), start=OuterRef("end")
    )
    soon = in_force(rows, on).filter(end__lte=on + timedelta(days=DAYS_AHEAD))
    return soon.filter(~Exists(next_one))


def with_days_left(rows: QuerySet[Agreement], on: date) -> QuerySet[Agreement]:
    """Mark those that `expiring` would keep: `soon`."""
    return rows.annotate(soon=Exists(expiring(Agreement.objects.filter(pk=OuterRef("pk")), on)))


def kinds_of(area: str) -> list[str]:
    """Return the kinds that are offered: the common ones, then those recorded here."""
    own = Agreement.objects.filter(STANDS, partner__area=area).values_list("kind", flat=True)
    return [*COMMON, *sorted(set(own) - set(COMMON))]


def newest_first(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    return rows.order_by(F("struck_at").desc(nulls_first=True), "-start", "-pk")
