"""How far the sheets of an xls reach and which cells are computed: the old format's records.

The reader of workbooks tells neither of an xls. What cannot be followed here is left to it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tongchou.core.sheets.extents import Extent

_ENTRY = 128  # bytes of an entry of the directory
_FREE = 0xFFFFFFFA  # sector numbers from here on are none
_IN_HEADER = 109  # numbers of table sectors that stand in the header
_STREAMS = ("Workbook", "Book")
_MOST_SHEETS = 255
_FORMULAS = (0x0006, 0x0206, 0x0406)
# FORMULA, NUMBER, LABELSST, RK, LABEL, BOOLERR, RSTRING begin with row and column.
_CELLS = frozenset({*_FORMULAS, 0x0203, 0x00FD, 0x027E, 0x0204, 0x0205, 0x00D6})
_MULRK, _SHEET, _BEGIN, _END, _LOCKED = 0x00BD, 0x0085, 0x0809, 0x000A, 0x002F


def survey_old(content: bytes) -> dict[str, Extent]:
    """Return how far each sheet of an xls reaches, by its name; nothing of what is not whole."""
    try:
        book = _stream(content)
        return {name: _extent(book, start) for name, start in _sheets(book)}
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        return {}


def _stream(content: bytes) -> bytes:
    """Return the stream of records out of the sectors that hold it."""
    shift, tables, directory, more = struct.unpack_from("<H12xII20xI", content, 0x1E)
    size = 1 << shift
    if not 512 <= size <= 4096 or tables > len(content) // size:
        raise ValueError("no header")

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    numbers = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 0x4C))
    while more < _FREE and len(numbers) < tables:
        *found, more = struct.unpack(f"<{size // 4}I", sector(more))
        numbers += found
    table = [
        one
        for number in numbers[:tables]
        for one in struct.unpack(f"<{size // 4}I", sector(number))
    ]

    def chain(number: int) -> bytes:
        parts: list[bytes] = []
        while number < _FREE:
            if len(parts) > len(table):
                raise ValueError("a chain that ends nowhere")
            parts.append(sector(number))
            number = table[number]
        return b"".join(parts)

    for entry in _entries(chain(directory)):
        length, start, whole = struct.unpack_from("<H50xII", entry, 0x40)
        if entry[: max(length - 2, 0)].decode("utf-16-le") in _STREAMS:
            return chain(start)[:whole]
    raise ValueError("no workbook")


def _entries(directory: bytes) -> Iterator[bytes]:
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        yield directory[at : at + _ENTRY]


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, where its data begins, length) of the records of one part, to its end."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, length
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        at += 4 + length


def _sheets(book: bytes) -> list[tuple[str, int]]:
    found = []
    for kind, at, _length in _records(book, 0):
        if kind == _LOCKED:
            raise ValueError("locked: the reader says so")
        if kind == _SHEET:
            start, signs, wide = struct.unpack_from("<I2xBB", book, at)
            text = book[at + 8 : at + 8 + signs * (2 if wide & 1 else 1)]
            found.append((text.decode("utf-16-le" if wide & 1 else "latin-1"), start))
    if len(found) > _MOST_SHEETS:
        raise ValueError("each is walked through: not so many")
    return found


def _extent(book: bytes, start: int) -> Extent:
    extent = Extent()
    for kind, at, length in _records(book, start):
        if kind not in _CELLS and kind != _MULRK:
            continue
        row, column = struct.unpack_from("<HH", book, at)
        if kind in _FORMULAS:
            extent.formulas.add((row + 1, column))
        last = struct.unpack_from("<H", book, at + length - 2)[0] if kind == _MULRK else column
        extent.filled += last - column + 1
        extent.row = max(extent.row, row + 1)
        extent.column = max(extent.column, last + 1)
    return extent
