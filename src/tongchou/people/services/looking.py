"""Looking at a person leaves a trace too (P14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tongchou.people.models import Person
from tongchou.people.services import common
from tongchou.platform import clock
from tongchou.platform.trail.queries import acts_on
from tongchou.platform.trail.registry import text_of

SAME_LOOK = timedelta(minutes=10)
_LOOKS = ("people.person.seen", "people.person.unmasked")


@dataclass(frozen=True, slots=True)
class Look:
    who: str
    what: str
    at: datetime


@transaction.atomic
def record_look(*, actor: str, person: Person) -> None:
    """Record that `actor` opened the person's page; turning its parts over is the same look."""
    recent = acts_on("person", person.psn_no).filter(
        actor=actor, verb="people.person.seen", at__gt=clock.now() - SAME_LOOK
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
    since = clock.now() - timedelta(days=days)
    acts = acts_on("person", person.psn_no).filter(verb__in=_LOOKS, at__gt=since)
    shown = acts.values_list("actor_name", "actor", "verb", "at")[:limit]
    looks = [Look(name or actor, text_of(verb), at) for name, actor, verb, at in shown]
    return acts.count(), looks
