"""Dates as lists write them, with how much of the date is really there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
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
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?")
_SHORT = re.compile(r"(\d{1,2})([-/.年])(\d{1,2})[-/.月](\d{1,2})[日号]?")
_SHORT_MONTH = re.compile(r"(\d\d)年(\d{1,2})月")
_LOOKS = re.compile(r"[\d０-９]\s*[-/.、，,。．／－年]\s*[\d０-９]")
_NOT_READ = "看不出是哪一天。请写成 2019-03-05 的样子"


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
    text = _plain(str(cell))
    # A number of days that a text file has kept; 20195 may be a month as well.
    if re.fullmatch(r"(?!19|20)\d{5}(\.\d+)?", text):
        return _of_number(float(text))
    return _of_words(text)


def read_birth(cell: Cell | None) -> DayRead | None:
    """Return a day of birth: 62 is 1962, but of 19 nobody knows which century is meant."""
    found = read_day(cell)
    if found is None or found.day.year < 2000 or not isinstance(cell, str):
        return found
    return found if re.search(r"\d{4}|[〇○零一二三四五六七八九]{4}", cell) else None


def unread(cell: Cell | None, *, birth: bool = False) -> str:
    """Return why a cell that looks like a day is not taken for one, with the remedy; else "".

    >>> unread("05/03/2019")
    '可能是 2019-03-05，也可能是 2019-05-03。请写成 2019-03-05 的样子'
    """
    if not isinstance(cell, str) or not _LOOKS.search(cell):
        return ""
    if (read_birth(cell) if birth else read_day(cell)) is not None:
        return ""
    if birth and read_day(cell) is not None:
        return "年份只有两位，不知道是哪个世纪。请写成 2019-03-05 的样子"
    text = _tidied(_plain(cell))
    may_be = sorted(_readings(text))
    words = "，也可能是 ".join(f"{day}" for day in may_be)
    return f"可能是 {words}。请写成 {may_be[0]} 的样子" if may_be else _NOT_READ


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" '‘")


@lru_cache(maxsize=65536)
def _of_words(text: str) -> DayRead | None:
    tidied = _tidied(text)
    return _of_text(text) or _of_text(tidied) or _of_odd_order(tidied)


def _of_odd_order(text: str) -> DayRead | None:
    """A day whose year stands last, or has two digits: only where it can be no other day."""
    if short := _SHORT_MONTH.fullmatch(text):
        year, month = _century(int(short[1])), int(short[2])
        return DayRead(date(year, month, 1), MONTH) if year and 1 <= month <= 12 else None
    found = _readings(text)
    return DayRead(found.pop(), DAY) if len(found) == 1 else None


def _readings(text: str) -> set[date]:
    """Return every day that three numbers may mean; none where they are no day at all."""
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = (int(part) for part in match.groups())
        return set(_days((year, first, second), (year, second, first)))
    match = _SHORT.fullmatch(text)
    if match is None:
        return set()
    first, dot, second, last = int(match[1]), match[2], int(match[3]), int(match[4])
    year_first = len(match[1]) == 2
    found = set(_days((_century(first), second, last))) if year_first else set()
    # With points and with words the year stands first here; a table program turns it round.
    turned = dot in "-/" or (dot == "." and first <= 12)
    if turned and len(match[4]) == 2:
        year = _century(last)
        found |= set(_days((year, first, second), (year, second, first)))
    return found


def _days(*parts: tuple[int, int, int]) -> Iterator[date]:
    for year, month, day in parts:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if 1880 <= found.year <= 2100:
            yield found


def _century(year: int) -> int:
    """Return the four digits of a year of two, 0 where it may be of either century."""
    return 2000 + year if year < 30 else 1900 + year if year >= 40 else 0


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
