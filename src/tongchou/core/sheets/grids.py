"""Files as offices send them, as grids of cells: Excel of either age, WPS, or CSV.

What a file is is told by its first bytes, not by its name. Only rows with something in them are
kept, numbered as Excel numbers them.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from tongchou.core.sheets.extents import Extent, SheetRefused, survey
from tongchou.core.sheets.oldbooks import survey_old
from tongchou.core.sheets.opendocument import survey_ods

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000  # with something in them
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%pdf", b"\xff\xd8", b"\x89png", b"rar!", b"7z")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


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


def read_grids(filename: str, content: bytes, *, spread: bool = True) -> list[Grid]:
    """Return the visible sheets that have anything in them. Raises SheetRefused.

    `spread`: a merged range has its value in each of its cells, not in the first alone; not for
    amounts, which would be counted several times.
    """
    if not content:
        raise SheetRefused("文件是空的。请重新发送")
    if len(content) > MAX_BYTES:
        raise SheetRefused(f"文件超过 {MAX_BYTES >> 20} MB。请分成几个文件")
    if content.startswith((_ZIP, _OLE)):
        return _excel(content, spread)
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise SheetRefused("文件其实是网页，不是 Excel。请用 Excel 打开后另存为 xlsx")
    wide = content.startswith(_UTF16)
    if head.startswith(_OTHERS) or (b"\0" in content[:512] and not wide):
        raise SheetRefused("文件不是表格。请发送 Excel（xlsx、xls）或 CSV")
    if not filename.lower().endswith(_TEXT_ENDINGS):
        raise SheetRefused("文件其实是文本，不是 Excel。请另存为 xlsx，或改名为 .csv")
    return [Grid("", list(_csv(content)))]


def _excel(content: bytes, spread: bool) -> list[Grid]:
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise SheetRefused("文件有打开密码。请取消密码后另存")
    try:
        with calm():
            extents = look_first(content)
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            if not extents and content.startswith(_ZIP):
                extents = survey(content, book.sheet_names)
            grids = []
            for meta in book.sheets_metadata:
                if meta.visible != SheetVisibleEnum.Visible:
                    continue
                extent = extents.get(meta.name, Extent())
                extent.check(meta.name)
                lines = _lines(book.get_sheet_by_name(meta.name), spread)
                grids.append(Grid(meta.name, lines, frozenset(extent.formulas)))
    except CalamineError as error:
        if "password" in str(error).lower():
            raise SheetRefused("文件有打开密码。请取消密码后另存") from error
        raise SheetRefused(
            "文件打不开：可能没有传完，或已损坏。请用 Excel 或 WPS 另存为 xlsx 后重发"
        ) from error
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise SheetRefused("文件没有传完，或已损坏。请重新发送") from error
    return [grid for grid in grids if grid.lines]


def look_first(content: bytes) -> dict[str, Extent]:
    """Look over an xls or an ods, of which opening lays out every sheet, also the hidden ones."""
    extents = survey_ods(content) if content.startswith(_ZIP) else survey_old(content)
    for name, extent in extents.items():
        extent.check(name)
    return extents


@contextmanager
def calm() -> Iterator[None]:
    """Raise CalamineError also where the reader panics, as at a file cut short."""
    try:
        yield
    except BaseException as error:
        # A panic of the reader is no Exception, and its class is not exported.
        if type(error).__name__ != "PanicException":
            raise
        raise CalamineError(str(error)) from None


def _lines(sheet: CalamineSheet, spread: bool) -> list[Line]:
    left = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet) if spread else {}
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
