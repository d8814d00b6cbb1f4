"""Counting working days. Saturdays and Sundays are none, but for what was entered of a year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """`off`: weekdays that are not worked; `worked`: days of weekends that are.

    `years`: those of which anything was entered.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, days: Iterable[tuple[date, bool]]) -> "Calendar":
        """Return the calendar of (day, whether it is worked)."""
        told = list(days)
        return cls(
            frozenset(day for day, works in told if not works),
            frozenset(day for day, works in told if works),
            frozenset(day.year for day, _works in told),
        )

    def works(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def add(self, start: date, days: int) -> date:
        """Return the day on which so many working days after `start` have passed."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            days -= self.works(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start` up to `end`; 0 where it is not later."""
        days, day = 0, start
        while day < end:
            day += timedelta(days=1)
            days += self.works(day)
        return days

    def unknown(self, start: date, end: date) -> list[int]:
        """Return the years from `start` to `end` of which nothing was entered."""
        return [year for year in range(start.year, end.year + 1) if year not in self.years]
