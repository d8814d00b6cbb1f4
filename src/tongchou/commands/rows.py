"""Rows of an answer into a file: JSON lines, CSV, Parquet or Excel by the file's ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from tongchou.commands.stopping import stop

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_OF_EXCEL = 1_048_575


def open_rows(target: Path | None) -> None:
    """Exit with 2 for a file whose ending nobody knows, before anything is computed."""
    if target is not None and target.suffix.lower() not in _WRITERS:
        stop(f"--out: 不认识 {target.suffix or target.name}，可用 {'、'.join(_WRITERS)}")


def write_rows(rows: pa.Table, target: Path | None, file: BinaryIO) -> None:
    """Write `rows` as the target's ending says. Exits with 2 where a format has no room."""
    _WRITERS[".jsonl" if target is None else target.suffix.lower()](rows, file)


def _json_lines(rows: pa.Table, file: BinaryIO) -> None:
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            file.write(orjson.dumps(row, default=_plain, option=orjson.OPT_APPEND_NEWLINE))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # Sums of integers come as decimals without places.
        return int(value) if value == value.to_integral_value() else str(value)
    return str(value)


def _csv(rows: pa.Table, file: BinaryIO) -> None:
    import csv
    import io

    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(rows.schema.names)
    for batch in rows.to_batches(max_chunksize=10_000):
        writer.writerows([_cell(value) for value in row.values()] for row in batch.to_pylist())
    text.detach()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "|".join(map(str, value))
    if isinstance(value, str):
        # No program is to read a text as a formula.
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, Decimal):
        return _plain(value)
    return "" if value is None else value


def _parquet(rows: pa.Table, file: BinaryIO) -> None:
    import pyarrow.parquet as pq

    pq.write_table(rows, file)


def _excel(rows: pa.Table, file: BinaryIO) -> None:
    import xlsxwriter

    if rows.num_rows > _MOST_OF_EXCEL:
        most = f"Excel 最多 {_MOST_OF_EXCEL:,} 行。请用 .csv 或 .parquet"
        stop(f"--out: 有 {rows.num_rows:,} 行，{most}")
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for at, name in enumerate(rows.schema.names):
        sheet.write_string(0, at, name)
    line = 0
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            line += 1
            for at, value in enumerate(row.values()):
                _excel_cell(sheet, line, at, _cell(value))
    book.close()


def _excel_cell(sheet: Any, line: int, at: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, at, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, at, value.replace(tzinfo=None))
    elif isinstance(value, date):
        sheet.write_datetime(line, at, value)
    elif isinstance(value, str):
        sheet.write_string(line, at, value)
    else:
        sheet.write_number(line, at, value)


_WRITERS: dict[str, Callable[[pa.Table, BinaryIO], None]] = {
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _excel,
}
