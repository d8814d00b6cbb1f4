"""Many at one moment, round after round: copies of one message, rivals over one year (P1, P6).

TONGCHOU_ROUNDS sets the length of the slow run.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.db import connection

from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import bill, make_area, make_hospital
from tongchou.exchange.tests.test_together import sender
from tongchou.funds import accounts
from tongchou.funds import services as funds
from tongchou.funds.verify import verify_books
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans
from tongchou.platform import clock
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail.verify import verify
from tongchou.providers import credentials
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import pricing
from tongchou.settlement.tests.make import AREA, make_charge

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 32
LONG = int(os.environ.get("TONGCHOU_ROUNDS", "300"))
ROUNDS = [20, pytest.param(LONG, marks=pytest.mark.slow, id="long")]


class Crowd:
    """Threads that stay, with a connection each, and start each round at one moment."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pool = ThreadPoolExecutor(size)

    def act(self, acts: list[Callable[[], Any]]) -> list[Any]:
        start = threading.Barrier(len(acts))

        def run(act: Callable[[], Any]) -> Any:
            start.wait()
            return act()

        return list(self.pool.map(run, acts))

    def leave(self) -> None:
        self.act([hang_up] * self.size)
        self.pool.shutdown()


def hang_up() -> None:
    connection.close()  # that of the thread in which it is looked up


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    found = Crowd(COPIES)
    yield found
    found.leave()


@pytest.fixture
def hospitals(transactional_db: None) -> list[Hospital]:
    credentials.forget()
    forget_blocks()
    accounts.forget()
    make_area()
    make_plans()
    funds.open_area(AREA, actor="test")
    return [make_hospital(), make_hospital(name="北津镇卫生院")]


def message(hospital: Hospital, person: Person, yuan: int) -> bytes:
    total = f"{yuan}.00"
    charge = make_charge(person, hospital.institution, total, on=f"{clock.today()} 00:30")
    return hospital.body("2304", bill(charge.visit.mdtrt_id, person, total))


def sound() -> None:
    assert replay(AREA, clock.today().year).differences == []
    assert verify_books(AREA) == [] and verify().sound


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_message_is_one_act(hospitals: list[Hospital], crowd: Crowd, rounds: int) -> None:
    hospital = hospitals[0]
    for number in range(1, rounds + 1):
        body = message(hospital, make_person(), 50_000)
        answers = crowd.act([sender(hospital, body)] * COPIES)
        assert len(set(answers)) == 1 and json.loads(answers[0])["infcode"] == 0
        assert Settlement.objects.count() == number
    sound()


def entitled(borne: int) -> int:
    """Return E(C): what critical illness owes for `borne` fen of the year, by 441700's document."""
    first = max(min(borne, 6_500_000) - 1_500_000, 0)
    rest = max(borne - 6_500_000, 0)
    return min((60 * first + 70 * rest + 50) // 100, 10_000_000)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_rivals_over_one_year_are_paid_what_it_owes(
    hospitals: list[Hospital], crowd: Crowd, rounds: int
) -> None:
    """Two or three bills at once, some of them twice: the year pays E(C) whichever came first."""
    for seed in range(rounds):
        random = Random(seed)
        person = make_person()
        yuans = [random.randrange(10_000, 50_000) for _ in range(random.choice((2, 3)))]
        acts = []
        for n, yuan in enumerate(yuans):
            hospital = hospitals[n % 2]
            body = message(hospital, person, yuan)
            acts += [sender(hospital, body)] * random.choice((1, 2))
        random.shuffle(acts)
        answers = crowd.act(acts)
        assert [json.loads(text)["err_msg"] for text in answers] == [None] * len(acts), seed
        bills = Settlement.objects.filter(person=person).order_by("ordinal")
        assert [one.ordinal for one in bills] == list(range(1, len(yuans) + 1)), seed
        assert sorted(one.total for one in bills) == sorted(100 * yuan for yuan in yuans), seed
        borne = sum(one.in_scope - one.basic for one in bills)
        assert sum(one.critical_illness for one in bills) == entitled(borne), seed
        year = PersonYear.objects.get(person=person)
        assert (year.version, year.state) == (len(yuans), bills[len(yuans) - 1].state_after), seed
    sound()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_fact_beside_a_bill_holds_for_it_or_comes_after(
    hospitals: list[Hospital], crowd: Crowd, rounds: int
) -> None:
    for _round in range(rounds):
        person = make_person()
        body = message(hospitals[0], person, 60_000)
        crowd.act([sender(hospitals[0], body), lambda person=person: grant(person)])
        one = Settlement.objects.get(person=person)
        helped = one.critical_illness > entitled(one.in_scope - one.basic)
        assert helped == (one.identities == ["destitute"])
        if not helped:  # then the grant came after the bill, and has moved the year
            assert PersonYear.objects.get(person=person).version == 2
    sound()


def grant(person: Person) -> None:
    today = clock.today()
    people.add_identity(actor="test", person=person, kind="destitute", start=today, source="民政")


@pytest.mark.parametrize("first", [True, False], ids=["first of the year", "later"])
@pytest.mark.parametrize("moment", ["next_number", "open_year"])
def test_no_bill_is_priced_on_the_facts_of_a_moment_ago(
    hospitals: list[Hospital], monkeypatch: pytest.MonkeyPatch, moment: str, first: bool
) -> None:
    """A fact that comes between reading and writing is read, also before the year is open."""
    hospital, person = hospitals[0], make_person()
    if not first:
        sender(hospital, message(hospital, person, 500))()
    body = message(hospital, person, 60_000)
    really = getattr(pricing, moment)
    waiting = [person]

    def late(*arguments: Any) -> Any:
        if waiting:
            grant(waiting.pop())
        return really(*arguments)

    monkeypatch.setattr(pricing, moment, late)
    sender(hospital, body)()
    if first or moment == "next_number":
        assert not waiting
        assert Settlement.objects.latest("ordinal").identities == ["destitute"]
    sound()
