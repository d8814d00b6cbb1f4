"""What the medical system knows of a person in a month: enrolments, payments, exemptions, flags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

RESIDENT, EMPLOYEE = "resident", "employee"


class Insured(NamedTuple):
    """A spell in a scheme. `last` is its last day; None where open or not told."""

    scheme: str
    here: bool
    first: date | None = None
    last: date | None = None

    def on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def runs_past(self, death: date) -> bool:
        """Say whether the spell goes on after the month of a death.

        A last day that is the first of the next month is the same end, written half-open.
        """
        after = first_of_next(death)
        begun = self.first is None or self.first <= death
        return begun and (self.last is None or self.last > after)


class Flag(NamedTuple):
    """A spell of a helped identity, as in Insured. `identity` "" where its word is unknown."""

    identity: str
    first: date | None = None
    last: date | None = None

    def on(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def runs_past(self, death: date) -> bool:
        return self.last is None or self.last > first_of_next(death)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one person. `payments`: days; `refund`: none, posted or bounced, of the benefit year.

    `last_bill`: the day of the last settlement. `due_bills`: some lie between a flag's due date
    and its registration. `twin`: another record of the same person.
    """

    person_no: str
    name: str = ""
    town: str = ""  # folded, as places.town_key does
    town_shown: str = ""
    insured: tuple[Insured, ...] = ()
    payments: tuple[date, ...] = ()
    exempt_years: frozenset[int] = frozenset()
    flags: tuple[Flag, ...] = ()
    refund: str = "none"
    died_on: date | None = None
    last_bill: date | None = None
    due_bills: bool = False
    waiver: bool = False
    absence: str = "none"
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Which facts the register holds at all: of what it does not, nothing is concluded."""

    enrolments: bool = True
    flags: bool = True
    exemptions: bool = True


def first_of_next(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of its month.

    >>> months_after(date(2019, 8, 31), 6)
    datetime.date(2020, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = first_of_next(first) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def last_of(month: str) -> date:
    """Return the last day of YYYY-MM. Raises ValueError."""
    return first_of_next(date.fromisoformat(f"{month}-01")) - timedelta(days=1)
