"""Posting many bills at once through the same engine, postings and trail as one bill.

For histories: a county that moves in, or the demonstration's year. Bills come in ledger order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import transaction

from tongchou.core.policy import Claim, Outcome, withhold
from tongchou.people.models import Person
from tongchou.platform.db import raw
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.db.raw import Statement
from tongchou.platform.numbering.services import next_number
from tongchou.settlement.models import Charge, FeeLine, PersonYear, Visit
from tongchou.settlement.services import posting
from tongchou.settlement.services.bill import Settled, outcome_fields
from tongchou.settlement.services.facts import Enrolled
from tongchou.settlement.services.pricing import draw, plan_for, price

CHUNK = 500


@dataclass(frozen=True, slots=True)
class PastBill:
    """A bill of the past with the facts that held on its day. Money in fen."""

    mdtrt_id: str
    person: Person
    enrolled: Enrolled
    identities: tuple[str, ...]
    institution_id: int
    institution_code: str
    institution_area: str
    level: str
    kind: str
    med_type: str
    insutype: str
    begun_at: datetime
    ended_at: datetime
    settled_at: datetime
    visit: dict[str, Any] = field(default_factory=dict)  # further fields of Visit
    lines: Sequence[dict[str, Any]] = ()  # fields of FeeLine without charge and visit
    cert_type: str = ""
    account_pays: int = 0  # at most, out of the person's own account
    linked: tuple[tuple[int, int], ...] = ()  # at most, out of others': (owner, fen)
    one_stop: bool = True  # what the institution could do


def post_history(
    area: str, bills: Iterable[PastBill], *, self_paid_visits: tuple[str, ...] = ()
) -> Iterator[int]:
    """Post `bills`, in ledger order, a transaction for each chunk; yield how many are posted.

    Raises Refused for a bill the plan refuses; the chunk it is in is then not posted.
    """
    states: dict[tuple[int, str, int], tuple[int, int, tuple[int, ...]]] = {}
    done = 0
    source = iter(bills)
    while chunk := list(islice(source, CHUNK)):
        with transaction.atomic():
            _post_chunk(area, chunk, states, self_paid_visits)
        done += len(chunk)
        yield done


def _post_chunk(
    area: str,
    chunk: list[PastBill],
    states: dict[tuple[int, str, int], tuple[int, int, tuple[int, ...]]],
    self_paid_visits: tuple[str, ...],
) -> None:
    _open_years(chunk, states)
    charges = _charges(area, chunk)
    statements: list[Statement] = []
    moved = set()
    for bill, charge in zip(chunk, charges, strict=True):
        key = _key(bill)
        year_id, version, state = states[key]
        claim = _claim(bill)
        plan = plan_for(area, bill.enrolled.scheme, bill.settled_at.date())
        outcome, no_benefit = price(plan, state, claim, self_paid_visits)
        if not _one_stop(bill, claim):
            outcome = withhold(outcome)
        settled = _settled(area, bill, outcome, plan.plan_id, no_benefit)
        row = posting.row_of(
            settled,
            claim=claim,
            person_year_id=year_id,
            ordinal=version + 1,
            channel="gateway",
            charge_id=charge.pk,
            institution_id=bill.institution_id,
            invoice="",
            state_before=state,
            state_after=outcome.state,
        )
        statements += [
            posting.insert_settlement(row),
            posting.close_charge(settled, charge.pk),
            *posting.move_account(settled),
            *posting.book(
                settled,
                verb="settlement.settled",
                actor=bill.institution_code,
                institution_id=bill.institution_id,
            ),
        ]
        states[key] = (year_id, version + 1, outcome.state)
        moved.add(key)
    statements += [_year(states[key]) for key in sorted(moved)]
    raw.run(statements)


def _key(bill: PastBill) -> tuple[int, str, int]:
    return bill.person.pk, bill.enrolled.scheme, bill.settled_at.year


def _open_years(
    chunk: list[PastBill], states: dict[tuple[int, str, int], tuple[int, int, tuple[int, ...]]]
) -> None:
    missing = sorted({_key(b) for b in chunk} - set(states))
    PersonYear.objects.bulk_create(
        [PersonYear(person_id=p, scheme=s, year=y) for p, s, y in missing], ignore_conflicts=True
    )
    persons = {p for p, _, _ in missing}
    for year in PersonYear.objects.filter(person_id__in=persons):
        key = (year.person_id, year.scheme, year.year)
        states.setdefault(key, (year.pk, year.version, tuple(year.state) or year.begins))


def _charges(area: str, chunk: list[PastBill]) -> list[Charge]:
    visits = Visit.objects.bulk_create(
        [
            Visit(
                mdtrt_id=b.mdtrt_id,
                area=area,
                institution_id=b.institution_id,
                person=b.person,
                insutype=b.insutype,
                med_type=b.med_type,
                kind=b.kind,
                state=Visit.State.DISCHARGED if b.kind == "inpatient" else Visit.State.OPEN,
                begun_at=b.begun_at,
                ended_at=b.ended_at,
                cert_type=b.cert_type,
                **b.visit,
            )
            for b in chunk
        ]
    )
    charges = Charge.objects.bulk_create([Charge(visit=visit) for visit in visits])
    load_rows(
        FeeLine,
        [
            {"charge_id": charge.pk, "visit_id": charge.visit_id, **line}
            for bill, charge in zip(chunk, charges, strict=True)
            for line in bill.lines
        ],
    )
    return charges


def _claim(bill: PastBill) -> Claim:
    return Claim(
        visit=bill.kind,
        level=bill.level,
        out_of_area=bill.institution_area[:4] != bill.enrolled.area[:4],
        status=bill.enrolled.status or None,
        identities=bill.identities,
        total=sum(line["amount"] for line in bill.lines),
        in_scope=sum(line["in_scope"] for line in bill.lines),
    )


def _one_stop(bill: PastBill, claim: Claim) -> bool:
    return bill.one_stop and not claim.out_of_area


def _basis(bill: PastBill) -> date:
    return (bill.ended_at if bill.kind == "inpatient" else bill.begun_at).date()


def _settled(
    area: str, bill: PastBill, outcome: Outcome, plan_id: str, no_benefit: bool
) -> Settled:
    person = bill.person
    draws = draw([(person.pk, bill.account_pays), *bill.linked], outcome.person_pays)
    account_pays = sum(fen for _person, fen in draws)
    return Settled(
        number=next_number(bill.settled_at.date()),
        area=area,
        kind="settle",
        person_id=person.pk,
        psn_type=bill.enrolled.psn_type,
        scheme=bill.enrolled.scheme,
        basis_date=_basis(bill),
        account_pays=account_pays,
        linked_pays=sum(fen for owner, fen in draws if owner != person.pk),
        draws=draws,
        account_balance=0,
        plan_id=plan_id,
        no_benefit=no_benefit,
        one_stop=_one_stop(bill, _claim(bill)),
        visit_cert_type=bill.cert_type,
        **{name: getattr(person, name) for name in _FROM_PERSON},
        **{name: getattr(bill, name) for name in _FROM_BILL},
        **{part: sum(line[source] for line in bill.lines) for part, source in _SUMS},
        **outcome_fields(outcome),
    )


_FROM_PERSON = ("psn_no", "name", "cert_type", "id_no", "sex", "nation", "birth")
_FROM_BILL = ("mdtrt_id", "insutype", "med_type", "settled_at")
_SUMS = [("total", "amount")] + [
    (part, part) for part in ("own_pay", "over_limit", "first_self_pay", "in_scope")
]


def _year(moved: tuple[int, int, tuple[int, ...]]) -> Statement:
    year_id, version, state = moved
    return posting.set_year(year_id, version, state)
