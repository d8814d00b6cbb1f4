"""What the gates of core.lists look at, of a list of helped people; and gates for their changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from tongchou.core.lists import Finding, Judged, Received, Sent, blocked, said
from tongchou.core.lists import check_lists as check
from tongchou.core.matching import BROKEN, CUT, MISSING, OTHER
from tongchou.core.rosters.changes import Unborne
from tongchou.core.rosters.entries import RosterList
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.words import category_word

__all__ = [
    "Received", "Sent", "blocked", "change_gates", "check_lists", "full_gates", "held_back",
    "received", "unborne",
]  # fmt: skip
_SHOWN = 20  # rows told one by one
_EVENTS = ("deaths", "payments")


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
    """Return what is wrong with the lists of a month.

    `earlier`: lists used in months before, oldest first; `sent`: every file that came in them.
    """
    full = full_gates(pack, month, lists, earlier, sent)
    year = date.fromisoformat(f"{month}-01").year
    changes = [
        said(pack, code, one.source.code, words, year)
        for one in lists
        if one.changes
        for code, words in change_gates(month, one, lists, sent)
    ]
    days = [
        said(pack, "L10", one.source.code, unread_days(one), year)
        for one in lists
        if one.unread and not one.changes
    ]
    return sorted(_joined([*full, *changes, *days]))


def full_gates(
    pack: Pack,
    month: str,
    lists: Sequence[RosterList],
    earlier: Sequence[Received],
    sent: Sequence[Sent] = (),
) -> list[Finding]:
    """Return what is wrong with the full lists alone: those that can clear somebody."""
    whole = [one for one in lists if not one.changes]
    judged = [
        Judged(
            one.file, one.sha256, received(one, month), _bad(one), one.source.holds in _EVENTS
        )
        for one in whole
    ]  # fmt: skip
    # Changes without the list that they change clear nobody whom they do not name.
    due = {one.source.code for one in lists if one.changes}
    return check(pack, month, judged, earlier, sent, due=due, word=category_word)


def change_gates(
    month: str, one: RosterList, lists: Sequence[RosterList], sent: Sequence[Sent]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a list of changes: sent before, of another month, older than used.

    `lists`: all of the month, among them the list that it changes; the first of the same content
    counts.
    """
    source = one.source.code
    known = [(s.month, s.sha256) for s in sent if s.source == source and s.month < month]
    again = [other for other, sha256 in known if sha256 == one.sha256]
    same = [other for other in lists if other.sha256 == one.sha256 and other.source.code == source]
    if again or (same and same[0] is not one):
        yield "L2", f"{one.file} 和 {again[-1] if again else same[0].file} 一字不差"
    days = [entry.changed_on.day for entry in one.entries if entry.changed_on is not None]
    if strays := [day for day in days if f"{day:%Y-%m}" != month]:
        yield "L8", f"{one.file} 有 {len(strays)} 行的变动日期不在 {month}，如 {strays[0]}"
    if one.unread:
        yield "L10", unread_days(one)
    full = [o.day for o in lists if not o.changes and o.source.code == source and o.day is not None]
    if days and full and max(days) < max(full):
        yield "L6", f"{one.file} 到 {max(days)} 为止，在用的名单是 {max(full)} 的"


def unread_days(one: RosterList) -> str:
    """Return in words which cells look like a day and were not taken for one: they count for
    nothing."""
    words = [f"工作表“{sheet}”第 {row} 行 {why}" for sheet, row, why in one.unread]
    more = f"；共 {len(words)} 格" if len(words) > _SHOWN else ""
    return "；".join(words[:_SHOWN]) + more


def held_back(
    pack: Pack,
    month: str,
    lists: Sequence[RosterList],
    sent: Sequence[Sent],
    released: frozenset[str],
) -> frozenset[tuple[str, str]]:
    """Return the lists of changes (source, file) that wait until somebody lets them pass."""
    return frozenset(
        (one.source.code, one.file)
        for one in lists
        if one.changes and one.sha256 not in released
        for code, _facts in change_gates(month, one, lists, sent)
        if pack.class_of(code).block
    )


def unborne(pack: Pack, month: str, told: Sequence[Unborne]) -> list[Finding]:
    """Return, a source each, the changes that its list does not bear out."""
    year = date.fromisoformat(f"{month}-01").year
    sources = sorted({one.source for one in told})
    found = []
    for source in sources:
        words = [one.words for one in told if one.source == source]
        more = f"；共 {len(words)} 行" if len(words) > _SHOWN else ""
        found.append(said(pack, "L9", source, "；".join(words[:_SHOWN]) + more, year))
    return found


def _joined(found: Sequence[Finding]) -> Iterator[Finding]:
    """One of a key: several lists of changes of one source may fail the same check."""
    by_key: dict[str, list[Finding]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    for same in by_key.values():
        yield same[0]._replace(facts="；".join(one.facts for one in same))


def _bad(one: RosterList) -> int:
    return sum(entry.who.id.kind in (BROKEN, CUT, MISSING, OTHER) for entry in one.entries)
