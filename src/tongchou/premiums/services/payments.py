"""Payments come in as the tax office's files, whole or not at all; their income is posted once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.core.premiums import load_book
from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.funds.models import Entry, Posting
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.refusal import Refused
from tongchou.premiums.importing import Paid, read_payments
from tongchou.premiums.models import Batch, Payment, Refund
from tongchou.premiums.services import common

FUND = "resident_pool"
MOST_NAME = 200
LIVE = ("proposed", "approved")


@transaction.atomic
def record_payments(
    *, by: User, year: int, name: str, content: bytes, entry_id: int | None = None
) -> Batch:
    """Take a file of payments. Raises Refused, and RowsRefused naming each row it cannot take.

    `entry_id`: the entry of income in which the money stands already; without one it is posted.
    """
    common.hold_year(by.area_code, year)
    digest = hashlib.sha256(content).hexdigest()
    if Batch.objects.filter(area=by.area_code, sha256=digest).exists():
        raise Refused(_("这份文件已登记过"), field="file")
    book = load_book(by.area_code)
    rows, _count = read_payments(
        area=by.area_code, year=year, book=book, name=name, content=content
    )
    return take_payments(by=by, year=year, rows=rows, name=name, sha256=digest, entry_id=entry_id)


@transaction.atomic
def take_payments(
    *,
    by: User,
    year: int,
    rows: Sequence[Paid],
    name: str,
    sha256: str,
    entry_id: int | None = None,
    at: datetime | None = None,
) -> Batch:
    """Register payments that were read and checked, with their income. Raises Refused.

    `at`: when the money came, of an entry that is posted here; now by default.
    """
    common.hold_year(by.area_code, year)
    if len(name) > MOST_NAME:
        raise Refused(_("文件名最多 %(n)s 字。请改短后上传") % {"n": MOST_NAME}, field="file")
    fen = sum(row.fen for row in rows)
    number = _post(by, year, fen, at) if entry_id is None else _linked(by, entry_id, fen)
    batch = Batch.objects.create(
        area=by.area_code, year=year, name=name, sha256=sha256, rows=len(rows), fen=fen,
        entry_id=number, linked=entry_id is not None, by=by, at=clock.now(),
    )  # fmt: skip
    source = _("税务文件 %(name)s") % {"name": name}
    shared = {
        "area": by.area_code, "year": year, "batch_id": batch.pk,
        "source": source[: common.MOST_SOURCE],
    }  # fmt: skip
    load_rows(Payment, [{**shared, **row._asdict()} for row in rows])
    common.note(
        by, "premiums.payments.recorded", "premium_batch", batch.pk, year=year, rows=len(rows),
        fen=fen, entry=str(number), linked=batch.linked, sha256=sha256,
    )  # fmt: skip
    return batch


@transaction.atomic
def strike_payment(*, by: User, payment: Payment, reason: str) -> Payment:
    """Take out a payment that was not this person's. The money stays where it was posted.

    It is registered again for whom it is, linked to the same entry. Raises Refused.
    """
    person = common.hold_person(payment.person, by)
    if Refund.objects.filter(payment=payment, state__in=LIVE).exists():
        raise Refused(_("这笔缴费已提出退费。请先退回或撤销退费"))
    struck = common.strike(payment, by, reason)
    common.note_person(
        by, "premiums.payment.struck", person, year=struck.year, receipt=struck.receipt,
        fen=struck.fen, reason=struck.struck_reason,
    )  # fmt: skip
    return struck


def _post(by: User, year: int, fen: int, at: datetime | None) -> int:
    return funds.post_entry(
        kind=Entry.Kind.INCOME,
        area=by.area_code,
        summary=_("%(year)s 年度居民个人缴费") % {"year": year},
        actor=by.login,
        lines=[(FUND, chart.DEPOSITS, fen), (FUND, chart.PREMIUMS, -fen)],
        at=at,
    )


def _linked(by: User, entry_id: int, fen: int) -> int:
    """Return the entry's number where it has income enough that no payment accounts for yet."""
    common.hold_links(by.area_code)
    own = Entry.objects.filter(pk=entry_id, area=by.area_code, kind=Entry.Kind.INCOME)
    if not own.exists():
        raise Refused(_("没有这张收入凭证。请核对凭证号"), field="entry")
    free = free_of(entry_id)
    if fen > free:
        raise Refused(
            _("凭证里还没有对应到人的居民个人缴费只有 %(free)s 元，这份文件是 %(fen)s 元")
            % {"free": format_yuan(free), "fen": format_yuan(fen)},
            field="entry",
        )
    return entry_id


def free_of(entry_id: int) -> int:
    """Return fen of premium in an entry for which no payment is registered."""
    credited = Posting.objects.filter(
        entry_id=entry_id, account__fund_id=FUND, account__code=chart.PREMIUMS
    ).aggregate(sum=Sum("amount", default=0))["sum"]
    taken = Payment.objects.filter(batch__entry_id=entry_id, struck_at=None).aggregate(
        sum=Sum("fen", default=0)
    )["sum"]
    return int(-credited - taken)
