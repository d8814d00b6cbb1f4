"""The bureau's reviewed act: one person asks for a reversal, another agrees (A-14)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import ReversalRequest, Settlement
from tongchou.settlement.services.reversal import reverse_and_reprice

# The article gives no limit for this work; the bureau sets its own.
DAYS_TO_REVIEW = 2


def propose(*, by: User, bill: Settlement, reason: str) -> ReversalRequest:
    """Ask for the reversal of a standing bill. Raises Refused."""
    if not reason.strip():
        raise Refused(_("请写明冲正理由"), field="reason")
    if bill.kind != Settlement.Kind.SETTLE:
        raise Refused(_("冲正和差额本身不能再冲正"))
    if bill.corrections.filter(kind=Settlement.Kind.REVERSAL).exists():
        raise Refused(_("这笔结算已经冲正"))
    try:
        with transaction.atomic():
            request = ReversalRequest.objects.create(
                settlement=bill,
                reason=reason.strip(),
                proposed_by=by,
                proposed_at=clock.now(),
                due_at=clock.now() + timedelta(days=DAYS_TO_REVIEW),
            )
            _record(request, by, "settlement.reversal.proposed")
    except IntegrityError as error:
        raise Refused(_("这笔结算已有待复核的冲正申请")) from error
    return request


def review(*, request: ReversalRequest, by: User, agree: bool, opinion: str = "") -> None:
    """Agree, which reverses and reprices in one transaction, or refuse with an opinion.

    Raises Refused, NotAllowed (the one who asked), Busy.
    """
    with transaction.atomic():
        request = (
            ReversalRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("settlement")
            .get(pk=request.pk)
        )
        if request.state != ReversalRequest.State.PROPOSED:
            raise Refused(
                _("这件已是“%(state)s”，请刷新页面") % {"state": request.get_state_display()}
            )
        if by.pk == request.proposed_by_id:
            raise NotAllowed(_("这件是您提出的，请由另一人复核"))
        if not agree and not opinion.strip():
            raise Refused(_("不同意请写明理由"), field="opinion")
        if agree:
            reverse_and_reprice(
                number=request.settlement_id,
                at=clock.now(),
                actor=by.login,
                reason=request.reason,
            )
        states = ReversalRequest.State
        request.state = states.DONE if agree else states.REFUSED
        request.opinion = opinion.strip()
        request.reviewed_by, request.reviewed_at = by, clock.now()
        request.save()
        verb = "agreed" if agree else "refused"
        _record(request, by, f"settlement.reversal.{verb}")


def _record(request: ReversalRequest, by: User, verb: str) -> None:
    bill = request.settlement
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="settlement",
        object_id=str(bill.pk),
        area=bill.area,
        data={"reason": request.reason, "opinion": request.opinion},
        slice_key=bill.person_id,
    )
