"""The bank's file: what goes out as xlsx or csv, and its answer, which comes back by the key.

All cells are text. Rows of the answer may be sorted, left out or re-saved by another program: a
row is known by its key, and its amount must be the one that was sent.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

import xlsxwriter
from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan, parse_yuan
from tongchou.core.sheets import SheetRefused, read_grids, read_lists
from tongchou.payouts.models import Payment
from tongchou.platform.refusal import Refused
from tongchou.platform.ui.lists.export import neutral

# Fixed words: the bank's, whatever language the page is in.
COLUMNS = (
    ("代发键", 20), ("户名", 16), ("账号", 24), ("开户银行", 24), ("金额", 14), ("用途", 30),
)  # fmt: skip
ANSWER_COLUMNS = (("处理结果", 12), ("失败原因", 30))
_VOCABULARY = {
    "key": ("代发键",),
    "amount": ("金额",),
    "result": ("处理结果", "结果", "状态"),
    "why": ("失败原因", "退汇原因", "原因", "备注"),
}
_PAID = frozenset({"成功", "已入账", "到账", "已到账", "交易成功"})
_BOUNCED = frozenset({"失败", "退汇", "退回", "未入账", "交易失败"})
MOST_WORDS = 200


class Said(NamedTuple):
    """What the bank says of one payment; `why` is "" for a paid one."""

    payment: Payment
    paid: bool
    why: str


def to_xlsx(payments: Iterable[Payment]) -> bytes:
    """Return the payments as the bank takes them, with empty columns for its answer."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("代发")
    text = book.add_format({"num_format": "@"})
    head = book.add_format({"bold": True, "bg_color": "#F6F7F9"})
    for at, (word, width) in enumerate(COLUMNS + ANSWER_COLUMNS):
        sheet.write_string(0, at, word, head)
        sheet.set_column(at, at, width, text)
    for line, payment in enumerate(payments, 1):
        for at, cell in enumerate(_cells(payment)):
            sheet.write_string(line, at, neutral(cell), text)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def to_csv(payments: Iterable[Payment]) -> bytes:
    """Return the same as CSV in UTF-8 with a mark, which Excel and banks' programs both read."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([word for word, _width in COLUMNS + ANSWER_COLUMNS])
    for payment in payments:
        writer.writerow([*map(neutral, _cells(payment)), *([""] * len(ANSWER_COLUMNS))])
    return target.getvalue().encode("utf-8-sig")


def _cells(payment: Payment) -> Iterator[str]:
    account = payment.account
    yield from (payment.key, account.holder, account.number, account.bank)
    yield format_yuan(payment.amount)
    yield f"医保{payment.payable.get_kind_display()}"


def from_answer(name: str, content: bytes, payments: Mapping[str, Payment]) -> list[Said]:
    """Return what the bank says. Raises Refused naming row and column; then nothing is taken.

    `payments`: those of the batch, by key.
    """
    try:
        lists = read_lists(read_grids(name, content), _VOCABULARY, ("key", "amount", "result"))
    except SheetRefused as refused:
        raise Refused(f"{name}：{refused}", field="file") from None
    found: dict[str, Said] = {}
    for sheet in lists:
        for row in sheet.rows:
            key = _text(row.cells, "key")
            if key in found:
                _refuse(name, row.number, "代发键", _("同一笔有两行，请银行只回一行"))
            found[key] = _said(name, row.number, row.cells, key, payments)
    if not found:
        raise Refused(_("%(name)s 一行也没有，请银行重发") % {"name": name}, field="file")
    return list(found.values())


def _said(
    name: str, number: int, cells: Mapping[str, Any], key: str, payments: Mapping[str, Payment]
) -> Said:
    payment = payments.get(key)
    if payment is None:
        _refuse(name, number, "代发键", _("不是这一批的代发键，请核对是否拿错了文件"))
    if payment.state != Payment.State.LIVE:
        words = {"state": payment.get_state_display()}
        _refuse(name, number, "代发键", _("这笔已是“%(state)s”，请删去这一行") % words)
    if _fen(_text(cells, "amount")) != payment.amount:
        words = {"sent": format_yuan(payment.amount)}
        _refuse(name, number, "金额", _("与送出的 %(sent)s 元不同，请银行核对") % words)
    result, why = _text(cells, "result"), _text(cells, "why")
    if result not in _PAID | _BOUNCED:
        _refuse(name, number, "处理结果", _("请写“成功”或“退汇”"))
    paid = result in _PAID
    if not paid and not why:
        _refuse(name, number, "失败原因", _("退汇请写明银行的原因"))
    if len(why) > MOST_WORDS:
        _refuse(name, number, "失败原因", _("最多 %(n)s 字") % {"n": MOST_WORDS})
    return Said(payment, paid, "" if paid else why)


def _text(cells: Mapping[str, Any], field: str) -> str:
    return str(cells.get(field, "")).strip().lstrip("'")


def _fen(text: str) -> int | None:
    try:
        return parse_yuan(text.replace(",", ""))
    except ValueError:
        return None


def _refuse(name: str, row: int, column: str, why: str) -> NoReturn:
    words = {"name": name, "row": row, "column": column, "why": why}
    raise Refused(_("%(name)s 第 %(row)s 行 %(column)s：%(why)s") % words, field="file")
