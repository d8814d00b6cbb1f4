"""A month's list and the changes sent after it, folded into who stands on it and as what.

Rows of a list of changes take effect in order of day: who is added is on the list, who is removed
has left it from that day, a changed category counts from that day. What a row says and the list
does not bear out is told back to the sender; the row counts all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tongchou.core.matching import AUTO, Link
from tongchou.core.rosters.entries import UNNAMED, Entry, RosterList
from tongchou.core.rosters.pack import ADDED, REMOVED
from tongchou.core.rosters.words import change_word

_ALREADY, _NOT_THERE = "已在名单上", "不在名单上"


class Unborne(NamedTuple):
    """A row of changes that the list does not bear out, in words."""

    source: str
    words: str


class Folded(NamedTuple):
    """The rows in force, `links` beside `entries`; and what is told back to the senders."""

    entries: list[Entry]
    links: list[Link]
    unborne: list[Unborne]


@dataclass(slots=True)
class _Held:
    """Who stands on the list of one source so far: key -> (place among all rows, row)."""

    rows: dict[str, list[tuple[int, Entry]]] = field(default_factory=dict)
    unborne: list[Unborne] = field(default_factory=list)

    def on_list(self, key: str) -> Entry | None:
        """Return the row by which the person stands on the list, if he does."""
        return next((one for _at, one in self.rows.get(key, ()) if _stands(one)), None)


def fold(
    lists: Sequence[RosterList],
    entries: Sequence[Entry],
    links: Sequence[Link],
    until: date,
    held_back: Collection[tuple[str, str]] = (),
) -> Folded:
    """Fold the changes into the lists. `held_back`: lists of changes not in use,
    as (source, file).

    `entries`: the rows of all lists in order. A source without changes stays as it is.
    """
    changing = {one.source.code for one in lists if one.changes}
    if not changing:
        return Folded(list(entries), list(links), [])
    as_of = {o.source.code: o.day for o in lists if not o.changes and o.day is not None}
    found = {at: one for at, one in enumerate(entries) if one.source not in changing}
    unborne: list[Unborne] = []
    for source in sorted(changing):
        held = _Held()
        mine = [(at, one) for at, one in enumerate(entries) if one.source == source]
        for at, one in mine:
            if not one.change:
                held.rows.setdefault(subject_of(one, links[at]), []).append((at, one))
        first = as_of.get(source, date.min)
        for at, one in _in_order(mine, first, until):
            if (source, one.file) not in held_back:
                _apply(held, at, one, links[at])
        unborne += held.unborne
        found |= dict(row for rows in held.rows.values() for row in rows)
    places = sorted(found)
    return Folded([found[at] for at in places], [links[at] for at in places], unborne)


def _in_order(
    rows: Sequence[tuple[int, Entry]], first: date, until: date
) -> Iterator[tuple[int, Entry]]:
    """Yield the changes that count for the month, by day: the full list holds those before it."""
    dated = [
        (one.changed_on.day, at, one)
        for at, one in rows
        if one.change and one.changed_on is not None
    ]
    for day, at, one in sorted(dated, key=lambda row: row[:2]):
        if first <= day <= until:
            yield at, one


def subject_of(entry: Entry, link: Link) -> str:
    """Return whom a row is about: a person found without a doubt, or the row's own name."""
    return link.person_no if link.tier == AUTO else entry.subject


def _stands(entry: Entry) -> bool:
    if entry.sender.holds != "helped":
        return True
    return bool(entry.category) and "left" not in entry.statuses and entry.change != REMOVED


def _apply(held: _Held, at: int, entry: Entry, link: Link) -> None:
    key = subject_of(entry, link)
    before = held.on_list(key)
    # Of a row that was linked to nobody its own finding tells.
    if link.tier == AUTO and (before is not None) == (entry.change == ADDED):
        said = _ALREADY if entry.change == ADDED else _NOT_THERE
        held.unborne.append(Unborne(entry.source, f"{_where(entry)}，{said}"))
    if (
        entry.change == ADDED
        and before is not None
        and entry.category in (before.category, UNNAMED)
    ):
        return
    if entry.change == REMOVED and entry.sender.holds != "helped":
        held.rows.pop(key, None)  # a report taken back
        return
    held.rows[key] = [(at, _in_force(entry, before))]


def _in_force(entry: Entry, before: Entry | None) -> Entry:
    """Return the row as it counts from its day on."""
    if entry.change == REMOVED:
        left_on = entry.left_on or entry.changed_on
        return entry._replace(statuses=entry.statuses | {"left"}, left_on=left_on)
    if before is None or entry.change == ADDED:
        return entry._replace(recognised_on=entry.recognised_on or entry.changed_on)
    category = before.category if entry.category == UNNAMED else entry.category
    # Recognised he was before: what he is entitled to by that day (WS ⑤) he does not lose.
    return entry._replace(
        category=category, recognised_on=entry.recognised_on or before.recognised_on
    )


def _where(entry: Entry) -> str:
    place = f"{entry.file} {entry.sheet} 第 {entry.row} 行"
    return f"{place}：{change_word(entry.change)} {entry.who.name.shown}"
