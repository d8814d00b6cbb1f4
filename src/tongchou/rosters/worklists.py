"""What is open about lists, for the desk: how many, since when, until when, whose step it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.timezone import make_aware

from tongchou.platform.accounts.models import User
from tongchou.platform.casework.queries import open_cases
from tongchou.rosters.casework import KIND, MACHINE
from tongchou.rosters.models import RosterFile, Run

_DAY_ENDS = time(23, 59)


@dataclass(frozen=True, slots=True)
class Work:
    """`count` things of one kind that wait for whoever holds `right` and is not in `acted`."""

    kind: str
    count: int
    right: str
    url: str
    began_at: datetime
    due_at: datetime | None = None
    step: str = ""
    acted: tuple[int, ...] = ()


def open_work(area: str) -> Iterator[Work]:
    yield from _files(area)
    whole = Run.objects.filter(area=area, changes=None)
    run = whole.order_by("-month", "-made_at").first()
    if run is not None:
        yield from _of_run(run)
    yield from _of_parts(area, run)
    yield from _cases(area)


def _files(area: str) -> Iterator[Work]:
    rows = RosterFile.objects.filter(sender__area=area, state=RosterFile.State.RECEIVED)
    for file in rows.defer("content").order_by("received_at"):
        # Who received a list that failed its checks does not let it pass himself.
        acted = (file.received_by_id,) if any(gate["block"] for gate in file.gates) else ()
        url = reverse("rosters:file", args=[file.pk])
        yield Work("roster_receive", 1, "rosters.receive", url, file.received_at, acted=acted)


def _of_parts(area: str, run: Run | None) -> Iterator[Work]:
    """What waits of changes compared since the month's run, and of corrections of months before."""
    tried = Run.objects.filter(area=area, state=Run.State.TRIED)
    parts = tried.exclude(changes=None).filter(pk__gt=run.pk) if run else tried.none()
    newest = {one.changes_id: one for one in parts.order_by("made_at")}
    corrections = tried.exclude(corrects=None).order_by("made_at")
    newest_of = {one.month: one for one in corrections}
    for one in [*newest.values(), *newest_of.values()]:
        yield from _of_run(one)


def _of_run(run: Run) -> Iterator[Work]:
    rows = run.open_rows.filter(tier="review").count()
    if rows:
        url = reverse("rosters:review")
        yield Work("roster_decide", rows, "rosters.decide", url, run.made_at)
    if run.state == Run.State.TRIED:
        asked = User.objects.filter(login=run.asked_by).values_list("pk", flat=True)
        new = run.summary["new"] + run.summary["reopened"]
        url = reverse("rosters:run", args=[run.pk])
        yield Work("roster_issue", new, "rosters.issue", url, run.made_at, acted=tuple(asked))


def _cases(area: str) -> Iterator[Work]:
    kinds = {"rosters.handle": "roster_handle", "rosters.review": "roster_review"}
    rows = open_cases(area, KIND).values_list("state")
    for state, count, began, due in rows.annotate(
        n=Count("pk"), began=Min("moved_at"), due=Min("due_on")
    ).order_by("state"):
        turn = MACHINE.states[state].turn
        if turn in kinds:
            url = f"{reverse('rosters:cases')}?state={state}"
            end = make_aware(datetime.combine(due, _DAY_ENDS)) if due else None
            step = str(MACHINE.states[state].label)
            yield Work(kinds[turn], count, turn, url, began, end, step)
