"""What a row becomes here, and the totals on both sides: values only, no database.

Reading: two rows of one person in one scheme whose spells do not share a day have what they
counted in the year added, tier by tier, as if the bills behind both had been settled here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

from tongchou.core.policy import INITIAL_STATE
from tongchou.transitions.reading import SpellRow

HISTORY, EARLIER = "history", "earlier"


class Piece(NamedTuple):
    """A spell to be enrolled here; `old`: a fact of the old system, else from the merge's day."""

    start: date
    end: date | None
    old: bool


def pieces(start: date, end: date | None, day: date) -> list[Piece]:
    """Cut [start, end) at the day of the merge: history before it, enrolment here from it.

    >>> [p.old for p in pieces(date(2019, 1, 1), None, date(2019, 7, 1))]
    [True, False]
    """
    if start >= day:
        return [Piece(start, end, False)]
    if end is not None and end <= day:
        return [Piece(start, end, True)]
    return [Piece(start, day, True), Piece(day, end, False)]


def why_not_carried(row: SpellRow, day: date) -> str:
    """Return why what the row counted enters no year here; "" where it does, or is nothing."""
    if not any(row.counted):
        return ""
    if row.scheme.target == HISTORY:
        return HISTORY
    return EARLIER if row.year != day.year else ""


def share_a_day(one: SpellRow, other: SpellRow) -> bool:
    return (one.end is None or other.start < one.end) and (
        other.end is None or one.start < other.end
    )


def add(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    """
    >>> add((1, 2), (3, 4))
    (4, 6)
    """
    return tuple(a + b for a, b in zip(one, other, strict=True))


@dataclass(slots=True)
class Sum:
    """Counts and fen of some rows; `counted` is a state of core.policy."""

    rows: int = 0
    bills: int = 0
    total: int = 0
    counted: tuple[int, ...] = INITIAL_STATE
    people: set[str] = field(default_factory=set)

    def take(self, row: SpellRow, counted: Sequence[int]) -> None:
        self.rows += 1
        self.bills += row.bills
        self.total += row.total
        self.counted = add(self.counted, counted)
        self.people.add(row.id_no)

    def told(self) -> dict[str, Any]:
        return {
            "persons": len(self.people),
            "rows": self.rows,
            "bills": self.bills,
            "total": self.total,
            "base": sum(self.counted[0::2]),
            "paid": sum(self.counted[1::2]),
            "counted": list(self.counted),
        }


def by_person(rows: Iterable[SpellRow], day: date) -> dict[tuple[str, str], Sum]:
    """Return (ID number, scheme here) -> what the rows that are enrolled here carry."""
    found: dict[tuple[str, str], Sum] = {}
    for row in rows:
        if row.scheme.target != HISTORY:
            one = found.setdefault((row.id_no, row.scheme.target), Sum())
            one.take(row, INITIAL_STATE if why_not_carried(row, day) else row.counted)
    return found


def totals_of(rows: Sequence[SpellRow], day: date, new: set[str]) -> dict[str, Any]:
    """Return the control totals, as JSON: by old code, by scheme here, and what is not carried.

    `new`: the ID numbers of those whom nobody here has. Of every number, before = after + left.
    """
    before: dict[str, Sum] = {}
    left: dict[tuple[str, str], Sum] = {}
    names: Mapping[str, SpellRow] = {row.scheme.code: row for row in rows}
    for row in rows:
        before.setdefault(row.scheme.code, Sum()).take(row, row.counted)
        if why := why_not_carried(row, day):
            left.setdefault((row.scheme.code, why), Sum()).take(row, row.counted)
    after: dict[str, Sum] = {}
    for row in rows:
        if row.scheme.target != HISTORY:
            counted = INITIAL_STATE if why_not_carried(row, day) else row.counted
            after.setdefault(row.scheme.target, Sum()).take(row, counted)
    return {
        "before": [
            {"code": code, "name": names[code].scheme.name, "target": names[code].scheme.target}
            | one.told()
            for code, one in sorted(before.items())
        ],
        "after": [
            {"scheme": scheme, "new": len(one.people & new)} | one.told()
            for scheme, one in sorted(after.items())
        ],
        "left": [
            {"code": code, "name": names[code].scheme.name, "why": why} | one.told()
            for (code, why), one in sorted(left.items())
        ],
    }


def balanced(totals: dict[str, Any]) -> bool:
    """Say whether every accumulator before is the one after and the one left behind."""
    before, after, left = (
        reduce(add, (one["counted"] for one in totals[side]), INITIAL_STATE)
        for side in ("before", "after", "left")
    )
    return before == add(after, left)
