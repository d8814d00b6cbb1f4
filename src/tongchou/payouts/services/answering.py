"""The bank's answer to a batch, taken in whole or not at all; what was paid is posted once."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry
from tongchou.payouts.bankfile import Said, from_answer
from tongchou.payouts.models import BankAnswer, Batch, Payable, Payment
from tongchou.payouts.services.batching import lock, note
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused

MOST_NAME = 200


@transaction.atomic
def take_answer(*, by: User, batch: Batch, name: str, content: bytes) -> BankAnswer:
    """Take in the bank's file about a sent batch; an answer may come in several files.

    Raises Refused naming row and column; then nothing of the file has been taken.
    """
    digest = hashlib.sha256(content).hexdigest()
    if batch.answers.filter(sha256=digest).exists():
        raise Refused(_("这份回盘已经读过，不必再读"), field="file")
    if len(name) > MOST_NAME:
        raise Refused(_("最多 %(n)s 字") % {"n": MOST_NAME}, field="file")
    locked = lock(batch, Batch.State.SENT)
    payments = {one.key: one for one in locked.payments.select_related("payable")}
    said = from_answer(name, content, payments)
    paid = [one.payment for one in said if one.paid]
    bounced = [one for one in said if not one.paid]
    answer = BankAnswer(
        batch=locked,
        name=name,
        sha256=digest,
        received_by=by,
        received_at=clock.now(),
        paid=len(paid),
        paid_total=sum(one.amount for one in paid),
        bounced=len(bounced),
        bounced_total=sum(one.payment.amount for one in bounced),
        entry_id=_post(locked, paid, by) if paid else None,
    )
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("这份回盘已经读过，不必再读"), field="file") from None
    _settle(answer, paid, bounced)
    if not locked.payments.filter(state=Payment.State.LIVE).exists():
        locked.state = Batch.State.DONE
        locked.save(update_fields=["state"])
    note(
        locked, by, "payouts.batch.answered", paid=answer.paid, paid_total=answer.paid_total,
        bounced=answer.bounced, entry=str(answer.entry_id or ""), sha256=digest,
    )  # fmt: skip
    return answer


def _settle(answer: BankAnswer, paid: Sequence[Payment], bounced: Iterable[Said]) -> None:
    Payment.objects.filter(pk__in=[one.pk for one in paid]).update(
        state=Payment.State.PAID, answer=answer
    )
    Payable.objects.filter(pk__in=[one.payable_id for one in paid]).update(state=Payable.State.PAID)
    for one in bounced:
        Payment.objects.filter(pk=one.payment.pk).update(
            state=Payment.State.BOUNCED, why=one.why, answer=answer
        )
    Payable.objects.filter(pk__in=[one.payment.payable_id for one in bounced]).update(
        state=Payable.State.BOUNCED
    )


def _post(batch: Batch, paid: Iterable[Payment], by: User) -> int:
    """Post what the bank has paid: each fund owes less, and has less at the bank."""
    sums: dict[str, int] = {}
    for one in paid:
        for fund, fen in one.payable.amounts.items():
            sums[fund] = sums.get(fund, 0) + fen
    lines = [(fund, chart.PAYABLE_PERSON, fen) for fund, fen in sums.items() if fen]
    lines += [(fund, chart.DEPOSITS, -fen) for fund, fen in sums.items() if fen]
    return funds.post_entry(
        kind=Entry.Kind.PAYOUT,
        area=batch.area,
        summary=_("代发批次 %(n)s 到账") % {"n": batch.pk},
        actor=by.login,
        lines=lines,
        slice_key=batch.pk,
    )
