"""An institution's own totals and bills against the ledger (P10): what agrees, what does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.exchange.statement_file import FileRow, ResultRow
from tongchou.platform.numbering.services import wire_number
from tongchou.settlement.queries.reconciling import Posted, Totals


@dataclass(frozen=True, slots=True)
class Compared:
    ours: Totals
    equal: bool
    words: str


def bases(settled: Totals, refunded: Totals, refund_flag: str | None) -> list[Totals]:
    """Return the sums that a hospital may mean, the usual one first.

    Hospitals total either way: bills and refunds apart (flag 0, 1), or refunds set off.
    """
    set_off = settled + Totals(-refunded.count, *_money(refunded))
    if refund_flag == "1":
        return [refunded, Totals(refunded.count, *(-x for x in _money(refunded)))]
    return [settled, set_off] if refund_flag == "0" else [set_off, settled]


def _money(totals: Totals) -> tuple[int, int, int]:
    return totals.total, totals.fund, totals.account


def compare_totals(claimed: Totals, candidates: Sequence[Totals]) -> Compared:
    """Compare with each basis; the words name what differs from the usual one, and by how much."""
    for ours in candidates:
        if ours == claimed:
            return Compared(ours, True, _("相符"))
    ours = candidates[0]
    parts = [
        _("%(what)s：机构 %(claimed)s，本地 %(ours)s，差 %(difference)s")
        % {
            "what": what,
            "claimed": format_yuan(theirs),
            "ours": format_yuan(mine),
            "difference": format_yuan(theirs - mine),
        }
        for what, theirs, mine in (
            (_("总费用"), claimed.total, ours.total),
            (_("基金支付"), claimed.fund, ours.fund),
            (_("个人账户"), claimed.account, ours.account),
        )
        if theirs != mine
    ]
    if claimed.count != ours.count:
        parts.append(
            _("笔数：机构 %(claimed)d，本地 %(ours)d")
            % {"claimed": claimed.count, "ours": ours.count}
        )
    return Compared(ours, False, _("不符。") + "；".join(parts))


def compare_rows(theirs: Sequence[FileRow], ours: Sequence[Posted]) -> list[ResultRow]:
    """Match line by line: first the hospital's rows in their order, then what it has not."""
    by_key = _keys(ours)
    results: list[ResultRow] = []
    matched: set[int] = set()
    for row in theirs:
        mine = by_key.get((row.setl_id, row.refund))
        if mine is None:
            results.append(ResultRow(row, "", False, _("本地没有这笔结算")))
        elif mine.number in matched:
            results.append(ResultRow(row, mine.msgid or "", False, _("文件里重复")))
        else:
            matched.add(mine.number)
            memo = _difference(row, mine)
            results.append(ResultRow(row, mine.msgid or "", not memo, memo))
    return results + _missing(ours, matched)


def _keys(ours: Sequence[Posted]) -> dict[tuple[str, bool], Posted]:
    """A refund is found under its own number and under that of the bill it takes back."""
    keys = {}
    for mine in ours:
        refund = mine.original is not None
        keys[wire_number(mine.number, mine.area), refund] = mine
        if mine.original is not None:
            keys[wire_number(mine.original, mine.area), True] = mine
    return keys


def _difference(row: FileRow, mine: Posted) -> str:
    sign = -1 if row.refund and row.total > 0 else 1  # refunds may be listed without their sign
    differing = [
        what
        for what, theirs, ours in (
            (_("人员编号"), row.psn_no, mine.psn_no),
            (_("就诊编号"), row.mdtrt_id, mine.mdtrt_id),
            (_("总费用"), sign * row.total, mine.total),
            (_("基金支付"), sign * row.fund, mine.fund),
            (_("个人账户"), sign * row.account, mine.account),
        )
        if theirs != ours
    ]
    return _("%(what)s不同") % {"what": "、".join(differing)} if differing else ""


def _missing(ours: Sequence[Posted], matched: set[int]) -> list[ResultRow]:
    """Ours that the hospital has not listed; a bill and its refund both left out set off."""
    refunds = {mine.original: mine.number for mine in ours if mine.original is not None}
    absent = {mine.number for mine in ours} - matched
    set_off = {
        number
        for original, refund in refunds.items()
        if original in absent and refund in absent
        for number in (original, refund)
    }
    return [
        ResultRow(_as_row(mine), mine.msgid or "", False, _("机构没有这笔结算"))
        for mine in ours
        if mine.number in absent - set_off
    ]


def _as_row(mine: Posted) -> FileRow:
    return FileRow(
        setl_id=wire_number(mine.number, mine.area),
        mdtrt_id=mine.mdtrt_id,
        psn_no=mine.psn_no,
        total=mine.total,
        fund=mine.fund,
        account=mine.account,
        refund=mine.original is not None,
    )
