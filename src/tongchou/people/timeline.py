"""A person's facts in one list, as they hold now or as they were known on an earlier day."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.core.identity import mask_id_number
from tongchou.core.spells import Spell
from tongchou.people import hooks
from tongchou.people.labels import IDENTITY_LABELS, STATUS_LABELS
from tongchou.people.models import (
    Enrolment,
    Fact,
    Identity,
    Permit,
    Person,
    PersonNumber,
    Residence,
)
from tongchou.platform.trail.queries import acts_on

# "other": of later contexts (people.hooks).
Lane = Literal["enrolment", "identity", "residence", "permit", "number", "death", "other"]


@dataclass(frozen=True, slots=True)
class Known:
    """One dated fact: the half-open spell, since when it was known, and whether it was struck."""

    lane: Lane
    pk: int
    key: str  # facts of one lane and key follow each other; of two keys they may run side by side
    text: str
    start: date
    end: date | None
    known_on: date
    source: str
    struck_on: date | None
    struck_reason: str
    label: str = ""  # of the lane, where it is not one of people's own
    url: str = ""

    @property
    def anchor(self) -> str:
        return f"fact-{self.lane}-{self.pk}"

    @property
    def live(self) -> bool:
        return self.struck_on is None

    @property
    def spell(self) -> Spell:
        return Spell(self.start, self.end)

    def believed_on(self, day: date) -> bool:
        """Whether the register held this on the evening of the day."""
        return self.known_on <= day and (self.struck_on is None or self.struck_on > day)


def all_facts(person: Person) -> list[Known]:
    """Return every fact ever recorded, struck ones too, the last known first. Six queries."""
    facts = [
        *[_known("enrolment", fact, "") for fact in person.enrolments.all()],
        *[_known("identity", fact, fact.kind) for fact in person.identities.all()],
        *[_known("residence", fact, "") for fact in person.residences.all()],
        *[_known("permit", fact, "") for fact in person.permits.all()],
        *[_known("number", fact, fact.kind) for fact in person.numbers.all()],
        *_death(person),
    ]
    return sorted(facts, key=lambda f: (f.known_on, f.live, f.start, f.pk), reverse=True)


def of_lanes(lanes: Iterable[hooks.Lane]) -> list[Known]:
    """Return the facts of later contexts as the page lists them."""
    return [
        Known(
            "other", at, lane.name, span.text, span.start, span.end, span.known_on, span.source,
            span.struck_on, span.struck_reason, lane.label, span.url,
        )
        for at, (lane, span) in enumerate((lane, span) for lane in lanes for span in lane.spans)
    ]  # fmt: skip


def _death(person: Person) -> list[Known]:
    """The death is a column of the person; who told of it, and when, is in the trail."""
    if person.died_on is None:
        return []
    act = acts_on("person", person.psn_no).filter(verb="people.person.died").first()
    known_on, source = person.died_on, _("没有留下来源")
    if act is not None:
        data = json.loads(act.data)
        told = data.get("known_on")
        known_on = date.fromisoformat(told) if told else timezone.localtime(act.at).date()
        source = data["source"]
    return [
        Known(
            "death", person.pk, "", _("死亡"), person.died_on, person.died_on + timedelta(days=1),
            known_on, source, None, "",
        )
    ]  # fmt: skip


def facts_as_known(person: Person, known_on: date) -> list[Known]:
    """Return what the register believed on the evening of `known_on`.

    A correction may be entered later than it became known. From the day it was known it counts,
    and the fact it later struck gives way.
    """
    return as_known(all_facts(person), known_on)


def as_known(facts: list[Known], known_on: date) -> list[Known]:
    held = [fact for fact in facts if fact.believed_on(known_on)]
    return [fact for fact in held if fact.live or not _superseded(fact, held)]


def _superseded(fact: Known, held: list[Known]) -> bool:
    """Whether a fact recorded later, and known by then, took the place of a struck one.

    Live spells never overlap, so of two that do the earlier row had been struck before the later
    was written, whatever the days on which they became known.
    """
    return any(
        other.lane == fact.lane
        and other.key == fact.key
        and other.pk > fact.pk
        and (other.lane != "number" or other.text == fact.text)
        and other.spell.overlaps(fact.spell)
        for other in held
    )


def fact_text(fact: Fact) -> str:
    """Return what the fact says: 城镇职工，在职; 低保对象; 平冈镇 大坪村; a masked number."""
    if isinstance(fact, Enrolment):
        scheme = fact.get_scheme_display()
        permit = fact.ground == Enrolment.Ground.PERMIT
        status = _("凭居住证") if permit else STATUS_LABELS.get(fact.status)
        words = {"scheme": scheme, "status": status}
        return _("%(scheme)s，%(status)s") % words if status else scheme
    if isinstance(fact, Identity):
        return str(IDENTITY_LABELS.get(fact.kind, fact.kind))
    if isinstance(fact, Residence):
        return f"{fact.town} {fact.village}".strip()
    if isinstance(fact, Permit):
        words = {"number": mask_id_number(fact.number), "place": fact.place}
        return _("%(number)s，%(place)s") % words
    assert isinstance(fact, PersonNumber)
    return f"{fact.get_kind_display()} {mask_id_number(fact.number)}"


def _known(lane: Lane, fact: Fact, key: str) -> Known:
    return Known(
        lane=lane,
        pk=fact.pk,
        key=key,
        text=fact_text(fact),
        start=fact.start,
        end=fact.end,
        known_on=fact.known_on,
        source=fact.source,
        struck_on=timezone.localtime(fact.struck_at).date() if fact.struck_at else None,
        struck_reason=fact.struck_reason,
    )
