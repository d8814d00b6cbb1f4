"""Working days. Saturdays and Sundays are none; holidays and the days worked for them are not held
here yet, so a limit over a holiday is counted a little short: assumed, and shown as working days.
"""

from datetime import date, timedelta

_SATURDAY = 5


def add_working_days(start: date, days: int) -> date:
    """Return the day on which so many working days after `start` have passed."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to `end`; 0 where it is not later."""
    days, day = 0, start
    while day < end:
        day += timedelta(days=1)
        days += day.weekday() < _SATURDAY
    return days
