"""The only way to the entered days for a user: those of the own area."""

from django.db.models import QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.platform.workdays.models import SpecialDay
from tongchou.platform.workdays.queries import days_of


def days_for(user: User) -> QuerySet[SpecialDay]:
    return days_of(user.area_code)


def access_day(user: User, pk: int) -> SpecialDay:
    """Return one. Raises Http404."""
    found = days_for(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
