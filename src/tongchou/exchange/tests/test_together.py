"""Copies, and different messages about one person, sent at the same moment (P1, P9)."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tongchou.catalogue.tests.make import make_item
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import (
    admission,
    admit,
    bill,
    charge,
    fee,
    make_area,
    make_hospital,
    stay_charged,
)
from tongchou.funds import accounts
from tongchou.funds import services as funds
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials
from tongchou.settlement.models import Charge, FeeLine, Settlement, Visit

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 32


@pytest.fixture
def hospital(transactional_db: None) -> Iterator[Hospital]:
    credentials.forget()
    forget_blocks()
    accounts.forget()
    make_area()
    funds.open_area("441700", actor="test")
    make_plans()
    yield make_hospital()
    forget_blocks()


@pytest.fixture
def person(hospital: Hospital) -> Person:
    return make_person()


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in as many threads, started at one moment; return what each returned."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def sender(hospital: Hospital, body: bytes) -> Callable[[], bytes]:
    """Send until something other than "come again" is answered."""

    def send() -> bytes:
        for _try in range(20):
            response = hospital.post(body)
            if response.status_code != 503:
                return response.content
        raise AssertionError("never answered")

    return send


def test_copies_of_one_admission(hospital: Hospital, person: Person) -> None:
    body = hospital.body("2401", admission(hospital, person))
    answers = together(*[sender(hospital, body)] * COPIES)
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["infcode"] == 0
    assert Visit.objects.count() == 1


def test_copies_of_one_settlement(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "50000.00")
    body = hospital.body("2304", bill(mdtrt_id, person, "50000.00"))
    answers = together(*[sender(hospital, body)] * COPIES)
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["output"]["setlinfo"]["fund_pay_sumamt"] == "32832.00"
    assert Settlement.objects.count() == 1


def test_copies_with_one_nonce(hospital: Hospital, person: Person) -> None:
    mdtrt_id = stay_charged(hospital, person, "3000.00")
    body = hospital.body("2304", bill(mdtrt_id, person, "3000.00"))
    answers = together(*[lambda: hospital.post(body, nonce="one").content] * 8)
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["infcode"] == 0


def test_two_hospitals_admit_one_person(hospital: Hospital, person: Person) -> None:
    other = make_hospital(name="北津镇卫生院")
    acts = [sender(h, h.body("2401", admission(h, person))) for h in (hospital, other)]
    answers = [json.loads(text) for text in together(*acts)]
    assert sorted(answer["infcode"] for answer in answers) == [-1, 0]
    refused = next(answer for answer in answers if answer["infcode"] == -1)
    assert refused["err_msg"] == "当日已在其他机构住院，请先核对"
    assert Visit.objects.count() == 1


def test_a_line_that_comes_while_the_bill_is_settled(hospital: Hospital) -> None:
    """Either the bill has the line, or the line is refused; never a settled bill without it."""
    item = make_item()
    for _round in range(6):
        person = make_person()
        mdtrt_id = admit(hospital, person)
        charge(hospital, person, mdtrt_id, "3000.00")
        late = fee(mdtrt_id, person, item.code, sn="late")
        settle = hospital.body("2304", bill(mdtrt_id, person, "", medfee_sumamt=None))
        upload = hospital.body("2301", {"feedetail": [late]})
        together(sender(hospital, settle), sender(hospital, upload))
        one = Charge.objects.select_related("settlement").get(visit__mdtrt_id=mdtrt_id)
        assert one.settlement is not None
        assert one.settlement.total == sum(
            line.amount for line in FeeLine.objects.filter(charge=one)
        )


def test_bills_of_one_person_at_two_hospitals(hospital: Hospital, person: Person) -> None:
    """The year pays E(C) whichever came first (P6)."""
    other = make_hospital(name="北津镇卫生院")
    acts = []
    for one in (hospital, other):
        mdtrt_id = stay_charged(one, person, "30000.00")
        acts.append(sender(one, one.body("2304", bill(mdtrt_id, person, "30000.00"))))
    infos = [json.loads(text)["output"]["setlinfo"] for text in together(*acts)]
    # Each (30,000 - 700) x 60% = 17,580; 60% of what of 2 x 12,420 lies over 15,000
    assert [info["hifp_pay"] for info in infos] == ["17580.00", "17580.00"]
    assert sorted(info["hifmi_pay"] for info in infos) == ["0.00", "5904.00"]
