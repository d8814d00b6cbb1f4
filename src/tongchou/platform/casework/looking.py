"""What a look at the world does to cases: opens what is new, waits for what is gone, closes it.

A case is closed because it is no longer seen, never because somebody said so; and only by a look
that was complete in everything the case rests on.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from tongchou.platform import clock
from tongchou.platform.casework.acting import stop_clock
from tongchou.platform.casework.machine import Machine
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.registry import machines
from tongchou.platform.trail import services as trail

LOOKS_TO_CLOSE = 2  # a case that nobody worked on closes when two looks in a row miss it
_BATCH = 500


class Sighting(NamedTuple):
    """What was found now. `days`: working days to settle it in, 0 for none."""

    key: str
    code: str
    subject: str
    name: str
    place: str
    facts: str
    sources: tuple[str, ...]
    days: int
    asks_evidence: bool
    at_once: bool = False  # recorded and closed in one
    data: Mapping[str, str] = {}
    state: str = ""  # the one it opens in, "" for the machine's `found`


class Outcome(NamedTuple):
    """Counts of cases by what the look did to them."""

    new: int = 0
    reopened: int = 0
    seen: int = 0
    vanished: int = 0
    closed: int = 0
    held: int = 0


@transaction.atomic
def look(
    *,
    kind: str,
    area: str,
    run: str,
    actor: str,
    sightings: Sequence[Sighting],
    complete: Callable[[Sequence[str]], bool],
    among: Collection[str] | None = None,
    as_of: date | None = None,
) -> Outcome:
    """Bring the cases of a kind up to what was found; the same run again changes nothing.

    `complete` says whether the look was whole in the sources that a case rests on. `among`: the
    look was at these keys alone, and at what it found: no other case is missed by it. `as_of`: the
    day it is about; of a case that was seen as of a later one it says nothing.
    """
    machine = machines()[kind]
    cases = {case.key: case for case in _locked(kind, area, sightings, among)}
    if any(case.seen_in == run for case in cases.values()):
        return Outcome(seen=len(sightings))
    scene = _Look(machine, area, run, as_of)
    for sighting in sightings:
        case = cases.get(sighting.key)
        scene.open(sighting) if case is None else scene.see(case, sighting)
    seen = {sighting.key for sighting in sightings}
    for key, case in cases.items():
        if key not in seen and case.state != machine.closed:
            scene.miss(case, whole=complete(case.sources))
    outcome = scene.write()
    trail.record(
        actor=actor,
        verb="casework.looked",
        object_type=machine.page,
        object_id=kind,
        area=area,
        data={"run": run, **outcome._asdict()},
    )
    return outcome


def _locked(
    kind: str, area: str, sightings: Sequence[Sighting], among: Collection[str] | None
) -> Iterator[Case]:
    rows = Case.objects.select_for_update().filter(area=area, kind=kind)
    if among is None:
        yield from rows
        return
    keys = sorted({*among, *(one.key for one in sightings)})
    for at in range(0, len(keys), _BATCH):
        yield from rows.filter(key__in=keys[at : at + _BATCH])


class _Look:
    """Collects what a look does, and writes it at once."""

    def __init__(self, machine: Machine, area: str, run: str, as_of: date | None) -> None:
        self._machine, self._area, self._run, self._now = machine, area, run, clock.now()
        self._as_of = as_of
        self._new: list[Case] = []
        self._changed: list[Case] = []
        self._steps: list[tuple[Case, str, str, str]] = []
        self._counts = dict.fromkeys(Outcome._fields, 0)

    def open(self, sighting: Sighting) -> None:
        case = Case(area=self._area, kind=self._machine.kind, key=sighting.key, found_at=self._now)
        case.moved_at = self._now
        self._tell(case, sighting)
        to = self._machine.closed if sighting.at_once else sighting.state or self._machine.found
        self._new.append(case)
        self._go(case, "found", to, before="")
        self._counts["new"] += 1

    def see(self, case: Case, sighting: Sighting) -> None:
        """Found again: what was over or gone goes another round; what is open stays where it is."""
        if self._behind(case):
            self._counts["seen"] += 1
            return
        self._tell(case, sighting)
        gone = (self._machine.closed, self._machine.vanished)
        if case.state in gone and not sighting.at_once:
            # It may have been handed out in this round: the next time is another.
            case.round += 1
            case.returned, case.closed_at = 0, None
            self._go(case, "reopened", sighting.state or self._machine.found)
            self._counts["reopened"] += 1
        else:
            self._counts["seen"] += 1
        self._changed.append(case)

    def miss(self, case: Case, *, whole: bool) -> None:
        if not whole or self._behind(case):
            self._counts["held"] += 1
            return
        if self._machine.states[case.state].over:
            return
        case.missed += 1
        case.looked_on = self._as_of or case.looked_on
        done = case.state in self._machine.settled
        if done or (case.state == self._machine.vanished and case.missed >= LOOKS_TO_CLOSE):
            self._go(case, "closed", self._machine.closed)
            self._counts["closed"] += 1
        elif case.state != self._machine.vanished:
            self._go(case, "vanished", self._machine.vanished)
            self._counts["vanished"] += 1
        self._changed.append(case)

    def write(self) -> Outcome:
        Case.objects.bulk_create(self._new, batch_size=_BATCH)
        Case.objects.bulk_update(self._changed, _MOVED, batch_size=_BATCH)
        Step.objects.bulk_create(
            [
                Step(
                    case=case, round=case.round, verb=verb, before=before, after=after,
                    at=self._now, look=self._run,
                )
                for case, verb, before, after in self._steps
            ],
            batch_size=_BATCH,
        )  # fmt: skip
        return Outcome(**self._counts)

    def _tell(self, case: Case, sighting: Sighting) -> None:
        case.code, case.subject, case.subject_name = sighting.code, sighting.subject, sighting.name
        case.place, case.facts, case.sources = sighting.place, sighting.facts, [*sighting.sources]
        case.data = dict(sighting.data)
        case.days, case.asks_evidence = sighting.days, sighting.asks_evidence
        case.seen_in, case.seen_at, case.missed = self._run, self._now, 0
        case.looked_on = self._as_of or case.looked_on

    def _behind(self, case: Case) -> bool:
        """Say whether this look is about a day before the last one of the case."""
        known = case.looked_on
        return known is not None and self._as_of is not None and self._as_of < known

    def _go(self, case: Case, verb: str, to: str, before: str | None = None) -> None:
        self._steps.append((case, verb, case.state if before is None else before, to))
        case.state, case.moved_at = to, self._now
        stop_clock(case)
        case.until = None
        if to == self._machine.closed:
            case.closed_at = self._now


_MOVED = [
    "code", "subject", "subject_name", "place", "facts", "data", "sources", "days", "asks_evidence",
    "state", "round", "returned", "seen_in", "seen_at", "missed", "clock_from", "due_on", "until",
    "moved_at", "closed_at", "level", "looked_on",
]  # fmt: skip
