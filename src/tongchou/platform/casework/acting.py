"""What a person does with a case: one verb of its machine, checked and written down."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework.machine import KEEP, RESTART, START, STOP, Verb
from tongchou.platform.casework.models import Case, Evidence, Step
from tongchou.platform.casework.registry import machines
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.platform.workdays.calendar import Calendar
from tongchou.platform.workdays.queries import calendar_of

MOST_BYTES = 10 * 1024 * 1024
MOST_NOTE = 500


class File(NamedTuple):
    name: str
    content: bytes


@transaction.atomic
def act(
    *,
    case: Case,
    verb: str,
    by: User,
    note: str = "",
    until: date | None = None,
    files: Sequence[File] = (),
) -> Case:
    """Do a verb. Raises NotAllowed, Refused naming the field.

    The case is read again under its lock: two who act at once do so one after the other, and the
    second finds what the first has done.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    machine = machines()[locked.kind]
    rule = machine.verbs_of(locked.state).get(verb)
    if rule is None:
        state = machine.states[locked.state].label
        raise Refused(_("案件现在是“%(state)s”，不能这样办。请刷新后再看") % {"state": state})
    _allow(locked, rule, by)
    note = note.strip()
    _check(locked, rule, note, until, files)
    before = locked.state
    _move(locked, rule, until)
    step = Step.objects.create(
        case=locked,
        round=locked.round,
        verb=verb,
        before=before,
        after=locked.state,
        by=by,
        at=clock.now(),
        note=note,
    )
    digests = [_keep(step, file) for file in files]
    trail.record(
        actor=by.login,
        verb="casework.acted",
        object_type=machine.page,
        object_id=str(locked.pk),
        area=locked.area,
        data={"verb": verb, "from": before, "to": locked.state, "evidence": digests},
    )
    return locked


def may(case: Case, rule: Verb, user: User) -> bool:
    """Say whether the user could do the verb: his post may, and no earlier hand of his forbids."""
    return user.may(rule.right) and not _own_hand(case, rule, user)


def _allow(case: Case, rule: Verb, by: User) -> None:
    if not by.may(rule.right):
        raise NotAllowed(_("您的岗位不能做“%(what)s”") % {"what": rule.label})
    if _own_hand(case, rule, by):
        raise Refused(_("这一步要由另一个人办：本轮您已经手过"))


def _own_hand(case: Case, rule: Verb, user: User) -> bool:
    if not rule.after:
        return False
    steps = Step.objects.filter(case=case, round=case.round, verb__in=rule.after, by=user)
    return steps.exists()


def _check(case: Case, rule: Verb, note: str, until: date | None, files: Sequence[File]) -> None:
    if rule.note and not note:
        raise Refused(_("请写明情况"), field="note")
    if len(note) > MOST_NOTE:
        raise Refused(_("情况说明最多 %(n)s 字，请写短些") % {"n": MOST_NOTE}, field="note")
    if rule.until and (until is None or until <= clock.today()):
        raise Refused(_("请写明例外到哪一天为止，须在今天以后"), field="until")
    if rule.until and until is not None:
        _check_end(case, until)
    if rule.evidence and case.asks_evidence and not files:
        raise Refused(_("这类问题整改要附佐证"), field="file")
    if any(len(file.content) > MOST_BYTES for file in files):
        raise Refused(_("佐证文件不能超过 10 MB。请压缩或分次提交"), field="file")


def _check_end(case: Case, until: date) -> None:
    ends_by = machines()[case.kind].ends_by
    last = ends_by(case, clock.today()) if ends_by is not None else None
    if last is not None and until > last:
        words = _("这类问题的例外最多到 %(day)s，到期再复查") % {"day": last}
        raise Refused(words, field="until")


def _move(case: Case, rule: Verb, until: date | None) -> None:
    now = clock.now()
    case.state, case.moved_at = rule.to, now
    case.until = until if rule.until else None
    if rule.clock == RESTART:
        case.returned += 1
    # Sent back once, the clock starts again; after that it goes on.
    if rule.clock == START or (rule.clock == RESTART and case.returned == 1):
        start_clock(case, now)
    elif rule.clock == STOP:
        stop_clock(case)
    else:
        assert rule.clock in (KEEP, RESTART)
    case.save()


def start_clock(case: Case, now: datetime, calendar: Calendar | None = None) -> None:
    """Count from now; what had gone up begins below again. `calendar`: where it is at hand."""
    stop_clock(case)
    if case.days:
        case.clock_from = now
        case.due_on = (calendar or calendar_of(case.area)).add(now.date(), case.days)


def stop_clock(case: Case) -> None:
    case.clock_from = case.due_on = None
    case.level = 0


def _keep(step: Step, file: File) -> str:
    digest = hashlib.sha256(file.content).hexdigest()
    Evidence.objects.create(step=step, name=file.name[:200], sha256=digest, content=file.content)
    return digest


@transaction.atomic
def act_on_all(
    *, kind: str, area: str, verb: str, by: User, among: Collection[str] | None = None
) -> int:
    """Do a verb that asks for nothing to every case that can take it; return how many.

    `among`: to those of these keys alone. Raises NotAllowed.
    """
    rule = machines()[kind].verbs[verb]
    assert not (rule.note or rule.evidence or rule.until or rule.after)
    if not by.may(rule.right):
        raise NotAllowed(_("您的岗位不能做“%(what)s”") % {"what": rule.label})
    rows = Case.objects.select_for_update().filter(area=area, kind=kind, state__in=rule.states)
    cases = [case for case in rows if among is None or case.key in among]
    now, steps, calendar = clock.now(), [], calendar_of(area)
    for case in cases:
        steps.append(
            Step(case=case, round=case.round, verb=verb, before=case.state, after=rule.to, by=by,
                 at=now)
        )  # fmt: skip
        case.state, case.moved_at = rule.to, now
        if rule.clock == START:
            start_clock(case, now, calendar)
    moved = ["state", "moved_at", "clock_from", "due_on", "level"]
    Case.objects.bulk_update(cases, moved, batch_size=500)
    Step.objects.bulk_create(steps, batch_size=500)
    return len(cases)
