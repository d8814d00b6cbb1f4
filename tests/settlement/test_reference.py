"""The path of a bill writes what the readable way through the ORM writes, row by row."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.funds.models import Entry, PersonalAccount, Posting
from tongchou.funds.services import credit_personal_account
from tongchou.funds.verify import verify_books
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform.authority.models import Area
from tongchou.platform.numbering.services import parse_wire_number
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.verify import verify
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Answer, Charge, PersonYear, Settlement
from tongchou.settlement.services import pricing
from tongchou.settlement.services.bill import Bill, Message
from tongchou.settlement.tests.make import (
    AREA,
    bill_of,
    compose,
    make_charge,
    make_county,
    message_for,
)

from .reference import settle_by_orm

pytestmark = pytest.mark.django_db
# Whose row it is and which; all else must be equal.
KEYS = {"id", "person", "person_year", "charge", "msgid", "entry", "object_id", "data", "digest",
        "hash", "seq", "slice", "account", "settlement_id", "body", "body_hash", "answer",
        "settlement"}  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """A bill of either twin."""

    yuan: str
    in_scope: str
    place: int
    day: date
    lines: int
    kind: str
    use_account: bool
    open: bool


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    whole = draw(st.one_of(st.integers(1, 200_000), st.integers(100, 40_000_000)))
    scope = whole * draw(st.sampled_from([100, 100, 83, 1, 0])) // 100
    return Stay(
        yuan=f"{whole // 100}.{whole % 100:02d}",
        in_scope=f"{scope // 100}.{scope % 100:02d}",
        place=draw(st.integers(0, 1)),
        day=draw(st.dates(date(2019, 1, 2), date(2020, 2, 29))),
        lines=draw(st.sampled_from([1, 2, 8])),
        kind=draw(st.sampled_from(["inpatient", "inpatient", "outpatient"])),
        use_account=draw(st.booleans()),
        open=draw(st.booleans()),
    )


def fields(row: Model) -> dict[str, Any]:
    return {
        f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in KEYS
    }


def everything(bill: Settlement) -> dict[str, Any]:
    """Return all that settling wrote, without whose and which."""
    bill.refresh_from_db()
    assert bill.charge is not None
    postings = Posting.objects.filter(entry_id=bill.pk).select_related("account")
    act = Act.objects.get(verb="settlement.settled", object_id=str(bill.pk))
    said = json.loads(act.data)
    assert said.pop("msgid") == bill.msgid
    assert act.slice == bill.person_id % 16
    assert {p.account.slice for p in postings} <= {act.slice}
    answer = Answer.objects.get(msgid=bill.msgid)
    assert answer.settlement_id == bill.pk
    charge = Charge.objects.get(pk=bill.charge_id)
    account = PersonalAccount.objects.filter(person_id=bill.person_id).first()
    act_fields = {k: v for k, v in fields(act).items() if k != "at"}
    return {
        "settlement": fields(bill),
        "entry": [fields(entry) for entry in Entry.objects.filter(pk=bill.pk)],
        "postings": sorted((p.account.fund_id, p.account.code, p.amount) for p in postings),
        "act": act_fields,
        "said": said,
        "answer": fields(answer),
        "charged": charge.settlement_id == bill.pk,
        "visit": (charge.visit.state, charge.visit.ended_at),
        "year": fields(PersonYear.objects.get(pk=bill.person_year_id)),
        "account": account and account.balance,
    }


class Twins:
    def __init__(self, scheme: str, identities: tuple[str, ...]) -> None:
        self.persons = [make_person(scheme=scheme, identities=identities) for _ in range(2)]
        if scheme == "employee":
            for person in self.persons:
                credit_personal_account(person_id=person.pk, area=AREA, fen=12_345, actor="test")
        self.places: list[Institution] = [
            make_institution(level="level1", name="平冈镇卫生院"),
            make_institution(level="level3"),
        ]

    def settle(self, stay: Stay, way: Callable[[Charge, Bill, Message], Settlement], n: int) -> Any:
        charge = self.charge(self.persons[n], stay)
        bill = bill_of(charge, when=f"{stay.day} 12:00", use_account=stay.use_account)
        bill = replace(bill, cert_type="02", invoice="12345678")
        return everything(way(charge, bill, message_for(charge.visit.institution)))

    def charge(self, person: Person, stay: Stay) -> Charge:
        charge = make_charge(
            person, self.places[stay.place], stay.yuan, on=f"{stay.day} 08:00",
            in_scope=stay.in_scope, kind=stay.kind, lines=stay.lines,
        )  # fmt: skip
        if stay.open and stay.kind == "inpatient":
            charge.visit.state, charge.visit.ended_at = "open", None
            charge.visit.save()
        return charge


def by_the_path(charge: Charge, bill: Bill, message: Message) -> Settlement:
    number = parse_wire_number(pricing.settle(bill, message, compose))
    return Settlement.objects.get(pk=number)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    scheme=st.sampled_from(["resident", "employee"]),
    identity=st.sampled_from([(), (), ("destitute",), ("disabled", "low_income")]),
    bills=st.lists(stays(), min_size=1, max_size=4),
)
def test_the_path_writes_what_the_reference_writes(
    county: None, scheme: str, identity: tuple[str, ...], bills: list[Stay]
) -> None:
    twins = Twins(scheme, identity)
    for stay in sorted(bills, key=lambda one: one.day):
        by_path, by_orm = twins.settle(stay, by_the_path, 0), twins.settle(stay, settle_by_orm, 1)
        for table in by_orm:
            assert by_path[table] == by_orm[table], table
    assert verify_books(AREA) == [] and verify().sound


@pytest.fixture
def county(db: None) -> None:
    make_county()
    Area.objects.update(self_paid_visits=["outpatient"])
