"""Manual reimbursement 零星报销: a bill brought to the counter, priced by the same engine.

Three different people file, review and approve (A-30); the approval settles and owes the person.
The same invoice is never paid twice, nor a stay that was settled directly (STL-22).
"""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.funds import chart
from tongchou.payouts import services as payouts
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.db import raw
from tongchou.platform.numbering.services import display_number, next_number
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.providers.models import Institution
from tongchou.settlement.models import ManualClaim, PersonYear, Settlement
from tongchou.settlement.services import posting
from tongchou.settlement.services.bill import Settled, outcome_fields
from tongchou.settlement.services.trial import Trial, calculate
from tongchou.settlement.services.years import open_year

# The article gives no limit for this work; the bureau sets its own.
DAYS_TO_REVIEW = 5


def file_claim(
    *,
    by: User,
    person: Person,
    institution: Institution | None,
    institution_name: str,
    level: str,
    out_of_area: bool,
    visit_kind: str,
    begun_on: date,
    ended_on: date,
    invoice: str,
    total: int,
    own_pay: int,
    over_limit: int,
    first_self_pay: int,
    reason: str,
) -> ManualClaim:
    """Take in a bill (fen). Raises Refused for a duplicate or a bill that cannot be priced."""
    invoice = invoice.strip().upper()
    if not invoice:
        raise Refused(_("请填票据号"), field="invoice")
    if ended_on < begun_on:
        raise Refused(_("出院日期早于入院日期"), field="ended_on")
    if ended_on > clock.today():
        raise Refused(_("出院日期在今天之后"), field="ended_on")
    if own_pay + over_limit + first_self_pay > total:
        raise Refused(_("自费、超限价、先行自付合计大于总费用"), field="total")
    claim = ManualClaim(
        area=by.area_code,
        person=person,
        institution=institution,
        institution_name=institution.name if institution else institution_name,
        level=institution.level if institution else level,
        out_of_area=out_of_area,
        visit_kind=visit_kind,
        begun_on=begun_on,
        ended_on=ended_on,
        invoice=invoice,
        total=total,
        own_pay=own_pay,
        over_limit=over_limit,
        first_self_pay=first_self_pay,
        reason=reason,
        filed_by=by,
        filed_at=clock.now(),
        due_at=clock.now() + timedelta(days=DAYS_TO_REVIEW),
    )
    refuse_duplicate(claim)
    quote_of(claim)  # a bill that cannot be priced is not taken in
    try:
        with transaction.atomic():
            claim.save()
            _record(claim, by, "settlement.manual.filed")
    except IntegrityError as error:
        raise Refused(_("票据 %(no)s 已经受理") % {"no": invoice}, field="invoice") from error
    return claim


def refuse_duplicate(claim: ManualClaim) -> None:
    """Raise Refused when the invoice, or the same stay, has been taken in or settled already."""
    same = ManualClaim.objects.filter(invoice=claim.invoice).exclude(pk=claim.pk)
    if found := same.exclude(state=ManualClaim.State.REFUSED).first():
        raise Refused(
            _("票据 %(no)s 已于 %(day)s 受理，不能重复报销")
            % {"no": claim.invoice, "day": timezone.localdate(found.filed_at)},
            field="invoice",
        )
    standing = Settlement.objects.filter(kind=Settlement.Kind.SETTLE).exclude(
        corrections__kind=Settlement.Kind.REVERSAL
    )
    if direct := standing.filter(invoice=claim.invoice).first():
        raise Refused(
            _("票据 %(no)s 已联网结算，结算单 %(bill)s")
            % {"no": claim.invoice, "bill": display_number(direct.pk, direct.area)},
            field="invoice",
        )
    stay = standing.filter(person=claim.person, total=claim.total).filter(
        charge__visit__begun_at__date__lte=claim.ended_on,
        basis_date__gte=claim.begun_on,
    )
    if claim.institution_id is not None:
        stay = stay.filter(institution_id=claim.institution_id)
    if direct := stay.first():
        raise Refused(
            _("同一时段、同样总费用已联网结算，结算单 %(bill)s，请先核对")
            % {"bill": display_number(direct.pk, direct.area)},
            field="begun_on",
        )


def quote_of(claim: ManualClaim) -> Trial:
    """Price the claim as it would be settled today. Raises Refused."""
    parts = claim.own_pay + claim.over_limit + claim.first_self_pay
    return calculate(
        person=claim.person,
        area=claim.area,
        visit_kind=claim.visit_kind,
        level=claim.level,
        out_of_area=claim.out_of_area,
        total=claim.total,
        in_scope=claim.total - parts,
        on=claim.ended_on,
        settled_on=clock.today(),
    )


def review_claim(*, claim: ManualClaim, by: User, agree: bool, opinion: str = "") -> None:
    """Pass the claim on to approval, or refuse it with an opinion. Raises Refused, NotAllowed."""
    with transaction.atomic():
        claim = _locked(claim, ManualClaim.State.FILED)
        if by.pk == claim.filed_by_id:
            raise NotAllowed(_("这件是您受理的，请由另一人复核"))
        claim.reviewed_by, claim.reviewed_at = by, clock.now()
        _decide(
            claim,
            by,
            agree=agree,
            opinion=opinion,
            agreed=ManualClaim.State.REVIEWED,
            step="reviewed",
        )


def approve_claim(*, claim: ManualClaim, by: User, agree: bool, opinion: str = "") -> None:
    """Settle the claim, or refuse it with an opinion. Raises Refused, NotAllowed."""
    with transaction.atomic():
        claim = _locked(claim, ManualClaim.State.REVIEWED)
        if by.pk in (claim.filed_by_id, claim.reviewed_by_id):
            raise NotAllowed(_("受理、复核、审批须是三个人，请由另一人审批"))
        claim.approved_by, claim.approved_at = by, clock.now()
        if agree:
            refuse_duplicate(claim)
            claim.settlement_id = _post(claim, by)
        _decide(
            claim,
            by,
            agree=agree,
            opinion=opinion,
            agreed=ManualClaim.State.SETTLED,
            step="approved",
        )


def _locked(claim: ManualClaim, state: str) -> ManualClaim:
    claim = ManualClaim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if claim.state != state:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": claim.get_state_display()})
    return claim


def _decide(
    claim: ManualClaim, by: User, *, agree: bool, opinion: str, agreed: str, step: str
) -> None:
    if not agree and not opinion.strip():
        raise Refused(_("不予报销请写明理由"), field="opinion")
    claim.state = agreed if agree else ManualClaim.State.REFUSED
    claim.opinion = opinion.strip()
    claim.save()
    _record(claim, by, f"settlement.manual.{step}" if agree else "settlement.manual.refused")


def _record(claim: ManualClaim, by: User, verb: str) -> None:
    data: dict[str, Any] = {
        "invoice": claim.invoice,
        "total": claim.total,
        "person": claim.person.psn_no,
        "opinion": claim.opinion,
    }
    if claim.settlement_id:
        data["settlement"] = str(claim.settlement_id)
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="manual_claim",
        object_id=str(claim.pk),
        area=claim.area,
        data=data,
        slice_key=claim.person_id,
    )


def _post(claim: ManualClaim, by: User) -> int:
    """Settle within the approval's transaction; the person is held first.

    Facts are changed behind the same lock, so the first bill of a year is not priced on old ones.
    """
    Person.objects.select_for_update(no_key=True).get(pk=claim.person_id)
    now = clock.now()
    scheme = quote_of(claim).enrolment.scheme
    open_year(claim.person_id, scheme, now.year)
    year = PersonYear.objects.select_for_update(no_key=True).get(
        person=claim.person, scheme=scheme, year=now.year
    )
    trial = quote_of(claim)
    settled = _settled(claim, trial, next_number(now.date()))
    row = posting.row_of(
        settled,
        claim=trial.claim,
        person_year_id=year.pk,
        ordinal=year.version + 1,
        channel=Settlement.Channel.MANUAL.value,
        charge_id=None,
        institution_id=claim.institution_id,
        invoice=claim.invoice,
        state_before=trial.state,
        state_after=trial.outcome.state,
    )
    raw.run(
        [
            posting.move_year(year.pk, year.version, trial.outcome.state),
            posting.insert_settlement(row),
            *posting.book(
                settled,
                verb="settlement.settled",
                actor=by.login,
                institution_id=claim.institution_id,
                payable=chart.PAYABLE_PERSON,
                data={"manual_claim": str(claim.pk)},
            ),
        ]
    )
    assert settled.number is not None
    payouts.book(
        actor=by.login,
        area=claim.area,
        person=claim.person,
        amounts=posting.by_fund(settled),
        kind="manual",
        source_id=str(settled.number),
        reason=_("票据 %(no)s 零星报销") % {"no": claim.invoice},
    )
    return settled.number


def _settled(claim: ManualClaim, trial: Trial, number: int) -> Settled:
    person = claim.person
    return Settled(
        number=number,
        area=claim.area,
        kind="settle",
        person_id=person.pk,
        psn_no=person.psn_no,
        name=person.name,
        cert_type=person.cert_type,
        id_no=person.id_no,
        sex=person.sex,
        nation=person.nation,
        birth=person.birth,
        mdtrt_id="",
        insutype="",
        psn_type=trial.enrolment.psn_type,
        med_type="21" if claim.visit_kind == "inpatient" else "11",
        scheme=trial.enrolment.scheme,
        settled_at=clock.now(),
        basis_date=claim.ended_on,
        total=claim.total,
        own_pay=claim.own_pay,
        over_limit=claim.over_limit,
        first_self_pay=claim.first_self_pay,
        in_scope=trial.claim.in_scope,
        account_pays=0,
        account_balance=0,
        plan_id=trial.plan.plan_id,
        no_benefit=trial.no_benefit,
        **outcome_fields(trial.outcome),
    )
