"""The gates of core.lists before a month's lists of helped people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tongchou.core.lists import Finding, Judged, Received, Sent, blocked
from tongchou.core.lists import check_lists as check
from tongchou.core.matching import BROKEN, CUT, MISSING, OTHER
from tongchou.core.rosters.entries import RosterList
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.words import category_word

__all__ = ["Received", "Sent", "blocked", "check_lists", "received"]


def received(one: RosterList, month: str) -> Received:
    found = Counter(entry.category for entry in one.entries)
    return Received(
        one.source.code,
        month,
        one.month,
        len(one.entries),
        dict(sorted(found.items())),
        tuple(sorted({word for words in one.headings.values() for word in words})),
    )


def check_lists(
    pack: Pack,
    month: str,
    lists: Sequence[RosterList],
    earlier: Sequence[Received],
    sent: Sequence[Sent] = (),
) -> list[Finding]:
    """Return what is wrong with the lists of a month, as core.lists judges them."""
    judged = [Judged(one.file, one.sha256, received(one, month), _bad(one)) for one in lists]
    return check(pack, month, judged, earlier, sent, word=category_word)


def _bad(one: RosterList) -> int:
    return sum(entry.who.id.kind in (BROKEN, CUT, MISSING, OTHER) for entry in one.entries)
