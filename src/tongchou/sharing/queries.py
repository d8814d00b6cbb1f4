"""Reads of links and of the lines of personal accounts."""

from datetime import date

from django.db.models import Q, QuerySet

from tongchou.people.models import Person
from tongchou.sharing.models import AccountLink


def in_force(rows: QuerySet[AccountLink], on: date) -> QuerySet[AccountLink]:
    return rows.filter(Q(end=None) | Q(end__gt=on), start__lte=on, struck_at=None)


def given_by(person: Person) -> list[AccountLink]:
    """Return the links by which the person's account pays for others, struck ones too."""
    rows = AccountLink.objects.filter(owner=person).select_related("owner", "member")
    return list(rows.order_by("start", "pk"))


def given_to(person: Person) -> list[AccountLink]:
    """Return the links by which others' accounts pay for the person, in the order of drawing."""
    rows = AccountLink.objects.filter(member=person).select_related("owner", "member")
    return list(rows.order_by("start", "pk"))


def open_links(person: Person, on: date) -> int:
    """Return how many links of the person, on either side, hold on `on` or later."""
    rows = AccountLink.objects.filter(Q(owner=person) | Q(member=person), struck_at=None)
    return rows.filter(Q(end=None) | Q(end__gt=on)).count()
