"""What is open about registers, for the desk: how many, since when, whose turn."""

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.timezone import make_aware

from tongchou.platform.accounts.models import User
from tongchou.platform.casework.queries import open_cases
from tongchou.registers.casework import MACHINES
from tongchou.registers.models import Pin, RegisterFile, Run
from tongchou.rosters.worklists import Work

_DAY_ENDS = time(23, 59)


def open_work(area: str) -> Iterator[Work]:
    yield from _files(area)
    for machine in MACHINES:
        rows = Run.objects.filter(area=area, kind=machine.kind)
        run = rows.order_by("-month", "-made_at", "-pk").first()
        if run is not None:
            yield from _of_run(run)
        yield from _cases(area, machine.kind)


def _files(area: str) -> Iterator[Work]:
    rows = RegisterFile.objects.filter(area=area, state=RegisterFile.State.RECEIVED)
    for file in rows.defer("content").order_by("received_at"):
        # Who received what failed its checks does not let it pass himself.
        acted = (file.received_by_id,) if any(gate["block"] for gate in file.gates) else ()
        url = reverse("registers:file", args=[file.pk])
        yield Work("register_receive", 1, "registers.receive", url, file.received_at, acted=acted)


def _of_run(run: Run) -> Iterator[Work]:
    pins = Pin.objects.filter(area=run.area, removed_at=None).values("subject")
    matches = run.open_matches.exclude(code__in=pins).count()
    if matches:
        url = reverse("registers:review")
        yield Work("register_decide", matches, "registers.handle", url, run.made_at)
    unsettled = run.counted.filter(outcome="?").exclude(subject__in=pins).count()
    if unsettled:
        url = f"{reverse('registers:counted')}?outcome=%3F"
        yield Work("register_decide", unsettled, "registers.handle", url, run.made_at)
    if run.state == Run.State.TRIED:
        asked = User.objects.filter(login=run.asked_by).values_list("pk", flat=True)
        new = run.summary["new"] + run.summary["reopened"]
        url = reverse("registers:run", args=[run.pk])
        yield Work("register_issue", new, "registers.issue", url, run.made_at, acted=tuple(asked))


def _cases(area: str, kind: str) -> Iterator[Work]:
    kinds = {
        "registers.handle": "register_handle",
        "registers.explain": "register_handle",
        "registers.review": "register_review",
    }
    machine = next(one for one in MACHINES if one.kind == kind)
    rows = open_cases(area, kind).values_list("state")
    for state, count, began, due in rows.annotate(
        n=Count("pk"), began=Min("moved_at"), due=Min("due_on")
    ).order_by("state"):
        turn = machine.states[state].turn
        if turn in kinds:
            url = f"{reverse('registers:cases')}?kind={kind}&state={state}"
            end = make_aware(datetime.combine(due, _DAY_ENDS)) if due else None
            step = str(machine.states[state].label)
            yield Work(kinds[turn], count, turn, url, began, end, step)
