"""The year of lists, broken off in the middle of a month: whoever takes it next goes on there."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from tongchou.demo import build, jobs
from tongchou.demo.rosters import working
from tongchou.demo.rosters.posted import send_lists
from tongchou.funds import accounts
from tongchou.people.models import Identity, Person
from tongchou.platform import clock
from tongchou.platform.casework.models import Case
from tongchou.platform.jobs import worker
from tongchou.platform.jobs.models import Job
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import verify
from tongchou.providers import credentials
from tongchou.rosters import services as rosters
from tongchou.rosters.models import Pin, RosterFile, Run, Sender

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SCALE = 600
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        for forget in (credentials.forget, forget_blocks, accounts.forget):
            forget()
        build.build(SCALE, lambda _words: None)
        yield
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture(autouse=True)
def at_that_time(county: None) -> Iterator[None]:
    with clock.frozen(NOW):
        yield


class Killed(BaseException):
    """As little to be caught as a signal."""


def found() -> dict[str, Any]:
    files = RosterFile.objects.values_list("month", "sender__source", "kind", "state", "rows")
    runs = Run.objects.values_list("month", "state", "changes__day", "corrects__month")
    told = {"files": sorted(files), "runs": sorted(map(repr, runs))}
    if connection.vendor == "sqlite":  # numbers begin again there, and some work goes by number
        told |= {
            "cases": Counter(Case.objects.values_list("code", "state", "round")),
            "flags": Counter(Identity.objects.values_list("kind", "start", "end", "struck_reason")),
            "pins": Pin.objects.count(),
            "dead": Person.objects.exclude(died_on=None).count(),
        }
    return told


@pytest.fixture(scope="module")
def whole(county: None, django_db_blocker: Any) -> dict[str, Any]:
    """What is there when nobody breaks it off."""
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        send_lists()
        there = found()
        transaction.set_rollback(True)
    forget_blocks()
    return there


def break_in(patch: pytest.MonkeyPatch, name: str, of: Any, times: int) -> None:
    """Let the `times`-th call of a function be the last thing that the process does."""
    real, left = getattr(of, name), [times]

    def last(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            raise Killed
        return real(*args, **kwargs)

    patch.setattr(of, name, last)


@pytest.mark.parametrize(
    ("of", "name", "times"),
    [
        (rosters, "register_sender", 3),  # before anything is kept
        (rosters, "issue", 4),  # the late list is remembered
        (working, "settle_rows", 7),  # the file that is sent again is
        (rosters, "give_back", 1),  # in the last step of all
    ],
)
def test_it_goes_on_as_if_nothing_had_been(
    of: Any, name: str, times: int, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}

    def keep(**state: Any) -> None:
        kept.update(json.loads(json.dumps(state)))

    with monkeypatch.context() as patch:
        break_in(patch, name, of, times)
        with pytest.raises(Killed):
            send_lists(keep=keep)
    send_lists(kept=dict(kept), keep=keep)
    assert found() == whole
    assert kept["done"] == 13
    assert not verify.verify().faults


def test_the_job_keeps_what_it_needs_and_the_next_one_takes_it_up(
    whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    build.ask_for_the_lists()
    job = Job.objects.get(kind=jobs.LISTS)
    with monkeypatch.context() as patch:
        break_in(patch, "issue", rosters, 3)
        with pytest.raises(Killed):
            worker.run_one()
    job.refresh_from_db()
    assert (job.state, job.params["done"]) == ("running", 3)  # register, two months
    Job.objects.filter(pk=job.pk).update(beat_at=clock.now() - worker.SILENCE * 2)
    worker.take_back_the_lost()
    with monkeypatch.context() as patch:
        break_in(patch, "issue", rosters, 2)
        with pytest.raises(Killed):
            worker.run_one()
    # Given up, and asked for again when the program starts the next time.
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=clock.now(), reason="x")
    build.ask_for_the_lists()
    assert Job.objects.filter(kind=jobs.LISTS).count() == 2
    assert worker.run_one()
    done = Job.objects.filter(kind=jobs.LISTS).latest("pk")
    assert (done.state, done.reason) == ("done", "")
    assert found() == whole
    build.ask_for_the_lists()
    assert Job.objects.filter(kind=jobs.LISTS).count() == 2


def test_a_county_with_other_people_since_is_not_gone_on_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: dict[str, Any] = {}
    with monkeypatch.context() as patch:
        break_in(patch, "issue", rosters, 1)
        with pytest.raises(Killed):
            send_lists(keep=lambda **state: kept.update(state))
    assert Sender.objects.exists()
    Person.objects.filter(pk=Person.objects.latest("pk").pk).update(name="改名")
    with pytest.raises(Refused, match="参保登记里的人变了"):
        send_lists(kept=kept)
