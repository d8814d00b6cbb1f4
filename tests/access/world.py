"""A county with one of everything that an address can name, and the address parts of each."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongchou.arrears.models import Arrear, Batch
from tongchou.catalogue.importing.staging import stage_file
from tongchou.catalogue.models import ImportFile
from tongchou.core.policy import TIERS
from tongchou.exchange.models import MessageLog, Statement
from tongchou.funds.models import Entry
from tongchou.insight.whatif.models import Brief, Reform
from tongchou.lake.models import Replay, ReplayDifference
from tongchou.partners.models import Agreement as PartnerAgreement
from tongchou.partners.tests.make import make_agreement
from tongchou.payouts import services as payouts
from tongchou.payouts.models import BankAccount
from tongchou.payouts.tests.make import make_payable
from tongchou.people.models import Person
from tongchou.people.services import merge_records, propose_merge
from tongchou.people.tests.make import make_person
from tongchou.plans.models import PlanVersion
from tongchou.plans.tests.make import make_draft
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case, Evidence
from tongchou.platform.imports.tests.make import make_xlsx
from tongchou.platform.jobs.models import Job
from tongchou.platform.trail.models import Act
from tongchou.platform.workdays.models import SpecialDay
from tongchou.pooling.tests.make import make_change, make_remittance
from tongchou.premiums import services as premiums
from tongchou.premiums.tests.make import make_payment
from tongchou.providers.models import Doctor, Institution
from tongchou.providers.services import correct_registration
from tongchou.providers.tests.make import make_doctor, make_institution
from tongchou.registers.services import decide_person
from tongchou.registers.services import issue as issue_registers
from tongchou.registers.tests.make import (
    make_clinic,
    make_coverage,
    make_population,
    person_row,
)
from tongchou.registers.tests.make import make_file as make_register
from tongchou.registers.tests.make import make_run as make_institutions
from tongchou.registers.tests.make import row_of as row_of_clinic
from tongchou.rosters.services import apply_for, appoint, decide, give_back, issue
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of
from tongchou.settlement.models import ManualClaim, ReversalRequest, Settlement
from tongchou.settlement.services import printing, reversal_requests
from tongchou.settlement.tests.make import make_charge, make_county, settle
from tongchou.settlement.tests.make_manual import make_claim
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tests.make import make_link, make_owner
from tongchou.transitions.tests.make import make_merge, make_transition
from tongchou.transitions.tests.make import row_of as row_of_old

PERSON, HOSPITAL, DOCTOR, CLERK = "欧阳独一", "岭海独一医院", "司马独一", "诸葛独一"
DRAFT = "独一草案"
CATALOGUE = (
    ["国家编码", "药品名称", "甲乙类", "执行日期"],
    ["XJ01CAA040E001010100001", "阿莫西林", "甲", "2019-04-01"],
)
UNIQUE = "独一"  # is in whatever belongs to this county alone

Parts = dict[str, Any]


@dataclass(frozen=True)
class World:
    person: Person
    hospital: Institution
    doctor: Doctor
    bill: Settlement
    claim: ManualClaim
    request: ReversalRequest
    draft: PlanVersion
    entry: Entry
    act: Act
    file: ImportFile
    message: MessageLog
    statement: Statement
    job: Job
    rosters: dict[str, int]
    merges: dict[str, Parts]
    premiums: dict[str, int]
    registers: dict[str, int]
    transitions: dict[str, int]
    pooling: dict[str, int]
    arrear: Arrear
    payouts: dict[str, Parts]
    link: AccountLink
    reform: Reform
    brief: Brief
    difference: ReplayDifference
    special_day: SpecialDay
    agreed: PartnerAgreement
    clerk: User

    def parts(self, name: str) -> Parts:
        """Return the parts of address `name`, an object of this county. Raises KeyError."""
        context, _, page = name.partition(":")
        return {**self._objects(context, page), **_ASIDE.get(name, {})}

    def _objects(self, context: str, page: str) -> Parts:
        if context == "accounts":
            return {"login": self.clerk.login}
        if context == "bills":
            return self._of_bills(page)
        if context == "gateway":
            return self._of_the_gateway(page)
        if context == "people" and page in self.merges:
            return self.merges[page]
        if context == "people" and page == "fact-correct":
            return {"psn_no": self.person.psn_no, "pk": self.person.enrolments.get().pk}
        if context == "rosters":
            return {"pk": self.rosters[page]}
        if context == "premiums":
            return self._of_premiums(page)
        if context == "sharing":
            return {"psn_no": self.person.psn_no} if page == "new" else {"pk": self.link.pk}
        if context == "payouts":
            return {"psn_no": self.person.psn_no} if page == "account" else self.payouts[page]
        if context == "registers":
            return {"pk": self.registers[page]}
        if context == "transitions":
            return {"pk": self.transitions[page]}
        if context == "pooling":
            return {"pk": self.pooling[page]}
        if context == "partners" and page in ("agreement", "paper"):
            return {"pk": self.agreed.pk}
        if context == "arrears":
            if page in ("batch", "decide-batch", "notice", "signatures"):
                return {"pk": self.arrear.batch_id}
            return {"pk": self.arrear.person_year_id if page == "propose" else self.arrear.pk}
        if (context, page) in (("replays", "difference"), ("whatif", "frozen")):
            return {"pk": self.difference.pk if context == "replays" else self.brief.pk}
        if context == "providers" and page == "doctor":
            return {"code": self.hospital.code, "doctor_code": self.doctor.code}
        return {
            "catalogue": {"pk": self.file.pk},
            "funds": {"number": self.entry.pk},
            "jobs": {"pk": self.job.pk},
            "partners": {"code": self.agreed.partner.code},
            "people": {"psn_no": self.person.psn_no},
            "plans": {"pk": self.draft.pk},
            "providers": {"code": self.hospital.code},
            "replays": {
                "pk": self.difference.pk if page == "difference" else self.difference.replay_id
            },
            "whatif": {"pk": self.brief.pk if page == "frozen" else self.reform.pk},
            "trail": {"pk": self.act.pk},
            "workdays": {"pk": self.special_day.pk},
        }[context]

    def _of_the_gateway(self, page: str) -> Parts:
        if page == "reconcile-one":
            return {"code": self.hospital.code}
        return {"pk": {"message": self.message.pk, "statement": self.statement.pk}[page]}

    def _of_premiums(self, page: str) -> Parts:
        if page == "person":
            return {"psn_no": self.person.psn_no}
        if page == "strike":
            return {"kind": "exemption", "pk": self.premiums[page]}
        return {"pk": self.premiums[page]}

    def _of_bills(self, page: str) -> Parts:
        if page in ("manual", "review-manual", "approve-manual"):
            return {"pk": self.claim.pk}
        if page in ("reversal", "review-reversal"):
            return {"pk": self.request.pk}
        if page == "verify":
            return {"number": self.bill.pk, "proof": printing.proof_of(self.bill)}
        return {"number": self.bill.pk}


# What an address says beside the object.
_ASIDE: dict[str, Parts] = {
    "people:fact-add": {"kind": "identity"},
    "people:fact-correct": {"lane": "enrolment"},
}
# The national lists are everybody's who holds the right.
SHARED = {"catalogue:item"}
# One gateway serves one area (exchange.access): its bureau sees all that comes, a hospital its own.
OF_ONE_AREA = {"gateway"}


def unknown(parts: Parts) -> Parts:
    """Return parts that lead to nothing, for the same address."""
    aside = {"kind", "lane"}
    absent = {int: 99_999, str: "nobody"}
    return {k: v if k in aside else absent[type(v)] for k, v in parts.items()}


def make_world() -> World:
    make_county()
    clerk = make_user("clerk", login="zhuge", name=CLERK)
    person = make_person(name=PERSON, identities=["low_income"])
    hospital = make_institution(name=HOSPITAL)
    bill = settle(make_charge(person, hospital, "60000.00"))
    draft = make_draft(by=clerk, valid_from=date(2027, 3, 1))
    PlanVersion.objects.filter(pk=draft.pk).update(title=DRAFT)
    return World(
        person=person,
        hospital=hospital,
        doctor=make_doctor(hospital, name=DOCTOR),
        bill=bill,
        claim=make_claim(by=clerk, person=person),
        request=reversal_requests.propose(by=clerk, bill=bill, reason="重复上传"),
        draft=draft,
        entry=Entry.objects.get(pk=bill.pk),
        act=Act.objects.filter(object_type="settlement").latest("pk"),
        file=stage_file(
            actor=clerk.login, area="441700", kind="items", name=f"{UNIQUE}目录.xlsx",
            content=make_xlsx(*CATALOGUE), source="测试",
        ),
        message=MessageLog.objects.create(
            at=clock.now(), infno="2304", msgid="1", institution_id=hospital.pk, micros=1,
            outcome=MessageLog.Outcome.OK, psn_no=person.psn_no, settlement_id=bill.pk,
            reason=UNIQUE,
        ),
        statement=Statement.objects.create(
            institution=hospital, kind=Statement.Kind.TOTAL, at=clock.now(),
            begun_on=date(2019, 3, 1), ended_on=date(2019, 3, 1), our_count=1,
            claimed_count=1, equal=True,
        ),
        job=Job.objects.create(
            kind="lake.export", area="441700", about=UNIQUE, asked_at=clock.now()
        ),
        rosters=_make_rosters(clerk),
        merges=_make_merges(clerk),
        premiums=_make_premiums(clerk, person),
        registers=_make_registers(clerk),
        transitions=_make_transitions(clerk),
        pooling=_make_pooling(),
        arrear=Arrear.objects.create(
            area="441700", person_year=bill.person_year, reason=UNIQUE, total=1,
            proposed_by=clerk, proposed_at=clock.now(),
            batch=Batch.objects.create(
                area="441700", month="2019-03", proposed_by=clerk, proposed_at=clock.now()
            ),
        ),
        reform=Reform.objects.create(
            area="441700", scheme="resident", name=UNIQUE, owner=clerk, shared=True,
            changes=[{"path": "tiers.basic.rate.level3", "set": "62"}], made_at=clock.now(),
        ),
        payouts=make_payouts(person),
        link=make_link(make_owner(name=f"甲{UNIQUE}"), person),
        brief=make_brief(clerk, draft),
        difference=make_difference(bill),
        special_day=make_special_day(clerk),
        agreed=make_agreement(clerk, name=f"{UNIQUE}市", note=UNIQUE),
        clerk=clerk,
    )  # fmt: skip


def _make_merges(clerk: User) -> dict[str, Parts]:
    """Make a merge that waits, one that is done, and two records that may be one person's."""
    people = [make_person(name=f"{n}{UNIQUE}", scheme=None) for n in "丁戊己庚辛壬"]
    waiting, done = (
        propose_merge(
            by=clerk, keep=keep, gone=gone, evidence=UNIQUE, paper_name="a.jpg", paper=b"a"
        )
        for keep, gone in (people[:2], people[2:4])
    )
    merge_records(by=make_user("reviewer"), merge=done)
    asked: Parts = {"psn_no": people[4].psn_no, "other": people[5].psn_no}
    return {
        "merge": {"pk": waiting.pk},
        "merge-decide": {"pk": waiting.pk},
        "merge-paper": {"pk": waiting.pk},
        "merge-undo": {"pk": done.pk},
        "merge-beside": asked,
    }


def _make_rosters(clerk: User) -> dict[str, int]:
    """Make a list, a run, an open row and a case with evidence; return the key of each address."""
    helped, unclear = (make_person(name=name) for name in (f"甲{UNIQUE}", f"乙{UNIQUE}"))
    sender = make_sender(clerk, source=f"民政{UNIQUE}")
    rows = (row_of(helped), row_of(unclear, name=f"丙{UNIQUE}"))
    file = make_file(sender, *rows, by=clerk)
    run = make_run(actor=clerk.login)
    issue(by=make_user("reviewer"), run=run)
    case = Case.objects.filter(subject=helped.psn_no).get()
    for verb, note in (("sign", ""), ("confirm", UNIQUE)):
        casework.act(case=case, verb=verb, by=clerk, note=note)
    photo = casework.File(f"{UNIQUE}.jpg", UNIQUE.encode())
    casework.act(case=case, verb="correct", by=clerk, note=UNIQUE, files=[photo])
    row = run.open_rows.get()
    (pin,) = decide(by=clerk, row=row, person_no=unclear.psn_no, evidence=UNIQUE)
    application = apply_for(
        by=clerk, id_no=helped.id_no, name=helped.name, kind="orphan", year=clock.today().year,
        material_name=f"{UNIQUE}.jpg", material=UNIQUE.encode(),
    )  # fmt: skip
    responsible = appoint(
        by=clerk, town=helped.town, village=helped.village, name=f"{UNIQUE}主任", phone="0662"
    )
    assert responsible is not None
    return {
        "application": application.pk,
        "application-decide": application.pk,
        "application-material": application.pk,
        "responsible": responsible.pk,
        "file": file.pk,
        "decide": file.pk,
        "run": run.pk,
        "issue": run.pk,
        "review-row": row.pk,
        "pin": pin.pk,
        "pin-remove": pin.pk,
        "differences": run.pk,
        "give-back": file.pk,
        "returned": give_back(by=clerk, file=file).pk,
        "case": case.pk,
        "evidence": Evidence.objects.get(step__case=case).pk,
    }


def _make_registers(clerk: User) -> dict[str, int]:
    """Make registers, their comparisons, decisions and a case; return the key of each address."""
    gone = make_clinic(1, name=f"关张{UNIQUE}诊所")
    unclear = make_clinic(2, name=f"疑似{UNIQUE}诊所", address=f"{UNIQUE}路1号")
    rows = [row_of_clinic(gone, status="注销"), row_of_clinic(unclear)]
    correct_registration(
        actor=clerk.login, institution=unclear, source="测试", credit_code="", licence_no=""
    )
    file = make_register(clerk, "health", *rows)
    person = make_person(name=f"丁{UNIQUE}")
    make_population(clerk, person_row(person, name=f"戊{UNIQUE}"))
    run = make_institutions(actor=clerk.login)
    issue_registers(by=make_user("reviewer"), run=run)
    row = make_coverage(actor=clerk.login).counted.get()
    pin = decide_person(by=clerk, row=row, person_no="", evidence=UNIQUE)[0]
    case = Case.objects.get(kind="institutions")
    casework.act(case=case, verb="confirm", by=clerk, note=UNIQUE)
    photo = casework.File(f"{UNIQUE}.jpg", UNIQUE.encode())
    casework.act(case=case, verb="correct", by=clerk, note=UNIQUE, files=[photo])
    return {
        "file": file.pk,
        "decide": file.pk,
        "run": run.pk,
        "issue": run.pk,
        "match": run.open_matches.get().pk,
        "person-row": row.pk,
        "remove-pin": pin.pk,
        "case": case.pk,
        "evidence": Evidence.objects.get(step__case=case).pk,
    }


def _make_pooling() -> dict[str, int]:
    """Make a change into an invented pool, with money that waits to go up."""
    change = make_change(starts_on=clock.today() + timedelta(days=30), ground=f"{UNIQUE}〔1〕号")
    row = make_remittance(change, 100, posted=False)
    pages = dict.fromkeys(("change", "confirm", "drop", "withdraw", "remit"), change.pk)
    return pages | dict.fromkeys(("remittance", "post", "drop-remittance", "undo"), row.pk)


def _make_transitions(clerk: User) -> dict[str, int]:
    """Make a merge that waits for its explanation and one that is accepted, and bad rows."""
    counted = {"basic": (2, 1)}
    waiting = make_transition(clerk, row_of_old(name=f"己{UNIQUE}", code="SY", counted=counted))
    bad = make_transition(clerk, row_of_old(name=f"庚{UNIQUE}", year="9999"), title=UNIQUE)
    done = make_merge(
        clerk, make_user("approver"), row_of_old(name=f"辛{UNIQUE}", counted=counted), title=UNIQUE
    )
    pages = ("transition", "check", "try", "explain", "drop")
    return {
        **dict.fromkeys(pages, waiting.pk),
        **dict.fromkeys(("accept", "undo", "comparison", "rows"), done.pk),
        "problems": bad.pk,
    }


def make_special_day(by: User) -> SpecialDay:
    return SpecialDay.objects.create(
        area="441700", day=date(2019, 10, 1), works=False, name=UNIQUE, notice=UNIQUE,
        entered_by=by, entered_at=clock.now(),
    )  # fmt: skip


def _make_premiums(clerk: User, person: Person) -> dict[str, int]:
    """Make one of each that premiums names: a refund, a run, an exemption and a letter."""
    year = clock.today().year
    fixed = {"by": clerk, "year": year}
    subsidy = premiums.propose_subsidy(on_day=clock.today(), **fixed)
    payment = make_payment(person, by=clerk, year=year)
    refund = premiums.propose_refund(
        by=clerk, payment=payment, category="registered_poor", recognised_on=None, source=UNIQUE
    )
    exemption = premiums.exempt(person=person, ground="low_income", source=UNIQUE, **fixed)
    letter = premiums.sign_waiver(
        person=person, signed_on=clock.today(), name=UNIQUE, content=UNIQUE.encode(), **fixed
    )
    return {
        "refund": refund.pk,
        "decide-refund": refund.pk,
        "subsidy": subsidy.pk,
        "subsidy-lines": subsidy.pk,
        "decide-subsidy": subsidy.pk,
        "strike": exemption.pk,
        "letter": letter.pk,
    }


def make_payouts(person: Person) -> dict[str, Parts]:
    """A batch of one payment to the person's account, and something to come back."""
    payable = make_payable(person=person)
    batch = payouts.make_batch(by=make_user("finance"), payables=[payable.pk])
    back = payouts.reclaim(
        actor="test", area="441700", person=person, amounts={"resident_pool": 1},
        kind="arrears", source_id=UNIQUE, reason=UNIQUE,
    )  # fmt: skip
    of_batch = ("batch", "decide", "send", "answer", "xlsx", "csv")
    parts: dict[str, Parts] = {page: {"pk": batch.pk} for page in of_batch}
    account = {"pk": BankAccount.objects.get(person=person).pk}
    parts |= {page: account for page in ("strike", "number", "number-show")}
    return parts | {"slip": {"pk": batch.payments.get().pk}, "receivable": {"pk": back.pk}}


def make_brief(by: User, draft: PlanVersion) -> Brief:
    nothing = {"label": "基金合计", "before": 0, "after": 0, "difference": 0, "share": None}
    report = {
        "name": UNIQUE, "why": "", "title": DRAFT, "year": 2019, "bills": 0, "people": 0,
        "copied_at": clock.now().isoformat(), "made_at": clock.now().isoformat(), "changes": [],
        "fund": nothing, "tiers": [], "classes": [], "by": [], "examples": [], "ledger": 0,
        "moved": {"better": 0, "worse": 0, "same": 0, "gained": 0, "lost": 0},
        "plan_before": "", "plan_after": draft.plan_id,
    }  # fmt: skip
    return Brief.objects.create(
        area="441700", name=UNIQUE, version=draft, plan_before="", plan_after=draft.plan_id,
        report=report, made_by=by, made_at=clock.now(),
    )  # fmt: skip


def make_difference(bill: Settlement) -> ReplayDifference:
    replay = Replay.objects.create(
        area="441700", year=2019, scheme="resident", copied_at=clock.now(),
        started_at=clock.now(), seconds=1, bills=1, years=1, different=1, asked_by=UNIQUE,
    )  # fmt: skip
    pays = [getattr(bill, tier) for tier in TIERS]
    return ReplayDifference.objects.create(
        replay=replay, settlement_id=bill.pk,
        posted=[*pays, bill.deductible], recomputed=[pays[0] + 1, *pays[1:], bill.deductible],
    )  # fmt: skip
