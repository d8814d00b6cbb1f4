"""Who is given back what he paid himself, and who is exempt: the decision table of ENR-20."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tongchou.core.premiums.book import Book
from tongchou.core.rosters import Pack


class Decision(NamedTuple):
    """`ask`: the day of recognition must be found out first. `words` and `cite`: why."""

    code: str
    refund: bool
    exempt: bool
    ask: bool
    words: str
    cite: str


def decide(
    book: Book, pack: Pack, *, year: int, category: str, recognised: date | None, paid: bool
) -> Decision:
    """Decide for a person of a helped category. The groups and the cut date are the rule pack's."""
    state = {
        "paid": "yes" if paid else "no",
        "group": group_of(pack, category),
        "recognised": side_of(pack, year, recognised),
    }
    rule = next(one for one in book.refunds if one.holds(state))
    return Decision(rule.code, rule.refund, rule.exempt, rule.ask, rule.words, rule.cite)


def group_of(pack: Pack, category: str) -> str:
    return next((name for name, kinds in pack.groups.items() if category in kinds), "other")


def side_of(pack: Pack, year: int, recognised: date | None) -> str:
    """Say on which side of the cut date of `year` a day of recognition lies."""
    if recognised is None:
        return "unknown"
    return "by_cut" if recognised <= pack.cut_date(year) else "later"


def average(fen: int, persons: int) -> int:
    """Return fen a person, half a fen upwards; 0 of nobody.

    >>> average(2_519_000_000, 113_980)  # 阳江: 221.00 yuan
    22100
    """
    return (2 * fen + persons) // (2 * persons) if persons else 0
