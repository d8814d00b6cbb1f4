"""What time does to cases: exceptions end, one case turns into another, what is late goes up.

Each is done once however often it is asked for, and looks at the cases under their locks.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from tongchou.platform import clock
from tongchou.platform.casework.acting import start_clock, stop_clock
from tongchou.platform.casework.looking import Sighting
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.registry import machines
from tongchou.platform.trail import services as trail
from tongchou.platform.workdays.calendar import Calendar
from tongchou.platform.workdays.queries import calendar_of

NIGHT = "night"
_BATCH = 500


class Turned(NamedTuple):
    """A case that is over by itself, and what is to be done instead."""

    case: int
    sighting: Sighting


@transaction.atomic
def end_exceptions(*, kind: str, area: str, on: date, actor: str = NIGHT) -> int:
    """Take up again what was set aside until a day that has come; return how many.

    It begins another round: where the machine says so, with whoever had it, the clock running.
    """
    machine, now, calendar = machines()[kind], clock.now(), calendar_of(area)
    ended = list(Case.objects.select_for_update().filter(area=area, kind=kind, until__lte=on))
    steps = []
    for case in ended:
        before, to = case.state, machine.resumed or machine.found
        case.round, case.returned = case.round + 1, 0
        case.until, case.closed_at, case.looked_on = None, None, on
        _move(case, to, now, calendar, clock_runs=bool(machine.resumed))
        steps.append(_step(case, "expire", before, now))
    _write(ended, steps)
    _note(actor, "casework.expired", area, kind, on=f"{on}", ended=len(ended))
    return len(ended)


@transaction.atomic
def turn(
    *, kind: str, area: str, look: str, on: date, turned: Sequence[Turned], actor: str = NIGHT
) -> int:
    """Close cases that are over by themselves, and open what is to be done instead.

    The new ones are handed out at once, their clocks running. `look` names what saw it. What is
    closed already is left alone, and so is a case that is open under the new key. Return how many
    were closed.
    """
    machine, now, calendar = machines()[kind], clock.now(), calendar_of(area)
    mine = Case.objects.select_for_update().filter(area=area, kind=kind)
    over = {c.pk: c for c in mine.filter(pk__in=[one.case for one in turned])}
    known = {c.key: c for c in mine.filter(key__in=[one.sighting.key for one in turned])}
    steps, changed, opened = [], [], []
    for one in turned:
        case = over[one.case]
        if machine.states[case.state].over:
            continue
        before, case.looked_on, case.closed_at = case.state, on, now
        _move(case, machine.closed, now, calendar, clock_runs=False)
        changed.append(case)
        steps.append(_step(case, "turned", before, now, look))
        to = known.get(one.sighting.key)
        if to is None:
            to = Case(area=area, kind=kind, key=one.sighting.key, found_at=now, round=0)
            opened.append(to)
        elif not machine.states[to.state].over and to.state != machine.vanished:
            continue
        else:
            changed.append(to)
        before = to.state
        _tell(to, one.sighting, look, on, now)
        _move(to, machine.resumed or machine.found, now, calendar, clock_runs=True)
        steps.append(_step(to, "found" if to.round == 1 else "reopened", before, now, look))
    Case.objects.bulk_create(opened, batch_size=_BATCH)
    _write(changed, steps)
    done = len([one for one in steps if one.verb == "turned"])
    _note(actor, "casework.turned", area, kind, on=f"{on}", turned=done)
    return done


def _tell(case: Case, told: Sighting, look: str, on: date, now: datetime) -> None:
    case.code, case.subject, case.subject_name = told.code, told.subject, told.name
    case.place, case.facts, case.sources = told.place, told.facts, [*told.sources]
    case.data, case.days, case.asks_evidence = dict(told.data), told.days, told.asks_evidence
    case.seen_in, case.seen_at, case.looked_on, case.missed = look, now, on, 0
    case.round, case.returned, case.closed_at, case.until = case.round + 1, 0, None, None


@transaction.atomic
def escalate(*, kind: str, area: str, on: date, actor: str = NIGHT) -> dict[int, int]:
    """Write on each late case to whom it goes by now, a step for each level reached.

    Return how many reached each level; what has gone up stays until the clock is stopped.
    """
    machine, now, calendar = machines()[kind], clock.now(), calendar_of(area)
    reached = dict.fromkeys(machine.escalates, 0)
    late = Case.objects.select_for_update().filter(
        area=area, kind=kind, due_on__lt=on, level__lt=max(reached, default=0)
    )
    steps, moved = [], []
    for case in late.exclude(state__in=machine.over()):
        assert case.due_on is not None
        days = calendar.between(case.due_on, on)
        levels = sorted(one for one in reached if case.level < one <= days)
        for level in levels:
            reached[level] += 1
            steps.append(_step(case, "escalate", case.state, now, f"{LATE}{level}"))
        if levels:
            case.level = levels[-1]
            moved.append(case)
    Case.objects.bulk_update(moved, ["level"], batch_size=_BATCH)
    Step.objects.bulk_create(steps, batch_size=_BATCH)
    told = {f"{level}": count for level, count in reached.items()}
    _note(actor, "casework.escalated", area, kind, on=f"{on}", **told)
    return reached


LATE = "late "  # what made the system act, in the step of going up: this and the working days


def level_of(step: Step) -> int:
    """Return the level that a step of going up tells of."""
    return int(step.look.removeprefix(LATE))


def _move(case: Case, to: str, now: datetime, calendar: Calendar, *, clock_runs: bool) -> None:
    case.state, case.moved_at = to, now
    if clock_runs:
        start_clock(case, now, calendar)
    else:
        stop_clock(case)


def _step(case: Case, verb: str, before: str, now: datetime, look: str = "") -> Step:
    return Step(
        case=case, round=case.round, verb=verb, before=before, after=case.state, at=now, look=look
    )


_MOVED = [
    "code", "subject", "subject_name", "place", "facts", "data", "sources", "days", "asks_evidence",
    "state", "round", "returned", "seen_in", "seen_at", "looked_on", "missed", "clock_from",
    "due_on", "level", "until", "moved_at", "closed_at",
]  # fmt: skip


def _write(cases: Sequence[Case], steps: Sequence[Step]) -> None:
    Case.objects.bulk_update(cases, _MOVED, batch_size=_BATCH)
    Step.objects.bulk_create(steps, batch_size=_BATCH)


def _note(actor: str, verb: str, area: str, kind: str, **told: object) -> None:
    """Leave an act where anything was done; a night that finds nothing leaves none."""
    if any(value for name, value in told.items() if name != "on"):
        trail.record(
            actor=actor, verb=verb, object_type="case", object_id=kind, area=area, data=told
        )
