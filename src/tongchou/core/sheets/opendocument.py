"""How far the tables of an ods reach and which cells are computed, read as it is unpacked.

There empty rows and cells are written once with how often they stand: a few bytes that a reader
lays out in full.
"""

from __future__ import annotations

import io
import zipfile
from typing import IO, Any
from xml.etree import ElementTree

from tongchou.core.sheets.extents import MOST_UNPACKED, Extent, SheetRefused

PART = "content.xml"
_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TABLE, _ROW = f"{_NAMES}table", f"{_NAMES}table-row"
_CELLS = (f"{_NAMES}table-cell", f"{_NAMES}covered-table-cell")


def survey_ods(content: bytes) -> dict[str, Extent]:
    """Return how far each table of an ods reaches, by its name; nothing of another zipped file.

    What is not whole is left to the reader, who says so. Raises SheetRefused, and BadZipFile where
    a table is no XML.
    """
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        return {}
    with parts:
        if PART not in parts.namelist():
            return {}
        if parts.getinfo(PART).file_size > MOST_UNPACKED:
            raise SheetRefused("文件展开后太大。请删去名单以外的行，或分成几个文件")
        with parts.open(PART) as file:
            return _tables(file)


def _tables(file: IO[bytes]) -> dict[str, Extent]:
    found: dict[str, Extent] = {}
    try:
        for event, element in ElementTree.iterparse(file, events=("start", "end")):
            if event == "start" and element.tag == _TABLE:
                extent = found[element.get(f"{_NAMES}name", "")] = Extent()
                number = 0
            elif event == "end" and element.tag == _ROW:
                number += _times(element, "number-rows-repeated")
                _add(extent, element, number)
                element.clear()
    except ElementTree.ParseError as error:
        raise zipfile.BadZipFile(str(error)) from error
    return found


def _add(extent: Extent, row: Any, number: int) -> None:
    """Count a row whose last repetition is the sheet's `number`-th, from 1."""
    times, column, filled, last = _times(row, "number-rows-repeated"), 0, 0, 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        span = _times(cell, "number-columns-repeated")
        column += span
        if len(cell):
            filled, last = filled + span, column
        if cell.get(f"{_NAMES}formula") is not None:
            extent.formulas.add((number, column - 1))
    if last:
        extent.filled += filled * times
        extent.row, extent.column = number, max(extent.column, last)


def _times(element: Any, name: str) -> int:
    text = element.get(_NAMES + name, "1")
    return int(text) if text.isascii() and text.isdigit() else 1
