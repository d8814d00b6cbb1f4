"""Files as tests need them."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter


def make_xlsx(*lines: Sequence[Any], hidden: Iterable[str] = ()) -> bytes:
    """Return a workbook whose visible sheet holds the lines; None is an empty cell."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("目录")
    for at, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, date):
                sheet.write_datetime(at, column, value, dates)
            elif isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value)
    for name in hidden:
        other = book.add_worksheet(name)
        other.write_string(0, 0, lines[0][0])
        other.hide()
    book.close()
    return target.getvalue()
