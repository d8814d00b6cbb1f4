"""The demonstration's year of lists, as it was posted: months issued, closed, found again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from tongchou.demo import build
from tongchou.demo.parameters import AREA
from tongchou.demo.rosters.posted import send_lists
from tongchou.funds import accounts
from tongchou.platform import clock
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import verify
from tongchou.providers import credentials
from tongchou.rosters.models import RosterFile, Run
from tongchou.rosters.worklists import open_work
from tongchou.settlement.queries.replay import replay

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        for forget in (credentials.forget, forget_blocks, accounts.forget):
            forget()
        build.build(3_000, lambda _words: None)
        said: list[str] = []
        send_lists(lambda _done, _whole, words: said.append(words))
        yield said
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def test_twelve_months_are_there_and_the_last_waits(year: list[str]) -> None:
    whole = Run.objects.filter(changes=None, corrects=None).order_by("month")
    assert [run.month for run in whole] == ["2025-12"] + [f"2026-{n:02d}" for n in range(1, 12)]
    assert [run.state for run in whole] == ["issued"] * 11 + ["tried"]
    assert year[0] == "2025-12"


def test_the_late_list_corrected_its_month(year: list[str]) -> None:
    run = Run.objects.exclude(corrects=None).get()
    assert (run.month, run.state) == ("2026-03", "issued")
    assert run.corrects is not None
    assert run.corrects.incomplete == ["残联"]
    assert run.incomplete == []


def test_bad_lists_were_sent_back_and_their_months_cleared_nobody(year: list[str]) -> None:
    refused = RosterFile.objects.filter(state="refused").order_by("month")
    sent_back = {(file.month, file.sender.source) for file in refused}
    assert sent_back >= {("2026-05", "扶贫"), ("2026-07", "民政")}
    for file in refused:
        run = Run.objects.get(month=file.month, changes=None)
        assert file.sender.source in run.incomplete
        rests_on = Case.objects.filter(steps__look=run.run_id, steps__verb="closed")
        assert not [case for case in rests_on if file.sender.source in case.sources]


def test_cases_were_closed_and_some_came_back(year: list[str]) -> None:
    assert Case.objects.filter(state="closed").count() > 10
    assert Step.objects.filter(verb="reopened").exists()
    assert Step.objects.filter(verb="issue", look="").exists()


def test_changes_were_in_the_register_the_same_day(year: list[str]) -> None:
    runs = Run.objects.exclude(changes=None)
    assert runs.count() == 2
    for run in runs:
        assert run.state == "issued"
        done = Step.objects.filter(case__seen_in=run.run_id, verb="correct")
        assert all(step.at.date() == run.made_at.date() for step in done)


def test_what_is_done_in_the_past_changes_no_bill_and_the_trail_is_whole(year: list[str]) -> None:
    assert not replay(AREA, NOW.year).differences
    assert not verify.verify().faults


def test_this_month_waits_for_a_second_person(year: list[str]) -> None:
    waiting = RosterFile.objects.filter(state="received").values_list("month", "sender__source")
    assert ("2026-11", "扶贫") in set(waiting)
    kinds = {work.kind for work in open_work(AREA)}
    assert kinds >= {"roster_receive", "roster_issue", "roster_handle"}


def test_a_year_is_not_begun_twice(year: list[str]) -> None:
    with pytest.raises(Refused, match="重建"):
        send_lists()
