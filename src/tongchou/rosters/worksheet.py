"""A town's worklist as a spreadsheet: what goes out, and what comes back by its key.

Rows may be sorted, left out or re-saved by another program: a row is known by its key and check.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

from tongchou.core.rosters import Pack
from tongchou.core.sheets import SheetRefused, read_grids, read_lists
from tongchou.platform.casework.acting import MOST_NOTE
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import Refused
from tongchou.platform.ui.lists.export import neutral

# Fixed words: a sheet that was made in one language comes back in another.
_COLUMNS = (
    ("案件键", 24), ("校验", 10), ("镇街", 12), ("姓名", 12), ("责任人", 22),
    ("类别", 22), ("事实", 60), ("怎么办", 40), ("到期", 12), ("核实结果", 12), ("情况说明", 40),
)  # fmt: skip
ANSWERS = {"属实": "confirm", "不属实": "deny", "无法核实": "doubt"}
_VOCABULARY = {
    "key": ("案件键",),
    "check": ("校验",),
    "answer": ("核实结果",),
    "note": ("情况说明",),
}
_HIDDEN = 2  # columns at the left that are not for the eye


class Answer(NamedTuple):
    row: int
    key: str
    verb: str
    note: str


def check_of(case: Case) -> str:
    """Return the word by which a row is known to belong to its case in this round."""
    return hashlib.sha256(f"{case.area}|{case.key}|{case.round}".encode()).hexdigest()[:8]


def to_sheet(
    cases: Iterable[Case], pack: Pack, responsible: Mapping[int, str] | None = None
) -> bytes:
    """Return the worklist as xlsx. `responsible`: who answers for a case, by its key."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("核实")
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bg_color": "#F6F7F9"})
    for at, (word, width) in enumerate(_COLUMNS):
        sheet.write_string(0, at, word, head)
        sheet.set_column(at, at, width, text, {"hidden": at < _HIDDEN})
    line = 0
    for line, case in enumerate(cases, 1):
        answers_for = (responsible or {}).get(case.pk, "")
        for at, cell in enumerate(_cells(case, pack, answers_for)):
            sheet.write_string(line, at, neutral(cell), text)
    answers = {"validate": "list", "source": list(ANSWERS)}
    sheet.data_validation(1, len(_COLUMNS) - 2, max(line, 1), len(_COLUMNS) - 2, answers)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def _cells(case: Case, pack: Pack, responsible: str) -> Iterator[str]:
    of = pack.class_of(case.code)
    yield from (case.key, check_of(case), case.place, case.subject_name or case.subject)
    yield responsible
    yield from (f"{case.code} {of.name}", case.facts, of.action)
    yield from (f"{case.due_on}" if case.due_on else "", "", "")


def from_sheet(name: str, content: bytes, cases: dict[str, Case]) -> list[Answer]:
    """Return the rows that have an answer. Raises Refused naming row and column.

    `cases`: those that may be answered, by key.
    """
    try:
        lists = read_lists(read_grids(name, content), _VOCABULARY, ("key", "check", "answer"))
    except SheetRefused as refused:
        raise Refused(f"{name}：{refused}", field="file") from None
    found: dict[str, Answer] = {}
    for sheet in lists:
        for row in sheet.rows:
            answer = str(row.cells.get("answer", "")).strip()
            if answer:
                one = _answer(name, row.number, row.cells, answer, cases)
                if one.key in found:
                    _refuse(name, row.number, "案件键", _("同一个案件填了两行"))
                found[one.key] = one
    return list(found.values())


def _answer(
    name: str, number: int, cells: dict[str, Any], answer: str, cases: dict[str, Case]
) -> Answer:
    key = str(cells.get("key", "")).strip().lstrip("'")
    case = cases.get(key)
    if case is None:
        _refuse(name, number, "案件键", _("不是您现在要核实的案件，或已经办过。请重新导出"))
    elif str(cells.get("check", "")).strip() != check_of(case):
        _refuse(name, number, "校验", _("这一行的隐藏列被改过或错行。请重新导出后再填"))
    if answer not in ANSWERS:
        words = "、".join(ANSWERS)
        _refuse(name, number, "核实结果", _("请从下拉里选：%(words)s") % {"words": words})
    note = str(cells.get("note", "")).strip()
    if not note:
        _refuse(name, number, "情况说明", _("请写明情况"))
    if len(note) > MOST_NOTE:
        _refuse(name, number, "情况说明", _("最多 %(n)s 字") % {"n": MOST_NOTE})
    return Answer(number, key, ANSWERS[answer], note)


def _refuse(name: str, row: int, column: str, why: str) -> None:
    words = {"name": name, "row": row, "column": column, "why": why}
    raise Refused(_("%(name)s 第 %(row)s 行 %(column)s：%(why)s") % words, field="file")
