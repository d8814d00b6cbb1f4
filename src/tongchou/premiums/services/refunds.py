"""Refunds: proposed by one, approved and posted by another, paid by the bank, then done.

Premium income falls by what is given back, and the pool owes it to the person (2102), in the
transaction in which `payouts` takes it over. Who is refunded is exempt, in the same transaction.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core.premiums import Decision, decide, load_book
from tongchou.core.rosters import load_pack
from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry
from tongchou.payouts import services as payouts
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.premiums.models import Exemption, Payment, Refund
from tongchou.premiums.services import common
from tongchou.premiums.services.exemptions import exempt
from tongchou.premiums.services.payments import FUND

State = Refund.State
KIND = "refund"


def decision_of(payment: Payment, category: str, recognised_on: date | None) -> Decision:
    """Return what the table says of a payment (ENR-20)."""
    return decide(
        load_book(payment.area),
        load_pack(payment.area),
        year=payment.year,
        category=category,
        recognised=recognised_on,
        paid=True,
    )


@transaction.atomic
def propose_refund(
    *, by: User, payment: Payment, category: str, recognised_on: date | None, source: str
) -> Refund:
    """Propose to give a payment back, by the decision table. Raises Refused with its words."""
    common.check_ground(category)
    source = common.check_source(source)
    if recognised_on is not None:
        common.check_past(recognised_on, field="recognised_on")
    person = common.hold_person(payment.person, by)
    locked = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if locked.struck_at is not None:
        raise Refused(_("这笔缴费已更正，不能退"))
    found = decision_of(locked, category, recognised_on)
    if not found.refund:
        raise Refused(f"{found.words}（{found.cite}）", field="recognised_on")
    try:
        with transaction.atomic():
            refund = Refund.objects.create(
                area=by.area_code,
                payment=locked,
                code=found.code,
                words=found.words,
                cite=found.cite,
                category=category,
                recognised_on=recognised_on,
                source=source,
                fen=locked.fen,
                proposed_by=by,
                proposed_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(_("这笔缴费已提出退费")) from None
    _note(by, "premiums.refund.proposed", refund, person=person.psn_no)
    return refund


@transaction.atomic
def approve_refund(*, by: User, refund: Refund, opinion: str = "") -> Refund:
    """Post it, owe it to the person, and exempt him. Raises Refused, NotAllowed.

    What the table says is asked again: a rule that has changed since gives nothing back.
    """
    locked = _locked(by, refund, State.PROPOSED)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=locked.payment_id)
    if payment.struck_at is not None:
        raise Refused(_("这笔缴费已更正，不能退。请退回"))
    found = decision_of(payment, locked.category, locked.recognised_on)
    if not found.refund or found.code != locked.code:
        raise Refused(_("规则或认定日期已变，不再应退。请退回后重新提出"))
    person = payment.person
    summary = _("退 %(year)s 年度个人缴费 %(name)s") % {"year": payment.year, "name": person.name}
    locked.entry_id = funds.post_entry(
        kind=Entry.Kind.REFUND,
        area=locked.area,
        summary=summary,
        actor=by.login,
        lines=[(FUND, chart.PREMIUMS, locked.fen), (FUND, chart.PAYABLE_PERSON, -locked.fen)],
        slice_key=person.pk,
    )
    payouts.owe(
        actor=by.login,
        area=locked.area,
        person=person,
        amounts={FUND: locked.fen},
        kind=KIND,
        source_id=str(locked.pk),
        reason=summary,
    )
    held = Exemption.objects.filter(person=person, year=payment.year, struck_at=None)
    if found.exempt and not held.exists():
        exempt(
            by=by, person=person, year=payment.year, ground=locked.category, source=locked.source
        )
    return _decide(locked, by, State.APPROVED, opinion)


@transaction.atomic
def refuse_refund(*, by: User, refund: Refund, opinion: str) -> Refund:
    """Send a proposal back. Raises Refused, NotAllowed."""
    locked = _locked(by, refund, State.PROPOSED)
    _say_why(opinion)
    return _decide(locked, by, State.REFUSED, opinion)


@transaction.atomic
def withdraw_refund(*, by: User, refund: Refund, opinion: str) -> Refund:
    """Undo an approved refund that no bank has: the exact negative, and nothing is owed any more.

    The exemption is a fact of its own; strike it too where it was not due. Raises Refused.
    """
    locked = _locked(by, refund, State.APPROVED)
    _say_why(opinion)
    person = locked.payment.person
    payouts.withdraw(actor=by.login, kind=KIND, source_id=str(locked.pk), reason=opinion)
    locked.undone_entry_id = funds.post_entry(
        kind=Entry.Kind.REFUND,
        area=locked.area,
        summary=_("撤销退费 %(name)s") % {"name": person.name},
        actor=by.login,
        lines=[(FUND, chart.PREMIUMS, -locked.fen), (FUND, chart.PAYABLE_PERSON, locked.fen)],
        slice_key=person.pk,
    )
    return _decide(locked, by, State.WITHDRAWN, opinion)


def _locked(by: User, refund: Refund, state: str) -> Refund:
    common.hold_person(refund.payment.person, by)
    locked = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
    if by.pk == locked.proposed_by_id:
        raise NotAllowed(_("这笔是您提出的，请由另一人办"))
    if locked.state != state:
        raise Refused(_("这件已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()})
    return locked


def _say_why(opinion: str) -> None:
    common.check_words(opinion, field="opinion", most=common.MOST_REASON, missing=_("请写明理由"))


def _decide(refund: Refund, by: User, state: str, opinion: str) -> Refund:
    if len(opinion.strip()) > common.MOST_REASON:
        raise Refused(_("最多 %(n)s 字") % {"n": common.MOST_REASON}, field="opinion")
    refund.state, refund.decided_by, refund.decided_at = state, by, clock.now()
    refund.opinion = opinion.strip()
    refund.save(
        update_fields=[
            "state", "decided_by", "decided_at", "opinion", "entry_id", "undone_entry_id",
        ]
    )  # fmt: skip
    _note(by, f"premiums.refund.{state}", refund, opinion=refund.opinion)
    return refund


def _note(by: User, verb: str, refund: Refund, **data: str) -> None:
    common.note(
        by,
        verb,
        "refund",
        refund.pk,
        slice_key=refund.payment.person_id,
        code=refund.code,
        fen=refund.fen,
        payment=refund.payment.receipt,
        recognised_on=refund.recognised_on,
        entry=str(refund.undone_entry_id or refund.entry_id or ""),
        **data,
    )
