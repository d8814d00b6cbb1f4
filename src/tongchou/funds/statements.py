"""The statements that post an entry, for the settlement path's pipeline and for `services`.

Postings come first and their entry last: the entry's trigger refuses it unless they sum to zero in
every fund, and each posting's trigger moves the balance of its account. The same holds for the
lines of personal accounts: before their entry, which is refused unless they are what it posts to
account 2001.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongchou.funds import accounts
from tongchou.platform import clock
from tongchou.platform.db.raw import Statement, to_db
from tongchou.platform.trail.statements import slice_of

# (fund, account code, fen; debit positive)
Line = tuple[str, str, int]
# (person, fen; below 0 is drawn, for whose bill or None)
Move = tuple[int, int, int | None]

_MOST_MOVES = 1_000  # a statement; databases bound its parameters

_POSTINGS = "insert into funds_posting (entry_id, account_id, amount) values "
_ENTRY = """
insert into funds_entry (id, at, day, kind, area, institution_id, summary, actor)
values (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_MOVES = (
    "insert into funds_accountmove (person_id, entry_id, amount, at, day, for_person_id) values "
)


def post(
    *,
    entry_id: int,
    at: datetime,
    kind: str,
    area: str,
    institution_id: int | None,
    summary: str,
    actor: str,
    lines: Sequence[Line],
    slice_key: int,
) -> list[Statement]:
    """Return the statements that add one entry; run them after the trail's, in one transaction.

    Lines of one account are put together and zero lines dropped; nothing left is no entry (a bill
    that no fund pays). The slice is the trail's of the same key, so that concurrent entries of one
    slice stand in line behind the chain's head and never lock accounts crosswise.

    Raises accounts.NoSuchAccount when the area's accounts were not opened.
    """
    sums: dict[int, int] = {}
    number = slice_of(slice_key)
    ids = accounts.account_ids(area, [(fund, code, number) for fund, code, _fen in lines])
    for account, (_fund, _code, fen) in zip(ids, lines, strict=True):
        sums[account] = sums.get(account, 0) + fen
    moved = sorted((account, fen) for account, fen in sums.items() if fen)
    if not moved:
        return []
    postings: list[Any] = [value for account, fen in moved for value in (entry_id, account, fen)]
    day = clock.local(at).date()
    entry = [entry_id, to_db(at), day, kind, area, institution_id, summary, actor]
    return [
        (_POSTINGS + ", ".join(["(%s, %s, %s)"] * len(moved)), postings),
        (_ENTRY, entry),
    ]


def move_accounts(*, entry_id: int, at: datetime, moves: Sequence[Move]) -> list[Statement]:
    """Return the statements that move personal accounts; the entry that they belong to comes after.

    The database refuses a balance under zero. Accounts are always moved in the order of their
    persons, so that two bills that draw on the same family never wait for each other crosswise.
    """
    moment, day = to_db(at), clock.local(at).date()
    rows = sorted((move for move in moves if move[1]), key=lambda move: move[0])
    found: list[Statement] = []
    for first in range(0, len(rows), _MOST_MOVES):
        some = rows[first : first + _MOST_MOVES]
        values: list[Any] = [
            value
            for person, fen, for_person in some
            for value in (person, entry_id, fen, moment, day, for_person)
        ]
        found.append((_MOVES + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(some)), values))
    return found
