"""The only way to a transition for a user: those of the own area, for the bureau's people."""

from django.db.models import BooleanField, QuerySet, Value
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.transitions.models import Carried, OldSpell, Problem, Transition


def transitions_of(user: User) -> QuerySet[Transition]:
    rows = Transition.objects.filter(area=user.area_code)
    return rows.select_related("received_by", "tried_by", "accepted_by", "closed_by").defer(
        "mapping", "persons"
    )


def access_transition(user: User, pk: int) -> Transition:
    """Return the transition. Raises Http404 alike for unknown and other areas'."""
    found = transitions_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def carried_of(user: User, pk: int) -> QuerySet[Carried]:
    rows = Carried.objects.filter(transition=access_transition(user, pk))
    return rows.select_related("person", "person_year")


def spells_of(user: User, pk: int) -> QuerySet[OldSpell]:
    rows = OldSpell.objects.filter(transition=access_transition(user, pk))
    return rows.select_related("scheme", "person")


def problems_of(user: User, pk: int) -> QuerySet[Problem]:
    """Return the rows that cannot be taken; `whole`: whether the user may see numbers whole."""
    rows = Problem.objects.filter(transition=access_transition(user, pk))
    return rows.annotate(whole=Value(user.may("people.unmask"), BooleanField()))
