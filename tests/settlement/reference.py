"""Settling through the ORM, as one would explain it: the readable twin of the path of a bill.

It shares with that path only the engine's step, the chart of accounts and the trail's service.
"""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from tongchou import __version__
from tongchou.core.policy import INITIAL_STATE, TIERS, Claim, Outcome, lines_to_json, settle
from tongchou.funds.chart import FUND_OF_TIER
from tongchou.funds.models import Account, AccountMove, Entry, PersonalAccount, Posting
from tongchou.people.models import Enrolment, Fact
from tongchou.plans.queries import plan_in_force
from tongchou.platform.authority.models import Area
from tongchou.platform.numbering.services import next_number
from tongchou.platform.trail import services as trail
from tongchou.platform.trail.models import SLICES
from tongchou.providers.models import Agreement
from tongchou.settlement.models import Answer, Charge, PersonYear, Settlement, Visit
from tongchou.settlement.services.bill import Bill, Message
from tongchou.sharing.models import AccountLink

PARTS = ("own_pay", "over_limit", "first_self_pay", "in_scope")


@transaction.atomic
def settle_by_orm(charge: Charge, bill: Bill, message: Message) -> Settlement:
    """Settle `charge`, whose gates are open, and store what the path of a bill stores."""
    visit = Visit.objects.select_related("institution", "person").get(pk=charge.visit_id)
    on = day_of(visit, bill)
    assert in_force(Agreement.objects.filter(institution=visit.institution), on).exists()
    enrolment = in_force(visit.person.enrolments.filter(struck_at=None), on).get()
    claim = claim_of(charge, visit, enrolment, on)
    year = year_of(visit, enrolment.scheme, bill)
    outcome, plan_id, no_benefit = priced(visit.area, enrolment.scheme, year, claim, bill)
    number = next_number(bill.at.date())
    own, linked = drawn(number, visit, enrolment, outcome, bill)
    posted = Settlement.objects.create(
        id=number,
        kind="settle",
        channel="gateway",
        area=visit.area,
        person=visit.person,
        person_year=year,
        ordinal=year.version + 1,
        charge=charge,
        institution=visit.institution,
        msgid=message.msgid,
        invoice=bill.invoice,
        settled_at=bill.at,
        basis_date=on,
        plan_id=plan_id,
        engine=__version__,
        scheme=enrolment.scheme,
        visit_kind=claim.visit,
        level=claim.level,
        out_of_area=claim.out_of_area,
        status=enrolment.status,
        identities=list(claim.identities),
        cert_type=bill.cert_type or visit.cert_type,
        total=claim.total,
        **{part: sum_of(charge, part) for part in PARTS},
        deductible=outcome.deductible,
        **dict(zip(TIERS, outcome.pays, strict=True)),
        fund_total=outcome.fund_total,
        person_pays=outcome.person_pays,
        account_pays=own + linked,
        linked_pays=linked,
        has_assumed=any(
            line.assumed
            and line.amount != 0
            and (line.kind in ("band", "cap") or (line.tier, line.kind) == ("basic", "deductible"))
            for line in outcome.lines
        ),
        no_benefit=no_benefit,
        lines=lines_to_json(outcome.lines),
        state_before=list(year.state or INITIAL_STATE),
        state_after=list(outcome.state),
    )
    move(year, charge, visit, posted, bill)
    book(posted, visit)
    record(posted, visit, message)
    Answer.objects.create(
        msgid=message.msgid,
        infno=message.infno,
        institution_id=visit.institution_id,
        body_hash=message.body_hash,
        body=message.body,
        answer=str(posted.pk),
        at=bill.at,
        settlement_id=posted.pk,
    )
    return posted


def day_of(visit: Visit, bill: Bill) -> date:
    if visit.kind != "inpatient":
        return visit.begun_at.date()
    if visit.ended_at is not None:
        return visit.ended_at.date()
    return bill.discharged_on or bill.at.date()


def in_force(rows: QuerySet, on: date) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(Q(end=None) | Q(end__gt=on), start__lte=on)


def sum_of(charge: Charge, name: str) -> int:
    found: int = charge.lines.aggregate(fen=Sum(name, default=0))["fen"]
    return found


def claim_of(charge: Charge, visit: Visit, enrolment: Enrolment, on: date) -> Claim:
    identities: QuerySet[Fact] = in_force(visit.person.identities.filter(struck_at=None), on)
    return Claim(
        visit=visit.kind,
        level=visit.institution.level,
        out_of_area=visit.institution.area[:4] != enrolment.area[:4],
        status=enrolment.status or None,
        identities=tuple(sorted(set(identities.values_list("kind", flat=True)))),
        total=sum_of(charge, "amount"),
        in_scope=sum_of(charge, "in_scope"),
    )


def year_of(visit: Visit, scheme: str, bill: Bill) -> PersonYear:
    """Return the person's year, held until the transaction ends."""
    PersonYear.objects.get_or_create(person=visit.person, scheme=scheme, year=bill.at.year)
    held = PersonYear.objects.select_for_update()
    return held.get(person=visit.person, scheme=scheme, year=bill.at.year)


def priced(
    area: str, scheme: str, year: PersonYear, claim: Claim, bill: Bill
) -> tuple[Outcome, str, bool]:
    plan = plan_in_force(area, scheme, bill.at.date())
    state = tuple(year.state or INITIAL_STATE)
    if claim.visit in plan.visits:
        return settle(plan, state, claim), plan.plan_id, False
    assert claim.visit in Area.objects.get(pk=area).self_paid_visits
    return Outcome((0,) * len(TIERS), 0, 0, claim.total, (), state), plan.plan_id, True


def drawn(
    number: int, visit: Visit, enrolment: Enrolment, outcome: Outcome, bill: Bill
) -> tuple[int, int]:
    """Return what the own and what relatives' accounts pay, having drawn it."""
    if not bill.use_account:
        return 0, 0
    day = bill.at.date()
    links = in_force(AccountLink.objects.filter(member=visit.person, struck_at=None), day)
    owners = [link.owner_id for link in links.order_by("start", "id")]
    if enrolment.scheme == "employee":
        owners.insert(0, visit.person_id)
    left, own = outcome.person_pays, 0
    for owner in owners:
        fen = min(PersonalAccount.objects.get(person_id=owner).balance, left)
        if fen:
            AccountMove.objects.create(
                person_id=owner, entry_id=number, amount=-fen, at=bill.at, day=day,
                for_person=visit.person,
            )  # fmt: skip
        left -= fen
        own += fen if owner == visit.person_id else 0
    return own, outcome.person_pays - left - own


def move(year: PersonYear, charge: Charge, visit: Visit, posted: Settlement, bill: Bill) -> None:
    year.version, year.state = posted.ordinal, posted.state_after
    year.save()
    charge.settlement = posted
    charge.save()
    if visit.kind == "inpatient" and visit.state == "open" and not bill.interim:
        visit.state, visit.ended_at = "discharged", bill.at
        visit.save()


def book(posted: Settlement, visit: Visit) -> None:
    """Post what each fund spends and owes; postings first, their entry last."""
    spent = "5101" if visit.med_type.startswith("2") else "5102"
    sums: dict[tuple[str, str], int] = {}
    for tier in TIERS:
        if fen := getattr(posted, tier):
            fund = FUND_OF_TIER[posted.scheme, tier]
            sums[fund, spent] = sums.get((fund, spent), 0) + fen
            sums[fund, "2101"] = sums.get((fund, "2101"), 0) - fen
    if posted.account_pays:
        sums["personal_account", "2001"] = posted.account_pays
        sums["personal_account", "2101"] = -posted.account_pays
    for (fund, code), fen in sums.items():
        account = Account.objects.get(
            area=posted.area, fund_id=fund, code=code, slice=posted.person_id % SLICES
        )
        Posting.objects.create(entry_id=posted.pk, account=account, amount=fen)
    if sums:
        Entry.objects.create(
            id=posted.pk,
            at=posted.settled_at,
            day=posted.settled_at.date(),
            kind="settlement",
            area=posted.area,
            institution_id=posted.institution_id,
            summary=visit.person.name,
            actor=visit.institution.code,
        )


def record(posted: Settlement, visit: Visit, message: Message) -> None:
    trail.record(
        actor=visit.institution.code,
        verb="settlement.settled",
        object_type="settlement",
        object_id=str(posted.pk),
        area=posted.area,
        data={
            "total": posted.total,
            "fund_total": posted.fund_total,
            "person_pays": posted.person_pays,
            "plan_id": posted.plan_id,
            "msgid": message.msgid,
        },
        slice_key=posted.person_id,
    )
