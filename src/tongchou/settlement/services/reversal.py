"""Reversal 冲正: an exact negative twin that names the original; nothing is edited (P3, P7).

A hospital may reverse only the last bill of the person's year, because every later bill was priced
on it. The bureau's reviewed act reverses an earlier one, prices the later ones again in the same
transaction, and posts what differs (A-14).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.core.policy import TIERS, Claim
from tongchou.funds import chart
from tongchou.payouts import services as payouts
from tongchou.payouts.queries import state_of as owed_state
from tongchou.platform.db import raw
from tongchou.platform.db.raw import Statement
from tongchou.platform.numbering.services import display_number, next_number
from tongchou.platform.refusal import Refused
from tongchou.settlement.models import Answer, Settlement
from tongchou.settlement.queries.settled import settled_of
from tongchou.settlement.services import posting
from tongchou.settlement.services.bill import Message, Settled
from tongchou.settlement.services.pricing import MOST_TRIES, Busy, stored_answer
from tongchou.settlement.services.refold import Folded, claim_of, pays_of, refold, standing

Change = tuple[Settlement, Settled]  # a bill, and the adjustment of it


def reverse(
    *,
    number: int,
    institution_id: int,
    at: datetime,
    message: Message,
    compose: Callable[[Settled], str],
    mdtrt_id: str | None = None,
    psn_no: str | None = None,
) -> str:
    """Reverse a hospital's own settlement and return the answer's text. Raises Refused, Busy."""
    for _try in range(MOST_TRIES):
        if Answer.objects.filter(msgid=message.msgid).exists():
            return stored_answer(message)
        bill = _own_bill(number, institution_id, mdtrt_id, psn_no)
        assert bill.institution is not None
        reversal = prepare(bill, at=at)
        if reversal.later:
            raise Refused(_stands_in_the_way(bill, reversal.later), field="setl_id")
        twin = reversal.twin(msgid=message.msgid)
        text = compose(twin)
        changes = reversal.changes()
        written = [
            posting.answer_statement(message, text, twin),
            *message.nonce,
            *reversal.statements(twin, changes, actor=bill.institution.code, reason=""),
        ]
        # The version first: it holds the person; then the rest in the order of `posting`.
        written.insert(0, reversal.move())
        try:
            _run(written, bill, twin, changes, actor=bill.institution.code)
        except raw.Conflict as conflict:
            if not posting.may_try_again(conflict):
                raise
            continue
        return text
    raise Busy


def reverse_and_reprice(*, number: int, at: datetime, actor: str, reason: str) -> Settled:
    """Reverse any standing bill and post the differences of the later ones, in one transaction.

    For the reviewed act of the bureau; the caller has checked the two people. Raises Refused, Busy.
    """
    for _try in range(MOST_TRIES):
        bill = _standing_bill(Settlement.objects.filter(pk=number))
        reversal = prepare(bill, at=at)
        twin, changes = reversal.twin(msgid=None), reversal.changes()
        written = reversal.statements(twin, changes, actor=actor, reason=reason)
        try:
            _run([reversal.move(), *written], bill, twin, changes, actor=actor)
        except raw.Conflict as conflict:
            if not posting.may_try_again(conflict):
                raise
            continue
        return twin
    raise Busy


@dataclass(frozen=True, slots=True)
class Reversal:
    """What reversing one bill means for its person-year, before anything is written."""

    bill: Settlement
    at: datetime
    version: int
    earlier_adjustments: tuple[int, ...]  # by TIERS: what corrections of this bill have posted
    rest: list[Folded]  # the bills that remain, priced without it
    state: tuple[int, ...]

    @property
    def later(self) -> list[Settlement]:
        """The bills that stand and were priced on this one."""
        return [f.bill for f in self.rest if f.bill.ordinal > self.bill.ordinal]

    @property
    def differences(self) -> list[tuple[Settlement, tuple[int, ...]]]:
        """(bill, fen by TIERS) of every adjustment that goes with the reversal."""
        own = tuple(-x for x in self.earlier_adjustments)
        found = [(self.bill, own)] if any(own) else []
        return found + [(f.bill, f.difference) for f in self.rest if any(f.difference)]

    def move(self) -> Statement:
        return posting.move_year(
            self.bill.person_year_id, self.version, self.state, rows=1 + len(self.differences)
        )

    def twin(self, *, msgid: str | None) -> Settled:
        """The exact negative of the bill, under a number of its own."""
        return settled_of(
            self.bill, sign=-1, kind="reversal", at=self.at, number=self._number(), msgid=msgid
        )

    def _number(self) -> int:
        return next_number(self.at.date())

    def changes(self) -> list[Change]:
        """The adjustments that go with the reversal, each under a number of its own."""
        return [
            (of, settled_of(
                of, sign=0, kind="adjustment", at=self.at, number=self._number(), msgid=None,
                pays=difference,
            ))
            for of, difference in self.differences
        ]  # fmt: skip

    def statements(
        self, twin: Settled, changes: Sequence[Change], *, actor: str, reason: str
    ) -> list[Statement]:
        """Twin, adjustments, the charge set free, the personal account, the books, the trail."""
        bill = self.bill
        channel = "gateway" if twin.msgid else "bureau"
        rows = [self._row(twin, bill, claim_of(bill), self.version + 1, channel)]
        booked = self._book(twin, bill, actor, reason, "settlement.reversed")
        for step, (of, change) in enumerate(changes, start=2):
            rows.append(self._row(change, of, claim_of(of), self.version + step, "bureau"))
            booked += self._book(change, of, actor, reason, "settlement.adjusted")
        free = (
            "update settlement_charge set settlement_id = null where settlement_id = %s",
            [bill.pk],
        )
        return [*rows, free, *posting.move_account(twin), *booked]

    def _row(
        self, settled: Settled, of: Settlement, claim: Claim, ordinal: int, channel: str
    ) -> Statement:
        return posting.insert_settlement(
            posting.row_of(
                settled,
                claim=claim,
                person_year_id=of.person_year_id,
                ordinal=ordinal,
                channel=channel,
                charge_id=of.charge_id,
                institution_id=of.institution_id,
                invoice=of.invoice,
                state_before=(),
                state_after=self.state,
                original_id=of.pk,
            )
        )

    def _book(
        self, settled: Settled, of: Settlement, actor: str, reason: str, verb: str
    ) -> list[Statement]:
        # A difference is between the fund and the person: the institution has been paid.
        at_counter = settled.kind == "adjustment" or of.channel == Settlement.Channel.MANUAL
        payable = chart.PAYABLE_PERSON if at_counter else chart.PAYABLE_INSTITUTION
        if settled.kind == "adjustment" and not settled.fund_total:
            payable = chart.DEPOSITS  # the funds settle among themselves: nobody is owed
        return posting.book(
            settled,
            verb=verb,
            actor=actor,
            institution_id=of.institution_id,
            payable=payable,
            data={"original": str(of.pk), "reason": reason},
        )


def _run(
    statements: Sequence[Statement],
    bill: Settlement,
    twin: Settled,
    changes: Sequence[Change],
    *,
    actor: str,
) -> None:
    """Run the statements; what they owe to the person or claim back goes with them."""
    manual = bill.channel == Settlement.Channel.MANUAL
    if not changes and not manual:
        raw.run(statements)
        return
    with transaction.atomic():
        raw.run(statements)
        if manual and twin.fund_total:
            _take_back(bill, twin, actor)
        for of, change in changes:
            payouts.book(
                actor=actor,
                area=of.area,
                person=of.person,
                amounts=posting.by_fund(change),
                kind="adjustment",
                source_id=str(change.number),
                reason=_("结算单 %(no)s 重算差额") % {"no": display_number(of.pk, of.area)},
            )


def _take_back(bill: Settlement, twin: Settled, actor: str) -> None:
    """A reimbursement is not owed any more; one that was paid already is owed back."""
    reason = _("零星报销 %(no)s 冲正") % {"no": display_number(bill.pk, bill.area)}
    state = owed_state("manual", [str(bill.pk)]).get(str(bill.pk))
    if state == "paid":
        payouts.book(
            actor=actor,
            area=bill.area,
            person=bill.person,
            amounts=posting.by_fund(twin),
            kind="manual",
            source_id=str(twin.number),
            reason=reason,
        )
    elif state is not None:
        payouts.withdraw(actor=actor, kind="manual", source_id=str(bill.pk), reason=reason)


def prepare(bill: Settlement, *, at: datetime) -> Reversal:
    """Work out the reversal of a standing bill without writing anything."""
    # The version before the rows: if one comes in between, the version misses and we read again.
    bill.person_year.refresh_from_db(fields=["version"])
    bills, corrections = standing(bill.person_year)
    rest, state = refold(
        [b for b in bills if b.pk != bill.pk], corrections, bill.person_year.begins
    )
    own = [pays_of(c) for c in corrections.get(bill.pk, [])] or [(0,) * len(TIERS)]
    return Reversal(
        bill=bill,
        at=at,
        version=bill.person_year.version,
        earlier_adjustments=tuple(sum(column) for column in zip(*own, strict=True)),
        rest=rest,
        state=state,
    )


def _own_bill(
    number: int, institution_id: int, mdtrt_id: str | None, psn_no: str | None
) -> Settlement:
    bill = _standing_bill(Settlement.objects.filter(pk=number, institution_id=institution_id))
    assert bill.charge is not None
    if mdtrt_id is not None and bill.charge.visit.mdtrt_id != mdtrt_id:
        raise Refused(_("结算编号与就诊编号不是同一笔，请核对"), field="mdtrt_id")
    if psn_no is not None and bill.person.psn_no != psn_no:
        raise Refused(_("结算编号与人员编号不是同一人，请核对"), field="psn_no")
    return bill


def _standing_bill(found: QuerySet[Settlement]) -> Settlement:
    bill = (
        found.filter(kind=Settlement.Kind.SETTLE)
        .select_related("person", "person_year", "institution", "charge__visit")
        .first()
    )
    if bill is None:
        raise Refused(_("没有这笔结算，请核对结算编号"), field="setl_id")
    if bill.corrections.filter(kind=Settlement.Kind.REVERSAL).exists():
        raise Refused(_("这笔结算已经撤销，不必再撤"), field="setl_id")
    return bill


def _stands_in_the_way(bill: Settlement, later: list[Settlement]) -> str:
    """Name the later bills: ours by number, those of others by date only (formats.md 3)."""
    names = [
        f"{display_number(b.pk, b.area)}（{timezone.localtime(b.settled_at):%m-%d}）"
        if b.institution_id == bill.institution_id
        else _("其他机构 %(day)s") % {"day": f"{timezone.localtime(b.settled_at):%m-%d}"}
        for b in later
    ]
    return _("不能撤销：之后还有 %(bills)s。请先撤销后面的，或请医保局冲正并重算") % {
        "bills": "、".join(names)
    }
