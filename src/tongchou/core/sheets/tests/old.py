"""An xls written record by record, as no library here writes one any more."""

import struct
from collections.abc import Mapping

Cells = Mapping[tuple[int, int], str | float | None]  # (row, column) from 0; None: computed


def make_xls(sheets: Mapping[str, Cells]) -> bytes:
    """Return a workbook of 1997 (BIFF8) in its compound file, sectors of 512 bytes."""
    parts = [_sheet(cells) for cells in sheets.values()]
    names = [name.encode("utf-16-le") for name in sheets]
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    at = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    for name, part in zip(names, parts, strict=True):
        head += _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(name) // 2, 1) + name)
        at += len(part)
    return _compound(b"".join([head, _record(0x000A, b""), *parts]))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _sheet(cells: Cells) -> bytes:
    out = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))]
    for (row, column), value in sorted(cells.items()):
        place = struct.pack("<HHH", row, column, 0)
        if value is None:
            formula = struct.pack("<dHIHBH", 2.0, 0, 0, 3, 0x1E, 2)  # =2
            out.append(_record(0x0006, place + formula))
        elif isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            out.append(_record(0x0204, place + text))
        else:
            out.append(_record(0x0203, place + struct.pack("<d", value)))
    return b"".join([*out, _record(0x000A, b"")])


def _compound(book: bytes) -> bytes:
    book = book.ljust(max(4096, -(-len(book) // 512) * 512), b"\0")
    sectors = len(book) // 512
    # Sector 0 is the table, 1 the directory, the book from 2 on.
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(table) <= 128
    table += [0xFFFFFFFF] * (128 - len(table))
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0")
    rest = struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
                       0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    header = magic + rest + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry("Workbook", 2, 2, len(book))
    return header + struct.pack("<128I", *table) + entries.ljust(512, b"\0") + book


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    none = 0xFFFFFFFF
    links = struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
    return (text.ljust(64, b"\0") + links).ljust(116, b"\0") + struct.pack("<IQ", start, size)
