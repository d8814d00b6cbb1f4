"""The files themselves: each agency's own headings, titles, date forms and sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from tongchou.core.sheets import Cell
from tongchou.demo.rosters.dirt import Written

Row = Mapping[str, Cell]
_SHEET_ROWS = 12_000  # an office begins another sheet


class Sent(NamedTuple):
    """A row to be sent. `person`: place in the county, -1 of nobody; `on`: the day it says.

    `change`, `changed_on`: of a list of changes, what has happened and since when.
    """

    person: int
    written: Written
    kind: str = ""
    on: date | None = None
    change: str = ""
    changed_on: date | None = None


class Form(NamedTuple):
    """How an agency's file looks. `columns`: heading -> what stands under it."""

    title: str
    columns: Mapping[str, str]
    day: str = "%Y-%m-%d"


FORMS: Mapping[str, Form] = {
    "民政": Form(
        "城乡低保、特困人员名册",
        {"序号": "n", "乡镇": "town", "村居": "village", "户主": "head", "姓名": "name",
         "性别": "sex", "身份证号码": "number", "救助类别": "kind", "认定时间": "on"},
        "%Y.%m.%d",
    ),
    "扶贫": Form(
        "建档立卡贫困人口信息表",
        {"镇街": "town", "行政村": "village", "户主姓名": "head", "名字": "name",
         "公民身份号码": "number", "贫困户属性": "kind", "识别时间": "on"},
        "%Y年%m月",
    ),
    "残联": Form(
        "",
        {"姓名": "name", "残疾人证号": "number", "性别": "sex", "出生日期": "birth",
         "所在乡镇": "town", "家庭住址": "address", "发证日期": "on"},
    ),
    "公安": Form(
        "户籍注销人员（死亡）",
        {"姓名": "name", "公民身份证号": "number", "户籍地址": "address", "死亡日期": "on"},
        "%Y%m%d",
    ),
    "殡仪馆": Form(
        "火化登记",
        {"死者姓名": "name", "死者身份证号": "number", "性别": "sex", "家庭地址": "address",
         "死亡时间": "on"},
        "%Y-%m-%d",
    ),
    "省平台": Form(
        "",
        {"证件号码": "number", "姓名": "name", "参保地": "place", "参保险种": "scheme"},
    ),
}  # fmt: skip


_CHANGES = {"变动类型": "change", "变动日期": "changed_on"}


def write_list(
    path: Path, source: str, rows: Sequence[Sent], words: Mapping[str, str], title: str = ""
) -> Iterator[tuple[str, int, int]]:
    """Write the file; yield (sheet, row as Excel numbers it, person) of each entry.

    `title`: instead of the agency's usual one.
    """
    form = FORMS[source]
    form = form._replace(title=title or form.title)
    if any(one.change for one in rows):
        form = form._replace(columns={**form.columns, **_CHANGES})
    # Without a date of its making the same rows are the same file.
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime(2019, 1, 1, tzinfo=UTC)})
    found: list[tuple[str, int, int]] = []
    for at in range(0, max(len(rows), 1), _SHEET_ROWS):
        name = f"Sheet{at // _SHEET_ROWS + 1}"
        sheet = book.add_worksheet(name)
        line = 0
        if form.title:
            sheet.write_string(line, 0, form.title)
            line += 1
        sheet.write_row(line, 0, list(form.columns))
        for number, sent in enumerate(rows[at : at + _SHEET_ROWS], 1):
            line += 1
            _write(sheet, line, _cells(form, sent, number, words))
            found.append((name, line + 1, sent.person))
        if form.title:
            sheet.write_string(line + 1, 0, "合计")
    book.close()
    yield from found


def _write(sheet: xlsxwriter.workbook.Worksheet, line: int, cells: Iterable[Cell]) -> None:
    for at, cell in enumerate(cells):
        if isinstance(cell, int | float):
            sheet.write_number(line, at, cell)
        elif cell:
            sheet.write_string(line, at, str(cell))


def _cells(form: Form, sent: Sent, number: int, words: Mapping[str, str]) -> Iterator[Cell]:
    one = sent.written
    told: dict[str, Cell] = {
        **one._asdict(),
        "n": number,
        "kind": words.get(sent.kind, ""),
        "on": sent.on.strftime(form.day) if sent.on else "",
        "change": sent.change,
        "changed_on": f"{sent.changed_on or ''}",
        "address": f"{one.town}{one.village}",
        "place": "外省",
        "scheme": "城乡居民",
    }
    for what in form.columns.values():
        yield told[what]
