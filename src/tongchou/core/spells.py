"""Half-open periods of days, and the insurance year.

A spell runs from its first day up to, not including, its end; an end of None means that no end is
known yet. Half-open periods meet without gap or overlap, so "until 2 月底" is stored as 03-01.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spell:
    """The days [start, end); `end` None = open.

    Raises ValueError if it would hold no day.

    >>> Spell(date(2019, 3, 1), date(2019, 3, 1))
    Traceback (most recent call last):
    ...
    ValueError: 期间的结束 2019-03-01 不晚于开始 2019-03-01
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"期间的结束 {self.end} 不晚于开始 {self.start}")

    def __contains__(self, day: date) -> bool:
        """Whether the day lies in the spell; the end does not.

        >>> march = Spell(date(2019, 3, 1), date(2019, 4, 1))
        >>> date(2019, 3, 31) in march, date(2019, 4, 1) in march
        (True, False)
        """
        return self.start <= day and (self.end is None or day < self.end)

    def covers(self, other: Spell) -> bool:
        """Whether every day of the other lies in this spell.

        >>> Spell(date(2019, 1, 1)).covers(year_spell(2019))
        True
        >>> year_spell(2019).covers(Spell(date(2019, 1, 1)))
        False
        """
        return self.start <= other.start and _ends_by(other.end, self.end)

    def overlaps(self, other: Spell) -> bool:
        """Whether they share a day; spells that only meet do not.

        >>> year_spell(2019).overlaps(year_spell(2020))
        False
        """
        return _before(self.start, other.end) and _before(other.start, self.end)

    def intersection(self, other: Spell) -> Spell | None:
        """The days of both, or None.

        >>> Spell(date(2019, 6, 1)).intersection(year_spell(2019))
        Spell(start=datetime.date(2019, 6, 1), end=datetime.date(2020, 1, 1))
        """
        if not self.overlaps(other):
            return None
        end = self.end if _ends_by(self.end, other.end) else other.end
        return Spell(max(self.start, other.start), end)

    def minus(self, other: Spell) -> list[Spell]:
        """The days of this spell that are not in the other: none, one or two spells, in order.

        >>> march = Spell(date(2019, 3, 1), date(2019, 4, 1))
        >>> [str(rest) for rest in year_spell(2019).minus(march)]
        ['2019-01-01/2019-03-01', '2019-04-01/2020-01-01']
        """
        if not self.overlaps(other):
            return [self]
        rest = []
        if self.start < other.start:
            rest.append(Spell(self.start, other.start))
        if other.end is not None and _before(other.end, self.end):
            rest.append(Spell(other.end, self.end))
        return rest

    def __str__(self) -> str:
        return f"{self.start}/{self.end or '..'}"


def subtract(spell: Spell, others: Iterable[Spell]) -> list[Spell]:
    """The days of the spell that lie in none of the others, in order.

    >>> quarters = [Spell(date(2019, 1, 1), date(2019, 4, 1)), Spell(date(2019, 7, 1))]
    >>> [str(rest) for rest in subtract(year_spell(2019), quarters)]
    ['2019-04-01/2019-07-01']
    """
    rest = [spell]
    for other in others:
        rest = [piece for left in rest for piece in left.minus(other)]
    return rest


def merge(spells: Iterable[Spell]) -> list[Spell]:
    """The same days as the fewest spells, in order; those that overlap or meet become one.

    >>> [str(one) for one in merge([year_spell(2020), year_spell(2019), year_spell(2022)])]
    ['2019-01-01/2021-01-01', '2022-01-01/2023-01-01']
    """
    merged: list[Spell] = []
    for spell in sorted(spells, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < spell.start):
            merged.append(spell)
        elif not _ends_by(spell.end, last.end):
            merged[-1] = Spell(last.start, spell.end)
    return merged


def insurance_year(day: date) -> int:
    """The insurance year of a day: the calendar year.

    >>> insurance_year(date(2019, 12, 31)), insurance_year(date(2020, 1, 1))
    (2019, 2020)
    """
    return day.year


def year_spell(year: int) -> Spell:
    """The days of an insurance year.

    >>> str(year_spell(2019))
    '2019-01-01/2020-01-01'
    """
    return Spell(date(year, 1, 1), date(year + 1, 1, 1))


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end


def _ends_by(end: date | None, limit: date | None) -> bool:
    return limit is None or (end is not None and end <= limit)
