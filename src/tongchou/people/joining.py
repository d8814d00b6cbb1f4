"""What becomes of the facts of two records that are one person's: which move, which give way.

No day is lost: a spell of the record that goes is carried over whole where the record that stays
has none; where both have one, the one that was chosen stays whole and the other keeps its
remaining days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongchou.core.spells import Spell, subtract
from tongchou.people import records
from tongchou.people.models import Enrolment, Person

KEEP, GONE = "keep", "gone"
DATED = ("enrolment", "identity", "residence", "permit")  # at most one of a key on a day


@dataclass(frozen=True, slots=True)
class Move:
    """A fact and the days of it that the record that stays will hold."""

    lane: str
    fact: Any
    spell: Spell


@dataclass(frozen=True, slots=True)
class Overlap:
    """An enrolment of the record that goes and those of the other on the same days."""

    gone: Enrolment
    keep: Sequence[Enrolment]


@dataclass(slots=True)
class Plan:
    """`moves`: facts to be written; `gives_way`: facts of the record that stays to be replaced."""

    moves: list[Move] = field(default_factory=list)
    gives_way: list[tuple[str, Any]] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)


def plan(keep: Person, gone: Person, choices: Mapping[str, str]) -> Plan:
    """Return what moves. `choices`: by key of an enrolment that goes, KEEP or GONE stays."""
    found = Plan()
    for lane in DATED:
        held = _by_key(lane, records.facts_of(lane, keep))
        for key, going in _by_key(lane, records.facts_of(lane, gone)).items():
            _join(found, lane, held.get(key, []), going, choices)
    return found


def _join(
    found: Plan, lane: str, held: list[Any], going: list[Any], choices: Mapping[str, str]
) -> None:
    winners: list[Spell] = []
    giving: list[Any] = []
    for fact in going:
        beside = [other for other in held if other.spell.overlaps(fact.spell)]
        if beside and lane == "enrolment":
            found.overlaps.append(Overlap(fact, beside))
        if beside and lane == "enrolment" and choices.get(str(fact.pk)) == GONE:
            winners.append(fact.spell)
            giving += [other for other in beside if other not in giving]
            found.moves.append(Move(lane, fact, fact.spell))
        else:
            rest = subtract(fact.spell, [other.spell for other in held])
            found.moves += [Move(lane, fact, piece) for piece in rest]
    for fact in giving:
        found.gives_way.append((lane, fact))
        found.moves += [Move(lane, fact, piece) for piece in subtract(fact.spell, winners)]


def _by_key(lane: str, facts: Iterable[Any]) -> dict[str, list[Any]]:
    keyed: dict[str, list[Any]] = {}
    for fact in facts:
        keyed.setdefault(fact.kind if lane == "identity" else "", []).append(fact)
    return keyed
