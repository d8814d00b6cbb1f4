"""Whether a month's lists can be relied on: nobody is cleared by one that is late or has shrunk."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tongchou.core.matching import BROKEN, CUT, MISSING, OTHER
from tongchou.core.rosters.changes import Unborne
from tongchou.core.rosters.entries import RosterList
from tongchou.core.rosters.findings import Finding, key_of
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.words import category_word

_SIGMA_NEEDS = 6  # months, before a spread says anything
_SHOWN = 20  # rows told one by one
_FEW = 30  # of so few, one more or less is many percent


class Received(NamedTuple):
    """What is kept of a list that was used, to judge the next one by."""

    source: str
    month: str
    says: str  # the month in its title, or ""
    rows: int
    categories: Mapping[str, int]
    headings: tuple[str, ...]


class Sent(NamedTuple):
    """A file that was sent in a month before."""

    source: str
    month: str
    sha256: str
    changes: bool = False


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
        _said(pack, code, one.source.code, words, year)
        for one in lists
        if one.changes
        for code, words in change_gates(month, one, lists, sent)
    ]
    return sorted(_joined([*full, *changes]))


def full_gates(
    pack: Pack,
    month: str,
    lists: Sequence[RosterList],
    earlier: Sequence[Received],
    sent: Sequence[Sent] = (),
) -> list[Finding]:
    """Return what is wrong with the full lists alone: those that can clear somebody."""
    year = date.fromisoformat(f"{month}-01").year
    # Changes without the list that they change clear nobody whom they do not name.
    due = {one.source for one in sent if one.month < month and not one.changes}
    due |= {one.source.code for one in lists if one.changes}
    whole = [one for one in lists if not one.changes]
    missing = due - {one.source.code for one in whole}
    found = [_said(pack, "L1", source, f"{month} 没有可用的名单", year) for source in missing]
    for one in whole:
        source = one.source.code
        again = [s.month for s in sent if (s.source, s.sha256) == (source, one.sha256)]
        again = sorted(other for other in again if other < month)
        before = [r for r in earlier if r.source == source and r.month < month]
        if again:
            words = f"{one.file} 和 {again[-1]} 的文件一字不差"
            found.append(_said(pack, "L2", source, words, year))
        for code, facts in _gates(pack, month, one, before):
            found.append(_said(pack, code, source, facts, year))
    return found


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
    full = [o.day for o in lists if not o.changes and o.source.code == source and o.day is not None]
    if full and max(days) < max(full):
        yield "L6", f"{one.file} 到 {max(days)} 为止，在用的名单是 {max(full)} 的"


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
        found.append(_said(pack, "L9", source, "；".join(words[:_SHOWN]) + more, year))
    return found


def _joined(found: Sequence[Finding]) -> Iterator[Finding]:
    """One of a key: several lists of changes of one source may fail the same check."""
    by_key: dict[str, list[Finding]] = {}
    for one in found:
        by_key.setdefault(one.key, []).append(one)
    for same in by_key.values():
        yield same[0]._replace(facts="；".join(one.facts for one in same))


def blocked(pack: Pack, found: Iterable[Finding]) -> frozenset[str]:
    """Return the sources whose lists cannot clear anyone until somebody releases them."""
    return frozenset(one.subject for one in found if pack.class_of(one.code).block)


def _said(pack: Pack, code: str, source: str, facts: str, year: int) -> Finding:
    words = f"{pack.class_of(code).name}：{facts}"
    return Finding(key_of(code, source, year), code, source, (source,), words)


def _gates(
    pack: Pack, month: str, one: RosterList, before: Sequence[Received]
) -> Iterable[tuple[str, str]]:
    if before:
        now, last = received(one, month), before[-1]
        if now.says and now.says <= max(r.says for r in before):
            yield "L6", f"{one.file} 写的是 {now.says}，{last.month} 用过的不比它旧"
        if words := _columns(last, now):
            yield "L3", words
        if words := _moved(pack, before, now):
            yield "L4", words
    bad = sum(entry.who.id.kind in (BROKEN, CUT, MISSING, OTHER) for entry in one.entries)
    if one.entries and bad * 100 > pack.number("bad_ids_percent") * len(one.entries):
        yield "L5", f"{len(one.entries)} 行中 {bad} 行号码不合格"


def _columns(last: Received, now: Received) -> str:
    gone = sorted(set(last.headings) - set(now.headings))
    new = sorted(set(now.headings) - set(last.headings))
    parts = [f"少了 {'、'.join(gone)}"] if gone else []
    return "；".join([*parts, *([f"多了 {'、'.join(new)}"] if new else [])])


def _moved(pack: Pack, before: Sequence[Received], now: Received) -> str:
    """Say which counts moved further from the last month's than the rules let pass."""
    parts = []
    percent = pack.number("rows_moved_percent")
    for name, count, history in _counts(before, now):
        last = history[-1]
        if max(last, count) < _FEW:
            continue
        if abs(count - last) * 100 > percent * last or _strays(pack, count, history):
            parts.append(f"{name}由 {last:,} 变为 {count:,}")
    return "；".join(parts)


def _counts(before: Sequence[Received], now: Received) -> Iterable[tuple[str, int, list[int]]]:
    yield "总行数", now.rows, [one.rows for one in before]
    kinds = set(now.categories) | set(before[-1].categories)
    if len(kinds) > 1:
        for kind in sorted(kinds):
            history = [one.categories.get(kind, 0) for one in before]
            yield category_word(kind), now.categories.get(kind, 0), history


def _strays(pack: Pack, count: int, history: Sequence[int]) -> bool:
    """Say whether a count is too many deviations from its months before, and not a trifle."""
    if len(history) < _SIGMA_NEEDS:
        return False
    mean = sum(history) // len(history)
    spread = math.isqrt(sum((one - mean) ** 2 for one in history) // len(history))
    away = abs(count - mean)
    return away > pack.number("rows_moved_sigma") * max(spread, 1) and away * 20 > mean
