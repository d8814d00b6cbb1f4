"""An institution's own totals and bills against the ledger (P10): what agrees, what does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.core.money import format_yuan
from tongchou.exchange.statement_file import FileRow, ResultRow
from tongchou.platform.numbering.services import wire_number
from tongchou.settlement.queries.reconciling import Posted, Totals

THEIRS, OURS, AMOUNT = "theirs", "ours", "amount"
REVERSED, PAPERS, REPEATED = "reversed", "papers", "repeated"
KINDS = {
    THEIRS: gettext_lazy("机构有，本地没有"),
    OURS: gettext_lazy("本地有，机构没有"),
    AMOUNT: gettext_lazy("金额不同"),
    REVERSED: gettext_lazy("只有一边冲正"),
    PAPERS: gettext_lazy("人员或就诊编号不同"),
    REPEATED: gettext_lazy("机构重复列出"),
}


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


def _money(totals: Totals | Posted) -> tuple[int, int, int]:
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
        if mine is None and row.refund:
            results.append(ResultRow(row, "", False, _("机构已退费，本地没有冲正"), REVERSED))
        elif mine is None:
            results.append(ResultRow(row, "", False, _("本地没有这笔结算"), THEIRS))
        elif mine.number in matched:
            results.append(ResultRow(row, mine.msgid or "", False, _("文件里重复"), REPEATED))
        else:
            matched.add(mine.number)
            results.append(_compared(row, mine))
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


def _compared(row: FileRow, mine: Posted) -> ResultRow:
    sign = -1 if row.refund and row.total > 0 else 1  # refunds may be listed without their sign
    papers = (
        (_("人员编号"), row.psn_no, mine.psn_no),
        (_("就诊编号"), row.mdtrt_id, mine.mdtrt_id),
    )
    amounts = (
        (_("总费用"), sign * row.total, mine.total),
        (_("基金支付"), sign * row.fund, mine.fund),
        (_("个人账户"), sign * row.account, mine.account),
    )
    unlike = [what for what, theirs, ours in (*papers, *amounts) if theirs != ours]
    if not unlike:
        return ResultRow(row, mine.msgid or "", True, "")
    money = any(theirs != ours for _what, theirs, ours in amounts)
    memo = _("%(what)s不同") % {"what": "、".join(unlike)}
    return ResultRow(row, mine.msgid or "", False, memo, AMOUNT if money else PAPERS, _money(mine))


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
    return [_left_out(mine) for mine in ours if mine.number in absent - set_off]


def _left_out(mine: Posted) -> ResultRow:
    refund = mine.original is not None
    memo = _("本地已冲正，机构没有退费") if refund else _("机构没有这笔结算")
    return ResultRow(
        _as_row(mine), mine.msgid or "", False, memo, REVERSED if refund else OURS, _money(mine),
        theirs=False,
    )  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Sum:
    """The differing rows of one kind, on both sides, fen."""

    kind: str
    count: int
    their_total: int
    our_total: int
    their_fund: int
    our_fund: int


def both_sides(
    result: ResultRow,
) -> tuple[tuple[int, int, int] | None, tuple[int, int, int] | None]:
    """Return (theirs, ours) of a row that differs: total, fund, account; None where it is missing.

    A refund that the hospital lists without its sign counts as what it takes back.
    """
    row = result.row
    sign = -1 if result.theirs and row.refund and row.total > 0 else 1
    theirs = (sign * row.total, sign * row.fund, sign * row.account) if result.theirs else None
    return theirs, result.ours


def sums(wrong: Sequence[ResultRow]) -> list[Sum]:
    """Return what differs by kind, in the order of KINDS; kinds without rows left out."""
    found = []
    nothing = (0, 0, 0)
    for kind in KINDS:
        sides = [both_sides(result) for result in wrong if result.kind == kind]
        if sides:
            theirs, ours = ([side[at] or nothing for side in sides] for at in (0, 1))
            found.append(
                Sum(
                    kind, len(sides), sum(t[0] for t in theirs), sum(o[0] for o in ours),
                    sum(t[1] for t in theirs), sum(o[1] for o in ours),
                )
            )  # fmt: skip
    return found
