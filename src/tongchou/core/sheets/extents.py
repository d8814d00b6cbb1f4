"""How far the sheets of an xlsx reach and which cells are computed, read in blocks.

A reader lays a sheet out as a full grid: one stray cell in the last row and column of a file of
7 kB asks for 400 GB, and ends the process. So a sheet is looked over before it is laid out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

MOST_CELLS = 32_000_000  # of a grid, filled or not: about 1 GB
MOST_SPARSE = 8_000_000  # of a grid that is nearly empty
MOST_UNPACKED = 1 << 30  # bytes of one sheet's part
_FILLED = 10  # at least one cell in so many, in a large grid
_SHEET_PART = re.compile(r"xl/worksheets/sheet\d+\.xml")
_BINARY = "xl/workbook.bin"
# What stands in a cell that is not empty: a block without any is passed over.
_MARKS = (b"<v", b":v", b"<is", b":is", b"<f", b":f")
_CELL = re.compile(rb'[<:]c [^>]*?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
_FORMULA = re.compile(rb"[<:]f[ >/]")
_BLOCK = 1 << 20
_AGAIN = 4096  # of each block is read again: a cell and its formula may be cut apart


class SheetRefused(ValueError):
    """A file that cannot be read; str() says why and what to do, in Chinese."""


def column_letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 27 is AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Extent:
    """Of one sheet. `filled` is counted block by block and may be a little too much.

    `formulas`: (row number, column from 0) of cells that are computed.
    """

    row: int = 0
    column: int = 0  # from 1
    filled: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)

    def check(self, sheet: str) -> None:
        """Raise SheetRefused where a reader would lay out more than fits."""
        area = self.row * self.column
        where = f"第 {self.row:,} 行、{column_letters(self.column - 1)} 列"
        if area > MOST_SPARSE and self.filled * _FILLED < area:
            raise SheetRefused(
                f"工作表“{sheet}”一直写到{where}，其中几乎都是空的。"
                "请选中名单以外的行和列，删除后另存"
            )
        if area > MOST_CELLS:
            raise SheetRefused(f"工作表“{sheet}”一直写到{where}，太大了。请分成几个文件")


def survey(content: bytes, names: Sequence[str]) -> dict[str, Extent]:
    """Return how far each sheet of a zipped workbook reaches, by its name.

    `names`: of all sheets, in the order of the workbook. Raises SheetRefused, BadZipFile.
    """
    found: dict[str, Extent] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if _BINARY in parts.namelist():
            raise SheetRefused("文件是二进制工作簿（xlsb）。请另存为 xlsx")
        sheets = sorted(
            (one for one in parts.infolist() if _SHEET_PART.fullmatch(one.filename)),
            key=lambda one: int(re.sub(r"\D", "", one.filename)),
        )
        for name, part in zip(names, sheets, strict=False):
            if part.file_size > MOST_UNPACKED:
                raise SheetRefused(
                    f"工作表“{name}”展开后有 {part.file_size >> 20:,} MB，"
                    "多半是设了格式的空行。请选中名单以下的行，删除后另存"
                )
            with parts.open(part) as file:
                found[name] = _extent(file)
    return found


def _extent(part: IO[bytes]) -> Extent:
    extent, before = Extent(), b""
    columns: set[bytes] = set()
    while block := part.read(_BLOCK):
        text = before + block
        before = text[-_AGAIN:]
        if not any(mark in text for mark in _MARKS):
            continue
        cells = _CELL.findall(text)
        if cells:
            extent.filled += len(cells)
            extent.row = max(extent.row, *(int(row) for _letters, row in cells))
            columns.update({letters for letters, _row in cells})
        extent.formulas.update(_computed(text))
    extent.column = max(map(_column, columns), default=0)
    return extent


def _computed(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield (row, column from 0) of the cells of a sheet's part that hold a formula."""
    for formula in _FORMULA.finditer(text):
        start = max(text.rfind(b"<c ", 0, formula.start()), text.rfind(b":c ", 0, formula.start()))
        cell = _CELL.match(text, start) if start >= 0 else None
        if cell is not None:
            yield int(cell[2]), _column(cell[1]) - 1


def _column(letters: bytes) -> int:
    """Return the number of a column from 1: A is 1, AB is 28."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column
