"""Whether a month's lists can be relied on: nobody is cleared by one that is late or has shrunk."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from tongchou.core.lists.classes import FindingClass
from tongchou.core.lists.finding import Finding, key_of

_SIGMA_NEEDS = 6  # months, before a spread says anything
_FEW = 30  # of so few, one more or less is many percent


class Rules(Protocol):
    """What of a rule pack the gates ask: classes L1-L7, and the numbers in them."""

    def class_of(self, code: str) -> FindingClass: ...

    def number(self, name: str) -> int: ...


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
    changes: bool = False  # names those alone who have changed


class Judged(NamedTuple):
    """A list to be judged. `bad`: rows whose number is not in order.

    `events`: of what has happened (deaths, payments), so many in one month and more in another, or
    all of the year so far: only fewer than before is doubted.
    """

    file: str
    sha256: str
    now: Received
    bad: int
    events: bool = False


def check_lists(
    rules: Rules,
    month: str,
    lists: Sequence[Judged],
    earlier: Sequence[Received],
    sent: Sequence[Sent] = (),
    *,
    due: Iterable[str] = (),
    word: Callable[[str], str] = str,
) -> list[Finding]:
    """Return what is wrong with the full lists of a month: those that can clear somebody.

    `earlier`: lists used in months before, oldest first; `sent`: every file that came in them;
    `due`: sources whose list must be there, beside those that sent one before; `word` says a
    category.
    """
    year = date.fromisoformat(f"{month}-01").year
    expected = {one.source for one in sent if one.month < month and not one.changes} | set(due)
    missing = expected - {one.now.source for one in lists}
    found = [said(rules, "L1", source, f"{month} 没有可用的名单", year) for source in missing]
    for one in lists:
        source = one.now.source
        again = [s.month for s in sent if (s.source, s.sha256) == (source, one.sha256)]
        again = sorted(other for other in again if other < month)
        before = [r for r in earlier if r.source == source and r.month < month]
        if again:
            words = f"{one.file} 和 {again[-1]} 的文件一字不差"
            found.append(said(rules, "L2", source, words, year))
        for code, facts in _gates(rules, one, before, word):
            found.append(said(rules, code, source, facts, year))
    return sorted(found)


def blocked(rules: Rules, found: Iterable[Finding]) -> frozenset[str]:
    """Return the sources whose lists cannot clear anyone until somebody releases them."""
    return frozenset(one.subject for one in found if rules.class_of(one.code).block)


def said(rules: Rules, code: str, source: str, facts: str, year: int) -> Finding:
    words = f"{rules.class_of(code).name}：{facts}"
    return Finding(key_of(code, source, year), code, source, (source,), words)


def _gates(
    rules: Rules, one: Judged, before: Sequence[Received], word: Callable[[str], str]
) -> Iterable[tuple[str, str]]:
    now = one.now
    if before:
        last = before[-1]
        if now.says and now.says <= max(r.says for r in before):
            yield "L6", f"{one.file} 写的是 {now.says}，{last.month} 用过的不比它旧"
        if words := _columns(last, now):
            yield "L3", words
        if words := _moved(rules, before, one, word):
            yield "L4", words
    if now.rows and one.bad * 100 > rules.number("bad_ids_percent") * now.rows:
        yield "L5", f"{now.rows} 行中 {one.bad} 行号码不合格"


def _columns(last: Received, now: Received) -> str:
    gone = sorted(set(last.headings) - set(now.headings))
    new = sorted(set(now.headings) - set(last.headings))
    parts = [f"少了 {'、'.join(gone)}"] if gone else []
    return "；".join([*parts, *([f"多了 {'、'.join(new)}"] if new else [])])


def _moved(
    rules: Rules, before: Sequence[Received], one: Judged, word: Callable[[str], str]
) -> str:
    """Say which counts moved further from the last month's than the rules let pass."""
    parts = []
    percent = rules.number("rows_moved_percent")
    for name, count, history in _counts(before, one.now, word):
        last = history[-1]
        if max(last, count) < _FEW or (one.events and count >= last):
            continue
        if abs(count - last) * 100 > percent * last or _strays(rules, count, history):
            parts.append(f"{name}由 {last:,} 变为 {count:,}")
    return "；".join(parts)


def _counts(
    before: Sequence[Received], now: Received, word: Callable[[str], str]
) -> Iterable[tuple[str, int, list[int]]]:
    yield "总行数", now.rows, [one.rows for one in before]
    kinds = set(now.categories) | set(before[-1].categories)
    if len(kinds) > 1:
        for kind in sorted(kinds):
            history = [one.categories.get(kind, 0) for one in before]
            yield word(kind), now.categories.get(kind, 0), history


def _strays(rules: Rules, count: int, history: Sequence[int]) -> bool:
    """Say whether a count is too many deviations from its months before, and not a trifle.

    A count varies by its root even where the months before happened to be alike.
    """
    if len(history) < _SIGMA_NEEDS:
        return False
    mean = sum(history) // len(history)
    spread = math.isqrt(sum((one - mean) ** 2 for one in history) // len(history))
    away = abs(count - mean)
    return (
        away > rules.number("rows_moved_sigma") * max(spread, math.isqrt(mean), 1)
        and away * 20 > mean
    )
