"""Looking at a person leaves a trace too (P14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tongchou.people.models import Person
from tongchou.people.services import common
from tongchou.platform import clock
from tongchou.platform.trail.models import Act

SAME_LOOK = timedelta(minutes=10)
_LOOKS = ("people.person.seen", "people.person.unmasked")


@dataclass(frozen=True, slots=True)
class Look:
    actor: str
    verb: str
    at: datetime


@transaction.atomic
def record_look(*, actor: str, person: Person) -> None:
    """Record that `actor` opened the person's page; turning its parts over is the same look."""
    recent = Act.objects.filter(
        object_type="person",
        object_id=person.psn_no,
        actor=actor,
        verb="people.person.seen",
        at__gt=clock.now() - SAME_LOOK,
    )
    if not recent.exists():
        common.note(actor, "people.person.seen", person)


@transaction.atomic
def show_number(*, actor: str, person: Person) -> str:
    """Return the whole number in use; every time is recorded."""
    common.note(actor, "people.person.unmasked", person)
    return person.id_no


def looks(person: Person, *, days: int = 30, limit: int = 8) -> tuple[int, list[Look]]:
    """Return how often the person was looked at lately, and the last of it."""
    acts = Act.objects.filter(
        object_type="person",
        object_id=person.psn_no,
        verb__in=_LOOKS,
        at__gt=clock.now() - timedelta(days=days),
    ).order_by("-at", "-pk")
    return acts.count(), [Look(act.actor, act.verb, act.at) for act in acts[:limit]]
