"""Payments are put together by one, approved by another, and sent to the bank; checked each time.

A payable that cannot be paid waits where it is, with its reason; nothing is paid by way of an
account that is not in force, not the person's, or that the last payment came back from.
"""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from tongchou.payouts.checking import account_on, why_not
from tongchou.payouts.models import BankAccount, Batch, Payable, Payment
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

State = Batch.State
MOST = 10_000  # lines of one file
MOST_WORDS = 200
SENDABLE = (Payable.State.WAITING, Payable.State.BOUNCED)


@transaction.atomic
def make_batch(
    *, by: User, payables: Collection[int] | None = None, kinds: Collection[str] = ()
) -> Batch:
    """Put together what can be paid today: of `kinds`, or of all; `payables` (keys) narrows it.

    Raises Refused where there is nothing.
    """
    rows = waiting(by.area_code).select_for_update(of=("self",), no_key=True)
    rows = rows.filter(kind__in=kinds) if kinds else rows
    rows = rows.filter(pk__in=payables) if payables is not None else rows
    today = clock.today()
    chosen: list[tuple[Payable, BankAccount]] = []
    for one in rows.order_by("pk")[:MOST]:
        account = account_on(one.payee, today)
        if account is not None and not why_not(one, today, account):
            chosen.append((one, account))
    if not chosen:
        raise Refused(_("没有可以代发的：待代发的都还缺账户，或账户要先更正"))
    total = sum(one.total for one, _account in chosen)
    batch = Batch.objects.create(
        area=by.area_code, count=len(chosen), total=total, made_by=by, made_at=clock.now()
    )
    _add_payments(batch, chosen)
    Payable.objects.filter(pk__in=[one.pk for one, _account in chosen]).update(
        state=Payable.State.BATCHED
    )
    note(batch, by, "payouts.batch.made")
    return batch


def waiting(area: str) -> "QuerySet[Payable]":
    """Return what waits to be paid, with what the check reads."""
    rows = Payable.objects.filter(area=area, state__in=SENDABLE)
    return rows.select_related("person__merged_into").prefetch_related(
        "person__bank_accounts", "person__merged_into__bank_accounts", "payments"
    )


def _add_payments(batch: Batch, chosen: Iterable[tuple[Payable, BankAccount]]) -> None:
    payments = [
        Payment(
            batch=batch,
            payable=one,
            account=account,
            key=f"DF{batch.pk:06d}-{at:05d}",
            amount=one.total,
        )
        for at, (one, account) in enumerate(chosen, 1)
    ]
    try:
        with transaction.atomic():
            Payment.objects.bulk_create(payments)
    except IntegrityError:
        raise Refused(_("其中有的已编入另一批次，请刷新后重编")) from None


@transaction.atomic
def decide(*, by: User, batch: Batch, agree: bool, opinion: str = "") -> Batch:
    """Approve the batch, or refuse it, which sets its payables free. Raises Refused, NotAllowed."""
    locked = lock(batch, State.PROPOSED)
    if by.pk == locked.made_by_id:
        raise NotAllowed(_("这一批是您编的，请由另一人审批"))
    opinion = opinion.strip()
    if not agree and not opinion:
        raise Refused(_("退回请写明理由"), field="opinion")
    if len(opinion) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="opinion")
    locked.approved_by, locked.approved_at, locked.opinion = by, clock.now(), opinion
    locked.state = State.APPROVED if agree else State.REFUSED
    locked.save()
    if not agree:
        _drop(list(locked.payments.select_related("payable")), opinion)
    note(locked, by, "payouts.batch.approved" if agree else "payouts.batch.refused")
    return locked


@transaction.atomic
def send(*, by: User, batch: Batch) -> Batch:
    """Check each account once more, as of today, and hand the rest to the bank.

    What fails the check goes back to wait. Raises Refused where nothing is left.
    """
    locked = lock(batch, State.APPROVED)
    today = clock.today()
    rows = locked.payments.filter(state=Payment.State.LIVE).select_related(
        "payable__person__merged_into"
    )
    rows = rows.prefetch_related(
        "payable__person__bank_accounts",
        "payable__person__merged_into__bank_accounts",
        "payable__payments",
    )
    failed: dict[str, list[Payment]] = {}
    for one in rows:
        if why := _changed(one, account_on(one.payable.payee, today)):
            failed.setdefault(why, []).append(one)
    for why, payments in failed.items():
        _drop(payments, why)
    live = locked.payments.filter(state=Payment.State.LIVE)
    locked.count, locked.total = live.count(), live.aggregate(s=Sum("amount"))["s"] or 0
    if not locked.count:
        raise Refused(_("账户都有变动，没有可以送出的。请退回这一批，更正账户后重编"))
    locked.state, locked.sent_by, locked.sent_at = State.SENT, by, clock.now()
    locked.save()
    Payable.objects.filter(payments__in=live).update(state=Payable.State.SENT)
    note(locked, by, "payouts.batch.sent", dropped=sum(map(len, failed.values())))
    return locked


@transaction.atomic
def cancel(*, by: User, batch: Batch, reason: str) -> Batch:
    """Take back an approved batch that has not been sent. Raises Refused."""
    locked = lock(batch, State.APPROVED)
    reason = reason.strip()
    if not reason:
        raise Refused(_("退回请写明理由"), field="opinion")
    if len(reason) > MOST_WORDS:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_WORDS}, field="opinion")
    locked.state, locked.opinion = State.REFUSED, reason
    locked.save()
    _drop(list(locked.payments.select_related("payable")), reason)
    note(locked, by, "payouts.batch.refused")
    return locked


@transaction.atomic
def record_export(*, by: User, batch: Batch, form: str) -> None:
    """Leave a trace that the bank's file, with whole numbers, was taken away."""
    note(batch, by, "payouts.batch.exported", form=form)


def _changed(payment: Payment, account: BankAccount | None) -> str:
    """Say why a payment must not go out: the account fails today, or is not the approved one."""
    if why := why_not(payment.payable, clock.today(), account):
        return why
    if account is None or account.pk != payment.account_id:
        return _("审批以后账户换了，请重新编批次")
    return ""


def _drop(payments: Collection[Payment], why: str) -> None:
    """Put the payables back where they waited: those that had come back, to that queue."""
    keys = [one.payable_id for one in payments]
    Payment.objects.filter(pk__in=[one.pk for one in payments]).update(
        state=Payment.State.DROPPED, why=why
    )
    payables = Payable.objects.filter(pk__in=keys)
    back = payables.filter(payments__state=Payment.State.BOUNCED).values_list("pk", flat=True)
    came_back = set(back)
    payables.filter(pk__in=came_back).update(state=Payable.State.BOUNCED)
    payables.exclude(pk__in=came_back).update(state=Payable.State.WAITING)


def lock(batch: Batch, state: str) -> Batch:
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state != state:
        raise Refused(
            _("这一批已是“%(state)s”，请刷新页面") % {"state": locked.get_state_display()}
        )
    return locked


def note(batch: Batch, by: User, verb: str, **data: object) -> None:
    trail.record(
        actor=by.login,
        verb=verb,
        object_type="payout_batch",
        object_id=str(batch.pk),
        area=batch.area,
        data={"count": batch.count, "total": batch.total, "opinion": batch.opinion, **data},
    )
