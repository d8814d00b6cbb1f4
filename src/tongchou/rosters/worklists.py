"""What is open about lists, for the desk: how many, since when, until when, whose step it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.timezone import make_aware

from tongchou.platform.accounts.models import User
from tongchou.platform.casework.queries import open_cases
from tongchou.rosters import lists
from tongchou.rosters.applications import Application
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
    yield from _let_pass(area)
    yield from _gone_up(area)
    whole = Run.objects.filter(area=area, changes=None)
    run = whole.order_by("-month", "-made_at").first()
    if run is not None:
        yield from _of_run(run)
    yield from _of_parts(area, run)
    yield from _cases(area)
    waiting = Application.objects.filter(area=area, state=Application.State.SUBMITTED)
    # Who handed one in does not recognise it: a line for each post that has handed in.
    for one in waiting.values("submitted_by").annotate(n=Count("pk"), began=Min("submitted_at")):
        url = f"{reverse('rosters:applications')}?state={Application.State.SUBMITTED}"
        acted = (one["submitted_by"],)
        yield Work(
            "roster_recognise", one["n"], "rosters.recognise", url, one["began"], acted=acted
        )


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


def _let_pass(area: str) -> Iterator[Work]:
    """Lists in use that were judged again and met a gate nobody has let them pass."""
    rows = RosterFile.objects.filter(sender__area=area, state=RosterFile.State.ACCEPTED)
    for file in rows.exclude(gates=[]).defer("content").order_by("received_at"):
        if lists.unreleased(file):
            url, since = reverse("rosters:file", args=[file.pk]), file.decided_at
            assert since is not None
            acted = (file.received_by_id,)
            yield Work("roster_release", 1, "rosters.receive", url, since, acted=acted)


def _gone_up(area: str) -> Iterator[Work]:
    """What has gone up beyond its own place because it is late."""
    for days, level in MACHINE.escalates.items():
        rows = open_cases(area, KIND).filter(level__gte=days)
        first = rows.aggregate(n=Count("pk"), due=Min("due_on"))
        if first["n"] and not level.local:
            url = f"{reverse('rosters:cases')}?level={days}"
            since = make_aware(datetime.combine(first["due"], _DAY_ENDS))
            yield Work("roster_late", first["n"], level.right, url, since, since)


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


def counts_of(user: User) -> dict[str, int]:
    """Return what has gone up to a town's own head, for its menu; the bureau has its desk."""
    if user.town is None:
        return {}
    up = (
        open_cases(user.area_code, KIND).filter(place=user.town, level__gt=0).exclude(state="found")
    )
    return {"rosters:cases": up.count()}
