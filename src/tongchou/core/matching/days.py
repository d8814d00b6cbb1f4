"""Dates as lists write them, with how much of the date is really there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tongchou.core.sheets import Cell

DAY, MONTH, YEAR = "day", "month", "year"
_EXCEL_ZERO = date(1899, 12, 30)
_SEPARATED = str.maketrans("、，,。", "....")
_ROUND = re.compile(r"[.\-/]+$|[上中下]旬|[上下]午.*|(?<=[日号])\d{1,2}[时点].*")
_IN_WORDS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
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
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(cell))).strip(" '‘")
    # A number of days that a text file has kept; 20195 may be a month as well.
    if re.fullmatch(r"(?!19|20)\d{5}(\.\d+)?", text):
        return _of_number(float(text))
    return _of_text(text) or _of_text(_tidied(text))


def _tidied(text: str) -> str:
    """A date as it is written by hand: points of any kind, characters for digits, 上旬 behind."""
    if re.match(r"[〇○零一二三四五六七八九]{4}年", text):
        # 十 between two is nothing, at the end a nought, at the beginning a one: 十二, 二十, 二十一
        text = re.sub(r"(?<=[一二三])十(?=[一-九])", "", text)
        text = re.sub(r"(?<=[二三])十", "0", text)
        text = re.sub(r"十(?=[一二三四五六七八九])", "1", text).replace("十", "10")
        text = text.translate(_IN_WORDS)
    return _ROUND.sub("", text.translate(_SEPARATED)).strip()


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
