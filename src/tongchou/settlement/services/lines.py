"""Fee lines: uploaded and split by the catalogue's terms, returned, withdrawn.

However many lines a message carries, it takes a fixed handful of statements. A charge that is
settled takes no line any more until its settlement is reversed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.catalogue import queries as catalogue
from tongchou.core.money import format_yuan
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail import services as trail
from tongchou.settlement.models import Charge, FeeLine, Visit
from tongchou.settlement.services.splitting import Parts, amount_of, split
from tongchou.settlement.services.visits import pass_doctors

# How far a hospital's own rounding may be from count x price HALF_UP.
TOLERANCE = 1  # fen
# Far over any line, and small enough for the sums of a bill to stay whole numbers of a database.
MOST_AMOUNT = 10**12  # fen


@dataclass(frozen=True, slots=True)
class Line:
    """One fee line as a hospital sends it."""

    sn: str
    at: datetime
    code: str
    count: int  # ten-thousandths; below 0 for a return
    price: int  # millionths of a yuan
    amount: int  # fen
    batch: str = ""
    returns_sn: str = ""  # the line that a return gives back
    doctors: tuple[str, ...] = ()  # whose order it is first
    refused: bool = False  # the hospital's own review: wholly the person's
    details: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def upload(*, actor: str, visit: Visit, lines: Sequence[Line]) -> list[FeeLine]:
    """Split and store `lines` of a visit held by the caller; return the rows in their order.

    Raises Refused naming the line: unknown item, amount not count x price, number used before,
    doctor suspended, return of more than was charged.
    """
    _pass_numbers(lines)
    _pass_line_doctors(visit, lines)
    charges = _open_charges(visit, {_batch_of(visit, line) for line in lines})
    earlier = _related(visit, lines)
    terms = _terms(lines)
    rows: list[FeeLine] = []
    for line in lines:
        charge = charges[_batch_of(visit, line)]
        if line.count < 0:
            row = _return(visit, charge, line, [*earlier, *rows])
        else:
            row = _charge_line(visit, charge, line, terms)
        rows.append(row)
    FeeLine.objects.bulk_create(rows)
    _note(actor, "settlement.lines.uploaded", visit, rows)
    return rows


@transaction.atomic
def withdraw(
    *,
    actor: str,
    visit: Visit,
    sns: Sequence[str] | None = None,
    batch: str | None = None,
) -> int:
    """Delete unsettled lines: those of `sns`, else of `batch`, else all; return how many.

    Raises Refused: settled, no such line, or a return of the line would be left behind.
    """
    found = FeeLine.objects.filter(visit=visit).select_related("charge")
    if batch is not None:
        found = found.filter(charge__batch=batch)
    rows = list(found.filter(feedetl_sn__in=sns) if sns is not None else found)
    if sns is not None:
        for sn in sns:
            if sn not in {row.feedetl_sn for row in rows}:
                raise Refused(
                    _("没有费用明细 %(sn)s，请核对明细流水号") % {"sn": sn}, field="feedetl_sn"
                )
    if sns is None and batch is None:
        rows = [row for row in rows if row.charge.settlement_id is None]
    if any(row.charge.settlement_id is not None for row in rows):
        raise Refused(_("明细已经结算，要撤销请先撤销结算"), field="mdtrt_id")
    if not rows:
        raise Refused(_("没有可撤销的费用明细"), field="mdtrt_id")
    _pass_no_return_left(visit, rows)
    FeeLine.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _note(actor, "settlement.lines.withdrawn", visit, rows)
    return len(rows)


def _batch_of(visit: Visit, line: Line) -> str:
    return "" if visit.kind == "inpatient" else line.batch


def _pass_numbers(lines: Sequence[Line]) -> None:
    seen: set[str] = set()
    today = clock.today()
    for line in lines:
        if line.sn in seen:
            raise _refused(line, _("流水号在本次上传里重复"), "feedetl_sn")
        seen.add(line.sn)
        if line.count == 0:
            raise _refused(line, _("数量不能为 0"), "cnt")
        if line.price < 0:
            raise _refused(line, _("单价不能小于 0；退单请用负的数量"), "pric")
        if timezone.localdate(line.at) > today:
            raise _refused(line, _("费用时间晚于今天，请核对"), "fee_ocur_time")
        if (line.count < 0) != bool(line.returns_sn):
            raise _refused(
                line, _("退单须同时有负的数量和原明细 init_feedetl_sn"), "init_feedetl_sn"
            )
        if abs(line.amount) >= MOST_AMOUNT:
            raise _refused(line, _("金额过大，请核对"), "det_item_fee_sumamt")
        right = amount_of(line.count, line.price)
        if abs(right - line.amount) > TOLERANCE or line.amount * line.count < 0:
            raise _refused(
                line,
                _("金额 %(amount)s 与数量乘单价 %(right)s 不等，相差不得超过 0.01 元")
                % {"amount": format_yuan(line.amount), "right": format_yuan(right)},
                "det_item_fee_sumamt",
            )


def _pass_line_doctors(visit: Visit, lines: Sequence[Line]) -> None:
    """Somebody registered has ordered every line, and may on the day that settlement judges."""
    codes = {code for line in lines for code in line.doctors}
    if visit.kind != "pharmacy" and not visit.doctor_code:
        for line in lines:
            if not line.doctors:
                raise _refused(line, _("没有医师，请填写开单医师代码"), "bilg_dr_codg")
    day = timezone.localdate(visit.begun_at)
    if visit.kind == "inpatient":
        day = timezone.localdate(visit.ended_at) if visit.ended_at else clock.today()
    pass_doctors(codes, visit.institution_id, day, field_name="bilg_dr_codg")


def _open_charges(visit: Visit, batches: set[str]) -> dict[str, Charge]:
    """Return the unsettled charge of each batch, made where it is new.

    After an interim settlement of a stay its next lines begin the next charge.
    """
    existing = list(
        Charge.objects.select_for_update(no_key=True).filter(visit=visit).order_by("pk")
    )
    by_batch = {charge.batch: charge for charge in existing}
    charges = {}
    for batch in sorted(batches):
        charge = by_batch.get(batch)
        if visit.kind == "inpatient" and existing:
            charge = existing[-1]
            if charge.settlement_id is not None and visit.state == Visit.State.OPEN:
                charge = Charge.objects.create(visit=visit, batch=str(len(existing) + 1))
        if charge is not None and charge.settlement_id is not None:
            raise Refused(_("这笔费用已经结算，要补传请先撤销结算"), field="mdtrt_id")
        charges[batch] = charge or Charge.objects.create(visit=visit, batch=batch)
    return charges


def _related(visit: Visit, lines: Sequence[Line]) -> list[FeeLine]:
    """Return stored lines that the upload may touch: of the same numbers, and what it returns.

    Raises Refused for a number that is stored already.
    """
    sns = {line.sn for line in lines}
    originals = {line.returns_sn for line in lines if line.returns_sn}
    found = FeeLine.objects.filter(visit=visit).filter(
        Q(feedetl_sn__in=sns | originals) | Q(returns_sn__in=originals)
    )
    rows = list(found)
    stored = {row.feedetl_sn for row in rows}
    for line in lines:
        if line.sn in stored:
            raise _refused(line, _("流水号已上传过，要更正请先撤销原明细"), "feedetl_sn")
    return rows


def _terms(lines: Sequence[Line]) -> dict[str, list[catalogue.Terms]]:
    """Return the terms of all items over the days of the lines, by code, in one query."""
    charged = [line for line in lines if line.count > 0]
    by_code: dict[str, list[catalogue.Terms]] = {}
    if charged:
        days = [timezone.localdate(line.at) for line in charged]
        codes = {line.code for line in charged}
        for terms in catalogue.terms_between(codes, min(days), max(days)):
            by_code.setdefault(terms.code, []).append(terms)
    return by_code


def _terms_on(all_terms: Iterable[catalogue.Terms], day: date) -> catalogue.Terms | None:
    return next((t for t in all_terms if t.start <= day and (t.end is None or day < t.end)), None)


def _charge_line(
    visit: Visit, charge: Charge, line: Line, by_code: dict[str, list[catalogue.Terms]]
) -> FeeLine:
    day = timezone.localdate(line.at)
    terms = _terms_on(by_code.get(line.code, ()), day)
    if terms is None:
        raise _refused(
            line,
            _("目录在 %(day)s 没有编码 %(code)s，请核对医保目录编码")
            % {"day": day, "code": line.code},
            "med_list_codg",
        )
    parts = split(
        amount=line.amount,
        count=line.count,
        price=line.price,
        level=terms.level,
        rate=terms.first_self_pay,
        ceiling=terms.ceiling,
        refused=line.refused,
    )
    row = _row(visit, charge, line, parts)
    row.item_name, row.list_type, row.charge_type = terms.name, terms.list_type, terms.charge_type
    row.level, row.first_self_pay_rate, row.ceiling = (
        terms.level, terms.first_self_pay, terms.ceiling,
    )  # fmt: skip
    if line.refused:
        row.details["refused"] = True
    return row


def _return(visit: Visit, charge: Charge, line: Line, known: Sequence[FeeLine]) -> FeeLine:
    """Give back part or all of a line on the terms under which it was charged.

    Partial returns are split as the difference of what had been returned before and after, so
    that returning all of it, in however many steps, takes back each part to the fen.
    """
    original = next((row for row in known if row.feedetl_sn == line.returns_sn), None)
    if original is None or original.count < 0:
        raise _refused(line, _("没有原明细 %(sn)s") % {"sn": line.returns_sn}, "init_feedetl_sn")
    if original.charge_id != charge.pk:
        raise _refused(line, _("原明细属于另一收费批次或已结算"), "init_feedetl_sn")
    if (original.item_code, original.price) != (line.code, line.price):
        raise _refused(line, _("退单的编码、单价须与原明细相同"), "med_list_codg")
    earlier = [row for row in known if row.returns_sn == line.returns_sn]
    count_before = -sum(row.count for row in earlier)
    amount_before = -sum(row.amount for row in earlier)
    count, amount = count_before - line.count, amount_before - line.amount
    if count > original.count or amount > original.amount:
        raise _refused(line, _("退单多于原明细，请核对数量和金额"), "cnt")
    if count == original.count and amount != original.amount:
        raise _refused(
            line,
            _("全部退完时金额应为 %(amount)s")
            % {"amount": format_yuan(amount_before - original.amount)},
            "det_item_fee_sumamt",
        )
    returned = _parts_of(original, count, amount) - _parts_of(original, count_before, amount_before)
    row = _row(visit, charge, line, -returned)
    row.returns_sn = line.returns_sn
    for name in (
        "item_name", "list_type", "charge_type", "level", "first_self_pay_rate", "ceiling",
    ):  # fmt: skip
        setattr(row, name, getattr(original, name))
    return row


def _parts_of(original: FeeLine, count: int, amount: int) -> Parts:
    """The split of `count` and `amount` of a charged line."""
    return split(
        amount=amount,
        count=count,
        price=original.price,
        level=original.level,
        rate=original.first_self_pay_rate,
        ceiling=original.ceiling,
        refused=bool(original.details.get("refused")),
    )


def _row(visit: Visit, charge: Charge, line: Line, parts: Parts) -> FeeLine:
    return FeeLine(
        charge=charge,
        visit=visit,
        feedetl_sn=line.sn,
        at=line.at,
        item_code=line.code,
        count=line.count,
        price=line.price,
        amount=line.amount,
        own_pay=parts.own_pay,
        over_limit=parts.over_limit,
        first_self_pay=parts.first_self_pay,
        in_scope=parts.in_scope,
        doctor_code=line.doctors[0] if line.doctors else visit.doctor_code,
        details=dict(line.details),
    )


def _pass_no_return_left(visit: Visit, rows: Sequence[FeeLine]) -> None:
    going = {row.feedetl_sn for row in rows}
    left = FeeLine.objects.filter(visit=visit, returns_sn__in=going).exclude(feedetl_sn__in=going)
    if (first := left.first()) is not None:
        raise Refused(
            _("明细 %(sn)s 还有退单 %(by)s，请一并撤销")
            % {"sn": first.returns_sn, "by": first.feedetl_sn},
            field="feedetl_sn",
        )


def _refused(line: Line, why: str, field_name: str) -> Refused:
    return Refused(_("明细 %(sn)s：%(why)s") % {"sn": line.sn, "why": why}, field=field_name)


def _note(actor: str, verb: str, visit: Visit, rows: Sequence[FeeLine]) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        object_type="visit",
        object_id=visit.mdtrt_id,
        area=visit.area,
        data={"lines": len(rows), "total": sum(row.amount for row in rows)},
        slice_key=visit.person_id,
    )
