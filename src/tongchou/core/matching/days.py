"""Dates as lists write them, with how much of the date is really there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tongchou.core.sheets import Cell

DAY, MONTH, YEAR = "day", "month", "year"
_EXCEL_ZERO = date(1899, 12, 30)
_FORMS = (
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[ T].*)?"), DAY),
    (re.compile(r"(\d{4})(\d\d)(\d\d)(?:\d{6})?"), DAY),
    (re.compile(r"(\d{4})[-/.年](\d{1,2})月?"), MONTH),
    (re.compile(r"(\d{4})(0[1-9]|1[0-2])"), MONTH),
    (re.compile(r"(\d{4})年?"), YEAR),
)


class DayRead(NamedTuple):
    """The first day that the words may mean, and the precision they have."""

    day: date
    precision: str

    @property
    def last(self) -> date:
        """The last day that the words may mean."""
        if self.precision == DAY:
            return self.day
        if self.precision == YEAR:
            return date(self.day.year, 12, 31)
        following = (self.day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(days=1)


def read_day(cell: Cell | None) -> DayRead | None:
    """Return what a cell says of a day; None where it says nothing that is a date."""
    if isinstance(cell, date):
        return DayRead(cell.date() if isinstance(cell, datetime) else cell, DAY)
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return _of_number(cell)
    return _of_text(re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(cell))).strip(" '‘"))


def _of_number(cell: float) -> DayRead | None:
    whole = int(cell)
    if 10_000 < whole < 80_000:  # a date of 1927 to 2119 that lost its format
        return DayRead(_EXCEL_ZERO + timedelta(days=whole), DAY)
    # 2020.1 is a month; 2020.10 has become 2020.1
    return _of_text(str(whole) if cell == whole else f"{cell:g}")


def _of_text(text: str) -> DayRead | None:
    for form, precision in _FORMS:
        match = form.fullmatch(text) or form.fullmatch(text.replace(" ", ""))
        if match is None:
            continue
        parts = [int(part) for part in match.groups()] + [1, 1]
        try:
            found = date(*parts[:3])
        except ValueError:
            return None
        return DayRead(found, precision) if 1880 <= found.year <= 2100 else None
    return None
