"""Document numbers: `yyyymmdd` x 10^8 + the running number of that day.

They are made in Python, so that an answer can hold its number before anything is written. A block
left unused by a stopped process is a gap; a number is never given twice.
"""

import threading
from datetime import date

from django.db import connection

BLOCK = 50
PER_DAY = 10**8

_lock = threading.Lock()
_taken: dict[tuple[str, date], tuple[int, int]] = {}  # (database, day) -> next, end of our block

_SQL = """
insert into numbering_numberblock (day, next) values (%s, 1 + %s)
on conflict (day) do update set next = numbering_numberblock.next + %s
returning next
"""


def _reserve(day: date, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [day, count, count])
        row = cursor.fetchone()
    assert row is not None
    first = int(row[0]) - count
    assert 0 < first < PER_DAY - count
    return first


def next_number(day: date) -> int:
    """Return a fresh document number for `day`.

    Inside a transaction a single number is taken with it, because a block reserved by a
    transaction that is rolled back would be given again.
    """
    base = int(day.strftime("%Y%m%d")) * PER_DAY
    if connection.in_atomic_block:
        return base + _reserve(day, 1)
    key = (str(connection.settings_dict["NAME"]), day)
    with _lock:
        at, end = _taken.get(key, (0, 0))
        if at == end:
            at = _reserve(day, BLOCK)
            end = at + BLOCK
            for old in [k for k in _taken if k[1] < day]:
                del _taken[old]
        _taken[key] = (at + 1, end)
    return base + at


def forget_blocks() -> None:
    """Drop reserved blocks (after a fork, or when a test's database goes away)."""
    with _lock:
        _taken.clear()


def display_number(number: int, area: str) -> str:
    """Return `441700-20190301-000417`."""
    day, running = divmod(number, PER_DAY)
    return f"{area}-{day}-{running:06d}"


def parse_number(text: str) -> int | None:
    """Return the number behind `display_number`'s text, or None."""
    parts = text.strip().split("-")
    digits = all(p.isascii() and p.isdigit() for p in parts)
    if len(parts) == 3 and digits and len(parts[1]) == 8:
        return int(parts[1]) * PER_DAY + int(parts[2])
    return None


def wire_number(number: int, area: str) -> str:
    """Return the number as messages carry it: area, day and 8 digits, 22 characters."""
    return f"{area}{number:016d}"


def parse_wire_number(text: str) -> int | None:
    """Return the number in `wire_number`'s text, or None."""
    return int(text[6:]) if len(text) == 22 and text.isascii() and text.isdigit() else None
