"""Settling through the path of a bill: amounts, books, trail, version, stored answer."""

from typing import Any

import pytest

from tongchou.core.policy import TIERS
from tongchou.funds.models import Entry, PersonalAccount
from tongchou.funds.services import credit_personal_account
from tongchou.funds.verify import verify_books
from tongchou.people import services as people
from tongchou.people.tests.make import make_person
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.providers.tests.make import make_doctor, make_institution
from tongchou.settlement.models import Answer, PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import pricing
from tongchou.settlement.tests.make import (
    AREA,
    at,
    bill_of,
    compose,
    make_charge,
    make_county,
    message_for,
    reverse,
    settle,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


def pays(bill: Settlement) -> dict[str, int]:
    return {tier: getattr(bill, tier) for tier in TIERS if getattr(bill, tier)}


def test_three_admissions_of_one_year() -> None:
    person = make_person()
    town = make_institution(level="level1", name="平冈镇卫生院")
    city = make_institution(level="level3")
    bills = [
        settle(
            make_charge(person, town, "3000.00", on="2019-01-01 08:00"), when="2019-01-01 09:00"
        ),
        settle(
            make_charge(person, city, "40000.00", on="2019-02-01 08:00"), when="2019-02-01 09:00"
        ),
        settle(
            make_charge(person, city, "60000.00", on="2019-03-01 08:00"), when="2019-03-01 09:00"
        ),
    ]
    assert [pays(b) for b in bills] == [
        {"basic": 252000},
        {"basic": 2358000, "critical_illness": 114000},
        {"basic": 3558000, "critical_illness": 1465200},
    ]
    assert [b.person_pays for b in bills] == [48000, 1528000, 976800]
    year = PersonYear.objects.get()
    assert year.version == 3 and year.state == bills[-1].state_after
    assert [b.ordinal for b in bills] == [1, 2, 3]
    assert not verify_books(AREA)
    assert not replay(AREA, 2019).differences


def test_a_bill_is_posted_answered_and_recorded() -> None:
    charge = make_charge(make_person(), make_institution(), "60000.00", lines=8)
    bill = settle(charge)
    charge.refresh_from_db()
    assert charge.settlement_id == bill.pk
    entry = Entry.objects.get(pk=bill.pk)
    assert entry.kind == "settlement"
    assert {(p.account.fund_id, p.account.code, p.amount) for p in entry.postings.all()} == {
        ("resident_pool", "5101", 3558000),
        ("resident_pool", "2101", -3558000),
        ("critical_illness", "5101", 565200),
        ("critical_illness", "2101", -565200),
    }
    assert Answer.objects.get().settlement_id == bill.pk
    assert Act.objects.filter(verb="settlement.settled", object_id=str(bill.pk)).count() == 1


def test_the_same_message_gets_the_first_answer_and_another_body_is_refused() -> None:
    charge = make_charge(make_person(), make_institution(), "800.00")
    message = message_for(charge.visit.institution)
    first = pricing.settle(bill_of(charge), message, compose)
    assert pricing.settle(bill_of(charge), message, compose) == first
    assert Settlement.objects.count() == 1
    other = message_for(charge.visit.institution, msgid=message.msgid, body="another")
    with pytest.raises(Refused, match="已用于另一内容"):
        pricing.settle(bill_of(charge), other, compose)


def test_quote_writes_nothing() -> None:
    charge = make_charge(make_person(), make_institution(), "800.00")
    quoted = pricing.quote(bill_of(charge))
    assert (quoted.number, quoted.wire, quoted.fund_total) == (None, None, 6000)
    assert not Settlement.objects.exists() and not Answer.objects.exists()


def test_identity_of_the_day_counts() -> None:
    person = make_person(identities=["destitute"])
    bill = settle(make_charge(person, make_institution(), "50000.00"))
    assert (bill.critical_illness, bill.identities) == (1393600, ["destitute"])


def test_a_changed_fact_moves_the_version() -> None:
    person = make_person()
    settle(make_charge(person, make_institution(), "800.00"))
    before = PersonYear.objects.get().version
    people.add_identity(
        actor="test", person=person, kind="destitute", start=at("2019-06-01 00:00").date(),
        known_on=at("2019-06-01 00:00").date(), source="民政",
    )  # fmt: skip
    assert PersonYear.objects.get().version == before + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"claimed_total": 1}, "medfee_sumamt"),
        ({"psn_no": "nobody"}, "psn_no"),
        ({"institution_id": 0}, "mdtrt_id"),
        ({"insutype": "310"}, "insutype"),
        ({"mdtrt_id": "none"}, "mdtrt_id"),
    ],
)
def test_gates_of_the_charge(change: dict[str, Any], field: str) -> None:
    from dataclasses import replace

    charge = make_charge(make_person(), make_institution(), "800.00")
    with pytest.raises(Refused) as refusal:
        pricing.quote(replace(bill_of(charge), **change))
    assert refusal.value.field == field


def test_gates_of_the_day() -> None:
    person = make_person()
    without = make_institution(agreement_from=None)
    with pytest.raises(Refused, match="没有协议"):
        settle(make_charge(person, without, "800.00"))
    place = make_institution()
    doctor = make_doctor(place, suspended_from=at("2019-02-01 00:00").date())
    with pytest.raises(Refused, match="停权"):
        settle(make_charge(person, place, "800.00", doctor_code=doctor.code))
    stranger = make_person(scheme=None)
    with pytest.raises(Refused, match="没有参保"):
        settle(make_charge(stranger, place, "800.00"))
    with pytest.raises(Refused, match="还没有"):
        settle(make_charge(make_person(start=at("2018-01-01 00:00").date()),
                           make_institution(agreement_from=at("2018-01-01 00:00").date()),
                           "800.00", on="2018-06-01 08:00"), when="2018-06-01 09:00")  # fmt: skip
    assert not Settlement.objects.exists()


def test_a_visit_without_benefit_is_refused_unless_the_area_lets_it_be_settled() -> None:
    from tongchou.platform.authority.models import Area

    person = make_person(scheme="employee")
    credit_personal_account(person_id=person.pk, area=AREA, fen=5000, actor="test")
    charge = make_charge(person, make_institution(), "80.00", kind="outpatient")
    with pytest.raises(Refused) as refusal:
        settle(charge)
    assert refusal.value.field == "visit"
    Area.objects.update(self_paid_visits=["outpatient"])
    bill = settle(charge, use_account=True)
    assert (bill.fund_total, bill.person_pays, bill.account_pays) == (0, 8000, 5000)
    assert bill.no_benefit and PersonalAccount.objects.get(person_id=person.pk).balance == 0
    assert not replay(AREA, 2019).differences
    reverse(bill)
    assert PersonalAccount.objects.get(person_id=person.pk).balance == 5000


def test_doubt_is_marked_where_an_assumed_number_decided_something() -> None:
    person, place = make_person(), make_institution()
    small = settle(make_charge(person, place, "12345.67"))
    assert not small.has_assumed  # the year's threshold is not reached yet
    away = make_institution(code="H44010000009", area="440100")
    assert settle(make_charge(person, away, "1000.00")).has_assumed  # the rate outside the area
    assert settle(make_charge(person, place, "60000.00")).has_assumed  # critical illness begins
