"""A list as an Excel file, written row by row so that memory does not grow with the list."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

from tongchou.platform import clock
from tongchou.platform.ui.lists.columns import Column

ROWS_LIMIT = 1_048_575  # of the format, less the head
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return `text` so that no program reads it as a formula, even after saving it as CSV."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_xlsx(target: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> int:
    """Write the shown columns of `rows` into `target`; return how many rows there were."""
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    )
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        int: book.add_format({"num_format": "#,##0"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 16 if column.numeric else 20)
        sheet.write_string(0, at, str(column.label), head)
    line = 0
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            value = column.exported(row)
            if isinstance(value, Decimal | int):
                sheet.write_number(line, at, value, formats[type(value)])
            elif isinstance(value, date):
                sheet.write_datetime(line, at, value, formats[type(value)])
            else:
                sheet.write_string(line, at, neutral(str(value)))
    book.close()
    return line


def xlsx_response(title: str, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    """Return the file as a download named by the list and the day."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_xlsx(spool, columns, rows)
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=f"{title}-{clock.today():%Y%m%d}.xlsx")
