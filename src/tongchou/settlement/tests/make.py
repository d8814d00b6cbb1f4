"""Visits with charges to settle, and settlements, for tests of this and of later contexts."""

import hashlib
import itertools
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from tongchou.core.money import parse_yuan
from tongchou.funds import services as funds
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans, make_user
from tongchou.platform.db.raw import Statement
from tongchou.platform.numbering.services import parse_wire_number
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Charge, FeeLine, Settlement, Visit
from tongchou.settlement.services import pricing, reversal
from tongchou.settlement.services.bill import Bill, Message, Settled

AREA = "441700"
_serial = itertools.count(1)


def at(text: str) -> datetime:
    """Return local time "2019-03-01 09:00" as an aware moment."""
    return timezone.make_aware(datetime.fromisoformat(text))


def make_county() -> None:
    """The area with its plans adopted and its accounts open."""
    make_user("clerk")
    make_plans()
    funds.open_area(AREA, actor="test")


def make_charge(
    person: Person,
    institution: Institution,
    total: str,
    *,
    on: str = "2019-03-01 08:00",
    in_scope: str | None = None,
    kind: str = "inpatient",
    lines: int = 1,
    doctor_code: str = "",
) -> Charge:
    """A discharged stay (or a visit) whose fee lines come to `total` yuan."""
    serial = next(_serial)
    scheme = person.enrolments.first()
    visit = Visit.objects.create(
        mdtrt_id=f"MT{serial:08d}",
        area=AREA,
        institution=institution,
        person=person,
        insutype="310" if scheme and scheme.scheme == "employee" else "390",
        med_type="21" if kind == "inpatient" else "11",
        kind=kind,
        state="discharged" if kind == "inpatient" else "open",
        begun_at=at(on),
        ended_at=at(on) if kind == "inpatient" else None,
        doctor_code=doctor_code,
    )
    charge = Charge.objects.create(visit=visit)
    whole, scope = parse_yuan(total), parse_yuan(in_scope or total)
    for n in range(lines):
        amount = whole // lines if n else whole - (lines - 1) * (whole // lines)
        own = whole - scope if n == 0 else 0
        FeeLine.objects.create(
            charge=charge,
            visit=visit,
            feedetl_sn=f"{serial}-{n}",
            at=at(on),
            item_code="X",
            item_name="测试项目",
            list_type="201",
            charge_type="05",
            level="01",
            count=10000,
            price=amount * 10000,
            first_self_pay_rate=0,
            amount=amount,
            own_pay=own,
            in_scope=amount - own,
        )
    return charge


def bill_of(charge: Charge, *, when: str = "2019-03-01 09:00", use_account: bool = False) -> Bill:
    visit = charge.visit
    return Bill(
        mdtrt_id=visit.mdtrt_id,
        psn_no=visit.person.psn_no,
        institution_id=visit.institution_id,
        at=at(when),
        use_account=use_account,
    )


def message_for(
    institution: Institution,
    *,
    body: str = "",
    msgid: str = "",
    nonce: Sequence[Statement] = (),
) -> Message:
    msgid = msgid or f"{institution.code}{next(_serial):018d}"
    body = body or msgid
    digest = hashlib.sha256(body.encode()).digest()
    return Message(msgid, "2304", institution.pk, body, digest, nonce)


def compose(settled: Settled) -> str:
    """The shortest answer: the number."""
    return str(settled.wire)


def _of(wire: str) -> Settlement:
    number = parse_wire_number(wire)
    assert number is not None
    return Settlement.objects.get(pk=number)


def settle(
    charge: Charge, *, when: str = "2019-03-01 09:00", use_account: bool = False
) -> Settlement:
    message = message_for(charge.visit.institution)
    wire = pricing.settle(bill_of(charge, when=when, use_account=use_account), message, compose)
    return _of(wire)


def reverse(bill: Settlement, *, when: str = "2019-03-02 09:00") -> Settlement:
    assert bill.institution is not None
    wire = reversal.reverse(
        number=bill.pk,
        institution_id=bill.institution.pk,
        at=at(when),
        message=message_for(bill.institution),
        compose=compose,
    )
    return _of(wire)


def make_settled(
    total: str = "60000.00",
    *,
    person: Person | None = None,
    institution: Institution | None = None,
    when: str = "2019-03-01 09:00",
) -> Settlement:
    """One settled stay with everything it needs."""
    person = person or make_person()
    institution = institution or make_institution()
    return settle(make_charge(person, institution, total, on=when), when=when)
