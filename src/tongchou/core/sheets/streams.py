"""One long list read row by row: a county's population does not fit into a small memory."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tongchou.core.sheets.extents import Extent, SheetRefused, column_letters, survey
from tongchou.core.sheets.grids import MAX_BYTES, Cell, Grid, Line, calm, look_first, read_grids
from tongchou.core.sheets.headings import WITHIN, ListRow, Vocabulary, no_entry, read_lists

_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_LONG_NUMBER = re.compile(r"\d{8}")
_BLOCK = 1 << 20
_SMALL = 4 * 1024 * 1024  # up to here the careful reader of whole grids is used


@dataclass(slots=True)
class Stream:
    """Rows as they come. `title`, `headings` are known at once, `skipped` when all are read."""

    title: str
    headings: dict[str, str]
    ignored: list[str]
    rows: Iterator[ListRow]
    skipped: list[tuple[str, int, str]] = field(default_factory=list)


def stream_list(
    filename: str, content: bytes, vocabulary: Vocabulary, required: Collection[str]
) -> Stream:
    """Return the list of a file. Raises SheetRefused, also while its rows are read.

    A small file may have several sheets; of a long workbook the first sheet that is a list counts
    and another one with rows is refused.
    """
    if len(content) <= _SMALL:
        return _whole(filename, content, vocabulary, required)
    if len(content) > MAX_BYTES * 2:
        raise SheetRefused(f"文件超过 {MAX_BYTES * 2 >> 20} MB。请分成几个文件")
    name, lines = _lines(filename, content)
    head = list(itertools.islice(lines, WITHIN + 1))
    sheet = read_lists([Grid(name, head)], vocabulary, required)[0]
    first = sheet.rows[0].number if sheet.rows else head[-1].number
    columns = _columns(head, sheet.headings, first)
    found = Stream(sheet.title or sheet.name, sheet.headings, sheet.ignored, iter(()))
    below = (line for line in itertools.chain(head, lines) if line.number >= first)
    found.rows = _rows(name, below, columns, found)
    return found


def _whole(
    filename: str, content: bytes, vocabulary: Vocabulary, required: Collection[str]
) -> Stream:
    sheets = read_lists(read_grids(filename, content), vocabulary, required)
    return Stream(
        " ".join(sheet.title or sheet.name for sheet in sheets),
        {k: v for sheet in sheets for k, v in sheet.headings.items()},
        [word for sheet in sheets for word in sheet.ignored],
        (row for sheet in sheets for row in sheet.rows),
        [(sheet.name, number, why) for sheet in sheets for number, why in sheet.skipped],
    )


def _columns(head: list[Line], headings: dict[str, str], first: int) -> dict[int, str]:
    """Return the field of each column by the words of the headings above the first row."""
    above = [line for line in head if line.number < first]
    found: dict[int, str] = {}
    for name, text in headings.items():
        found |= {
            at: name
            for line in above
            for at, cell in enumerate(line.cells)
            if str(cell).strip() == text and at not in found
        }
    return found


def _rows(
    sheet: str, lines: Iterator[Line], columns: dict[int, str], found: Stream
) -> Iterator[ListRow]:
    for line in lines:
        if _may_be_none(line) and (why := no_entry(line, columns, found.headings)):
            found.skipped.append((sheet, line.number, why))
            continue
        cells = {
            name: line.cells[at]
            for at, name in columns.items()
            if at < len(line.cells) and line.cells[at] != ""
        }
        if cells:
            yield ListRow(sheet, line.number, cells)


def _may_be_none(line: Line) -> bool:
    """Say whether a row is worth a closer look: a total or a repeated heading has no long number.

    To fold every cell of a million rows took half of the reading.
    """
    texts = [str(cell) for cell in line.cells]
    first = next((text for text in texts if text), "")
    return "计" in first or "汇总" in first or not any(map(_LONG_NUMBER.search, texts))


def _lines(filename: str, content: bytes) -> tuple[str, Iterator[Line]]:
    if content.startswith(_ZIP):
        return _workbook(content)
    head = content[:512].lower()
    if b"\0" in head and not content.startswith(_UTF16):
        raise SheetRefused("文件不是表格。请发送 Excel（xlsx）或 CSV")
    if not filename.lower().endswith((".csv", ".txt", ".tsv")):
        raise SheetRefused("文件其实是文本，不是 Excel。请另存为 xlsx，或改名为 .csv")
    return "", _csv(content)


def _csv(content: bytes) -> Iterator[Line]:
    """Yield the lines, decoded as they are read: the whole text would be twice the file."""
    encoding = _encoding(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding, errors="strict", newline="")
    sample = content[: 1 << 16]
    dialect = "excel-tab" if sample.count(b"\t") > sample.count(b",") else "excel"
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, dialect, strict=True), 1):
            if any(cell.strip() for cell in cells):
                quoted: list[Cell] = [
                    _QUOTED_FORMULA.sub(r"\1", cell) if cell.startswith("=") else cell
                    for cell in cells
                ]
                yield Line(number, quoted)
    except csv.Error as error:
        raise SheetRefused(
            f"第 {number + 1} 行：引号或换行不完整（{error}）。请从 Excel 重新另存"
        ) from None
    except UnicodeDecodeError:
        raise SheetRefused(
            f"第 {number + 1} 行以后文字编码不认识，或文件没有传完。请另存为 UTF-8 的 CSV 后重发"
        ) from None


def _encoding(content: bytes) -> str:
    if content.startswith(_UTF16):
        return "utf-16"
    # Whole, not by its beginning: an X or a rare name may come first after a million rows.
    decoder = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig")
    try:
        while decoder.read(_BLOCK):
            pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _workbook(content: bytes) -> tuple[str, Iterator[Line]]:
    try:
        with calm():
            extents = look_first(content)
            book: Any = CalamineWorkbook.from_filelike(io.BytesIO(content))
            shown = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
            if not shown:
                raise SheetRefused("没有看得见的工作表")
            _look_over(extents or survey(content, book.sheet_names), shown)
            sheet = book.get_sheet_by_name(shown[0])
            for name in shown[1:]:
                if book.get_sheet_by_name(name).height > 1:
                    raise SheetRefused(f"有几张工作表（{shown[0]}、{name}）。长名单请放在一张表里")
    except CalamineError as error:
        raise SheetRefused("文件打不开：可能没有传完，或已损坏。请另存为 xlsx 后重发") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SheetRefused("文件没有传完，或已损坏。请重新发送") from error
    left = sheet.start[1] if sheet.start else 0
    return shown[0], (
        Line(at, [""] * left + list(cells))
        for at, cells in enumerate(sheet.iter_rows(), 1)
        if any(cell != "" for cell in cells)
    )


def _look_over(extents: dict[str, Extent], shown: list[str]) -> None:
    for name, extent in extents.items():
        if extent.formulas:
            row, column = min(extent.formulas)
            raise SheetRefused(
                f"单元格 {column_letters(column)}{row} 是公式。"
                "请选中全表，复制后“选择性粘贴—数值”，另存后重发"
            )
        if name in shown:
            extent.check(name)
