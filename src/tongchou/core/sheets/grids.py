"""Files as offices send them, as grids of cells: Excel of either age, WPS, or CSV.

What a file is is told by its first bytes, not by its name. Only rows with something in them are
kept, numbered as Excel numbers them.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000  # with something in them
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%pdf", b"\xff\xd8", b"\x89png", b"rar!", b"7z")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_SHEET_PART = re.compile(r"xl/worksheets/sheet\d+\.xml")
_FORMULA = re.compile(rb"<f[ >/]")
_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


class SheetRefused(ValueError):
    """A file that cannot be read; str() says why and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as Excel shows it, and its cells; empty ones are ''."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet. `formulas`: (row number, column from 0) of cells that are computed."""

    name: str
    lines: list[Line]
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_grids(filename: str, content: bytes) -> list[Grid]:
    """Return the visible sheets that have anything in them. Raises SheetRefused."""
    if not content:
        raise SheetRefused("文件是空的。请重新发送")
    if len(content) > MAX_BYTES:
        raise SheetRefused(f"文件超过 {MAX_BYTES >> 20} MB。请分成几个文件")
    if content.startswith((_ZIP, _OLE)):
        return _excel(filename, content)
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise SheetRefused("文件其实是网页，不是 Excel。请用 Excel 打开后另存为 xlsx")
    wide = content.startswith(_UTF16)
    if head.startswith(_OTHERS) or (b"\0" in content[:512] and not wide):
        raise SheetRefused("文件不是表格。请发送 Excel（xlsx、xls）或 CSV")
    if not filename.lower().endswith(_TEXT_ENDINGS):
        raise SheetRefused("文件其实是文本，不是 Excel。请另存为 xlsx，或改名为 .csv")
    return [Grid("", list(_csv(content)))]


def _excel(filename: str, content: bytes) -> list[Grid]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise SheetRefused("文件有打开密码。请取消密码后另存")
    try:
        book = _opened(content)
        shown = [
            meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible
        ]
        formulas = _formulas(content, len(book.sheet_names)) if content.startswith(_ZIP) else {}
        grids = []
        for name in shown:
            sheet = book.get_sheet_by_name(name)
            found = formulas.get(book.sheet_names.index(name), frozenset())
            grids.append(Grid(name, _lines(sheet), found))
    except CalamineError as error:
        if "password" in str(error).lower():
            raise SheetRefused("文件有打开密码。请取消密码后另存") from error
        raise SheetRefused(
            "文件打不开：可能没有传完，或已损坏。请用 Excel 或 WPS 另存为 xlsx 后重发"
        ) from error
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise SheetRefused("文件没有传完，或已损坏。请重新发送") from error
    return [grid for grid in grids if grid.lines]


def _opened(content: bytes) -> CalamineWorkbook:
    """Open a workbook. Raises CalamineError, also where the reader panics at a file cut short."""
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except BaseException as error:
        # A panic of the reader is no Exception, and its class is not exported.
        if type(error).__name__ != "PanicException":
            raise
        raise CalamineError(str(error)) from None


def _lines(sheet: CalamineSheet) -> list[Line]:
    left = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet)
    held: dict[tuple[int, int], Cell] = {}
    lines: list[Line] = []
    for at, cells in enumerate(sheet.iter_rows()):
        row: list[Cell] = [""] * left + list(cells)
        for column, owner in merged.get(at, ()):
            if column < len(row):
                # Only the first cell of a merged range has its value.
                held.setdefault(owner, row[column])
                row[column] = held[owner]
        if any(cell != "" for cell in row):
            lines.append(Line(at + 1, row))
            if len(lines) > MAX_ROWS:
                raise SheetRefused(f"{sheet.name}：超过 {MAX_ROWS:,} 行。请分成几个文件")
    return lines


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """Return for each row the columns within merged ranges, with the range's first cell."""
    found: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (bottom - top + 1) * (right - left + 1) > MAX_ROWS:
            continue
        for row in range(top, bottom + 1):
            found.setdefault(row, []).extend((c, (top, left)) for c in range(left, right + 1))
    return found


def _formulas(content: bytes, sheets: int) -> dict[int, frozenset[tuple[int, int]]]:
    """Return where cells are computed, by the place of the sheet among all."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = sorted(
            (name for name in parts.namelist() if _SHEET_PART.fullmatch(name)),
            key=lambda name: int(re.sub(r"\D", "", name)),
        )
        for at, name in enumerate(names[:sheets]):
            cells = list(_computed(parts.read(name)))
            if cells:
                found[at] = frozenset(cells)
    return found


def _computed(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield (row, column from 0) of the cells of a sheet's part that hold a formula."""
    for formula in _FORMULA.finditer(text):
        cell = _CELL.match(text, text.rfind(b"<c ", 0, formula.start()))
        if cell is not None:
            column = 0
            for letter in cell[1]:
                column = column * 26 + letter - 64
            yield int(cell[2]), column - 1


def _csv(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    dialect = "excel-tab" if text.count("\t") > text.count(",") else "excel"
    rows = csv.reader(io.StringIO(text, newline=""), dialect, strict=True)
    kept = number = 0
    try:
        for number, cells in enumerate(rows, 1):
            if any(cell.strip() for cell in cells):
                kept += 1
                if kept > MAX_ROWS:
                    raise SheetRefused(f"超过 {MAX_ROWS:,} 行。请分成几个文件")
                yield Line(number, [_QUOTED_FORMULA.sub(r"\1", cell) for cell in cells])
    except csv.Error as error:
        raise SheetRefused(
            f"第 {number + 1} 行：引号或换行不完整（{error}）。请从 Excel 重新另存"
        ) from None


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("文字编码不认识，或文件没有传完。请另存为 UTF-8 的 CSV 后重发")
