"""A month's findings beside those of the months before: what is new, what may close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tongchou.core.lists.finding import Finding

NEW, REOPENED, OPEN, MAY_CLOSE, HELD = "new", "reopened", "open", "may_close", "held"
WORDS = {
    NEW: "新发现",
    REOPENED: "复发",
    OPEN: "仍未解决",
    MAY_CLOSE: "可销号",
    HELD: "名单不全，暂不销",
}


class Past(NamedTuple):
    """A finding of a month before, as it was written down."""

    key: str
    sources: tuple[str, ...]


class Compared(NamedTuple):
    """Keys by what has become of them, each list in order."""

    keys: Mapping[str, tuple[str, ...]]

    def count(self, fate: str) -> int:
        return len(self.keys[fate])

    @property
    def words(self) -> str:
        """Return the dry run in one line."""
        return "，".join(f"{word} {self.count(fate):,}" for fate, word in WORDS.items())


def compare(
    found: Iterable[Finding],
    months: Sequence[Iterable[Past]],
    incomplete: frozenset[str],
    watched: frozenset[str],
) -> Compared:
    """Compare with the findings of earlier months, oldest first.

    A finding that is no longer there may close only if no list that it rests on is incomplete; one
    that no row told of rests on all lists (`watched`).
    """
    now = {one.key for one in found}
    last = {one.key: one for one in (months[-1] if months else ())}
    ever = {one.key for month in months for one in month}
    gone = [one for key, one in last.items() if key not in now]
    held = {one.key for one in gone if (set(one.sources) or watched) & incomplete}
    keys = {
        NEW: now - ever,
        REOPENED: (now & ever) - set(last),
        OPEN: now & set(last),
        MAY_CLOSE: {one.key for one in gone} - held,
        HELD: held,
    }
    return Compared({fate: tuple(sorted(some)) for fate, some in keys.items()})
