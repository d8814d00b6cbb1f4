"""Replays are listed; a difference is an alarm, and opens beside its recomputation."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.core.policy import TIERS
from tongchou.insight.alarms import alarms_of
from tongchou.lake.models import Replay
from tongchou.lake.services import replay_year
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.worker import run_one
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import AREA, make_county, make_settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(settings: Any, tmp_path: Path) -> Settlement:
    settings.LAKE = tmp_path / "lake"
    make_county()
    return make_settled("60000.00")


def get(role: str, page: str, *args: object, status: int = 200) -> str:
    client = Client()
    client.force_login(make_user(role))
    answer = client.get(reverse(f"replays:{page}", args=args))
    assert answer.status_code == status
    return answer.content.decode()


def forged(bill: Settlement, by: int = 100) -> Replay:
    """A replay as it is kept when a fold comes to another amount."""
    replay = Replay.objects.create(
        area=AREA, year=2019, scheme="resident", copied_at=clock.now(), started_at=clock.now(),
        seconds=1, bills=1, years=1, different=1, asked_by="night",
    )  # fmt: skip
    pays = [getattr(bill, tier) for tier in TIERS]
    replay.differences.create(
        settlement_id=bill.pk,
        posted=[*pays, bill.deductible],
        recomputed=[pays[0] + by, *pays[1:], bill.deductible],
    )
    return replay


def test_a_year_is_asked_for_and_found_equal(bill: Settlement) -> None:
    client = Client()
    client.force_login(make_user("director"))
    year = clock.today().year
    answer = client.post(reverse("replays:run"), {"year": str(year)})
    job = Job.objects.get(kind="lake.replay")
    assert answer["Location"] == reverse("jobs:job", args=[job.pk]) and job.params == {
        "years": [year]
    }
    job.params = {"years": [2019]}
    job.save()
    assert run_one()
    replay = Replay.objects.get()
    assert (replay.bills, replay.different) == (1, 0)
    assert "一分不差" in get("auditor", "list")
    assert "每一笔都与账一致" in get("auditor", "replay", replay.pk)
    assert not [a for a in alarms_of(make_user("auditor")) if a.title == "重算与账不同"]


@pytest.mark.parametrize("year", ["", "x", "1990", "²"])
def test_a_year_without_bills_is_refused(bill: Settlement, year: str) -> None:
    client = Client()
    client.force_login(make_user("director"))
    assert client.post(reverse("replays:run"), {"year": year}).status_code == 409
    assert not Job.objects.exists()


def test_a_difference_is_an_alarm_until_the_year_is_equal_again(bill: Settlement) -> None:
    replay = forged(bill)
    for role, seen in (("auditor", True), ("finance", True), ("clerk", False), ("hospital", False)):
        found = [a for a in alarms_of(make_user(role)) if a.title == "重算与账不同"]
        assert bool(found) == seen, role
    [alarm] = [a for a in alarms_of(make_user("auditor")) if a.title == "重算与账不同"]
    assert alarm.url == reverse("replays:replay", args=[replay.pk]) and alarm.money
    far = make_user("auditor", area="441800", login="far")
    assert not [a for a in alarms_of(far) if a.title == "重算与账不同"]
    from tongchou.lake.services import export_area

    export_area(area=AREA, actor="x", progress=lambda *_: None)
    replay_year(area=AREA, year=2019, scheme="resident", actor="x", progress=lambda *_: None)
    assert not [a for a in alarms_of(make_user("auditor")) if a.title == "重算与账不同"]


def test_a_difference_opens_beside_its_recomputation(bill: Settlement) -> None:
    replay = forged(bill)
    one = replay.differences.get()
    text = get("auditor", "replay", replay.pk)
    assert reverse("replays:difference", args=[one.pk]) in text and "+1.00" in text
    text = get("auditor", "difference", one.pk)
    assert "+1.00" in text and "现在已一致" in text, "the bill itself folds as it was posted"
    assert "× 60%" in text and reverse("bills:statement", args=[bill.pk]) in text


def test_who_sees_nobodys_bills_sees_counts_alone(bill: Settlement) -> None:
    replay = forged(bill)
    text = get("sysadmin", "replay", replay.pk)
    assert str(bill.pk) in text
    assert reverse("replays:difference", args=[replay.differences.get().pk]) not in text
    get("sysadmin", "difference", replay.differences.get().pk, status=403)
    get("clerk", "list", status=403)
