"""What a statement says of the nightly replay is what the replay found of that very bill."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.lake import queries
from tongchou.lake.models import Replay, ReplayDifference
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.settlement import hooks
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import make_county, make_settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill() -> Settlement:
    make_county()
    return make_settled(when=clock.now().strftime("%Y-%m-%d %H:%M"))


def make_replay(bill: Settlement, *different: int, hours: int = 0) -> Replay:
    at = clock.now() + timedelta(hours=hours)
    replay = Replay.objects.create(
        area=bill.area, year=bill.person_year.year, scheme=bill.scheme, copied_at=at,
        started_at=at, seconds=Decimal(1), bills=1, years=1, different=len(different),
        asked_by="night",
    )  # fmt: skip
    for number in different:
        ReplayDifference.objects.create(
            replay=replay, settlement_id=number, posted=[], recomputed=[]
        )
    return replay


def page(bill: Settlement) -> str:
    client = Client()
    client.force_login(make_user("reviewer"))
    return client.get(reverse("bills:statement", args=[bill.pk])).content.decode()


def test_nothing_is_said_before_a_replay_that_held_the_bill(bill: Settlement) -> None:
    make_replay(bill, hours=-48)
    assert hooks.recounted(bill) is None and "整年重算与账" not in page(bill)


def test_the_last_replay_counts(bill: Settlement) -> None:
    make_replay(bill, bill.pk, hours=1)
    found = hooks.recounted(bill)
    assert found is not None and not found.equal
    assert "整年重算与账不等" in page(bill)
    assert [one.different for one in queries.unequal_replays(bill.area)] == [1]
    make_replay(bill, bill.pk + 1, hours=2)  # another's difference is not this bill's
    found = hooks.recounted(bill)
    assert found is not None and found.equal
    assert "整年重算与账一致" in page(bill)
    make_replay(bill, hours=3)
    assert queries.unequal_replays(bill.area) == []
