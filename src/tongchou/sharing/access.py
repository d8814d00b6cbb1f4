"""The only way to links and account lines for a user: those of the own area."""

from django.db.models import BooleanField, QuerySet, Value
from django.http import Http404

from tongchou.funds.models import AccountMove
from tongchou.people.access import access_person
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.sharing.models import AccountLink


def links_of(user: User) -> QuerySet[AccountLink]:
    rows = AccountLink.objects.filter(owner__area=user.area_code)
    return rows.select_related("owner", "member")


def access_link(user: User, pk: int) -> AccountLink:
    found = links_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def moves_of(user: User) -> QuerySet[AccountMove]:
    """Return the lines of the area's accounts; `books`: whether the user may open a voucher."""
    rows = AccountMove.objects.filter(person__area=user.area_code)
    rows = rows.annotate(books=Value(user.may("funds.view"), BooleanField()))
    return rows.select_related("person", "for_person", "entry")


def person_of(user: User, psn_no: str) -> Person:
    """Return the person. Raises Http404 alike for unknown and other areas'."""
    return access_person(user, psn_no)
