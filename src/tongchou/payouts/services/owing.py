"""What earlier work owes to a person, or has paid too much: said in the transaction that posts it.

The caller has posted the same amounts to 应付个人 (2102) of each fund: credited for `owe`, debited
for `reclaim`. So the books and what is open here agree at every commit.
"""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.funds.chart import FUNDS
from tongchou.payouts.models import Payable, Receivable
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail

MOST_WORDS = 200
MOST_SOURCE = 40


@transaction.atomic
def owe(
    *,
    actor: str,
    area: str,
    person: Person,
    amounts: Mapping[str, int],
    kind: str,
    source_id: str,
    reason: str,
) -> Payable:
    """Owe `amounts` (fund -> fen, credited to 2102 by the caller) to the person.

    A fund's part may be below zero where it is set off; the whole is above zero. Raises Refused,
    also where (kind, source_id) is owed already.
    """
    _check(amounts, kind, source_id, reason)
    payable = Payable(
        area=area,
        person=person,
        kind=kind,
        source_id=source_id,
        reason=reason,
        created_at=clock.now(),
        total=sum(amounts.values()),
        **amounts,
    )
    _save(payable)
    note(actor, "payouts.owed", payable)
    return payable


@transaction.atomic
def reclaim(
    *,
    actor: str,
    area: str,
    person: Person,
    amounts: Mapping[str, int],
    kind: str,
    source_id: str,
    reason: str,
) -> Receivable:
    """The person is to give back `amounts` (fund -> fen, debited to 2102 by the caller).

    Raises Refused as `owe` does.
    """
    _check(amounts, kind, source_id, reason)
    receivable = Receivable(
        area=area,
        person=person,
        kind=kind,
        source_id=source_id,
        reason=reason,
        created_at=clock.now(),
        total=sum(amounts.values()),
        **amounts,
    )
    _save(receivable)
    note(actor, "payouts.reclaimed", receivable)
    return receivable


def book(
    *,
    actor: str,
    area: str,
    person: Person,
    amounts: Mapping[str, int],
    kind: str,
    source_id: str,
    reason: str,
) -> Payable | Receivable | None:
    """`owe` what is above zero, `reclaim` what is below; nothing for nothing.

    Whoever posts parts that come to zero posts them against 1001, not 2102: the funds settle
    among themselves and the person is owed nothing. Raises Refused.
    """
    total = sum(amounts.values())
    if not total:
        return None
    told = {"actor": actor, "area": area, "kind": kind, "source_id": source_id, "reason": reason}
    if total > 0:
        return owe(person=person, amounts=amounts, **told)
    return reclaim(person=person, amounts={f: -fen for f, fen in amounts.items()}, **told)


@transaction.atomic
def withdraw(*, actor: str, kind: str, source_id: str, reason: str) -> Payable:
    """Owe it no more: the caller debits 2102 with the payable's amounts in the same transaction.

    Only what no bank has: raises Refused while it is in a batch, and once it is paid.
    """
    if not reason.strip():
        raise Refused(_("请写明撤销的原因"), field="reason")
    rows = Payable.objects.select_for_update(no_key=True)
    payable = rows.filter(kind=kind, source_id=source_id).first()
    if payable is None:
        raise Refused(_("没有这笔应付个人，请核对"))
    if payable.state not in (Payable.State.WAITING, Payable.State.BOUNCED):
        raise Refused(
            _("这笔应付已是“%(state)s”，不能撤销：在途的等银行回盘，已到账的登记应收回")
            % {"state": payable.get_state_display()}
        )
    payable.state = Payable.State.WITHDRAWN
    payable.save(update_fields=["state"])
    note(actor, "payouts.withdrawn", payable, why=reason.strip()[:MOST_WORDS])
    return payable


def _check(amounts: Mapping[str, int], kind: str, source_id: str, reason: str) -> None:
    if kind not in Payable.Kind.values:
        raise Refused(_("不认识应付种类 %(kind)s") % {"kind": kind}, field="kind")
    for fund in amounts:
        if fund not in FUNDS:
            raise Refused(_("没有基金 %(fund)s，请用科目表里的基金") % {"fund": fund})
    if sum(amounts.values()) <= 0:
        raise Refused(_("应付合计要大于 0，请核对各基金的金额"))
    if not reason.strip():
        raise Refused(_("请写明事由"), field="reason")
    for text, most in ((reason, MOST_WORDS), (source_id, MOST_SOURCE)):
        if len(text) > most:
            raise Refused(_("最多 %(n)s 字") % {"n": most}, field="reason")


def _save(row: Payable | Receivable) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            _("%(kind)s %(id)s 已经登记过，不能重复登记")
            % {"kind": row.get_kind_display(), "id": row.source_id}
        ) from None


def note(actor: str, verb: str, row: Payable | Receivable, **data: str) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="payable" if isinstance(row, Payable) else "receivable",
        object_id=str(row.pk),
        area=row.area,
        data={
            "person": row.person.psn_no,
            "kind": row.kind,
            "source": row.source_id,
            "amounts": row.amounts,
            "total": row.total,
            "reason": row.reason,
            **data,
        },
        slice_key=row.person_id,
    )
