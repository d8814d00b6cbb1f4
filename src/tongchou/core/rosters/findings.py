"""What is found in a month: a pure function of lists, links, standings and the rule pack.

A person has at most one finding of identity, one of enrolment and one of flags. Its key is class,
person and benefit year, so that the same thing found again next month, or in a list sent again in
another order, is the same finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from tongchou.core.lists import Finding, FindingClass, key_of
from tongchou.core.matching import AUTO, REVIEW, Link, read_name
from tongchou.core.policy import IDENTITIES
from tongchou.core.rosters.entries import Entry
from tongchou.core.rosters.pack import ADDED
from tongchou.core.rosters.seen import Seen, gather
from tongchou.core.rosters.standings import Standing
from tongchou.core.rosters.states import (
    Frame,
    State,
    enrolment_state,
    flag_state,
    row_states,
)
from tongchou.core.rosters.words import place_of, said_of, shown_state


class Perhaps(NamedTuple):
    """Whom the rows that are not settled may mean: their candidates, all of their names.

    `helped`: the candidates of rows of helped lists. `desk`: person -> where the rows stand that
    wait at the review desk and may mean him.
    """

    persons: frozenset[str]
    names: frozenset[str]
    helped: frozenset[str]
    desk: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, entries: Sequence[Entry], links: Sequence[Link]) -> Perhaps:
        open_rows = [(e, link) for e, link in zip(entries, links, strict=True) if link.tier != AUTO]
        desk: dict[str, list[str]] = {}
        for entry, link in open_rows:
            for one in link.candidates if link.tier == REVIEW else ():
                desk.setdefault(one.person_no, []).append(place_of(entry))
        return cls(
            frozenset(one.person_no for _entry, link in open_rows for one in link.candidates),
            frozenset(entry.who.name.key for entry, _link in open_rows),
            frozenset(
                one.person_no
                for entry, link in open_rows
                if entry.sender.holds == "helped"
                for one in link.candidates
            ),
            desk,
        )

    def means(self, standing: Standing) -> bool:
        return standing.person_no in self.persons or read_name(standing.name).key in self.names


def find(
    frame: Frame,
    entries: Sequence[Entry],
    links: Sequence[Link],
    standings: Mapping[str, Standing],
) -> list[Finding]:
    """Return every finding about rows and persons, ordered by key."""
    seen, perhaps = gather(entries, links, frame.month.last), Perhaps.of(entries, links)
    found = [
        *_of_rows(frame, entries, links, standings),
        *_of_enrolment(frame, seen, standings, perhaps),
        *_of_flags(frame, seen, standings, perhaps),
    ]
    return sorted(found)


def _of_rows(
    frame: Frame,
    entries: Sequence[Entry],
    links: Sequence[Link],
    standings: Mapping[str, Standing],
) -> Iterable[Finding]:
    """One for each subject: of the class that stands first in the table."""
    table = frame.pack.tables["I"]
    held: dict[str, list[tuple[int, FindingClass, Entry, Link]]] = {}
    states = row_states(frame.pack, entries, links, standings)
    for entry, link, state in zip(entries, links, states, strict=True):
        outcome = table.outcome(state)
        if outcome.code:
            subject = link.person_no if link.tier == AUTO else entry.subject
            held.setdefault(subject, []).append(
                (table.classes.index(outcome), outcome, entry, link)
            )
    for subject, rows in held.items():
        first = min(order for order, *_ in rows)
        mine = [(outcome, entry, link) for order, outcome, entry, link in rows if order == first]
        outcome, entry, link = mine[0]
        facts = "；".join(said_of(one, its) for _outcome, one, its in mine)
        sources = tuple(sorted({one.source for _outcome, one, _link in mine}))
        standing = standings.get(link.person_no)
        yield Finding(
            key_of(outcome.code, subject, frame.month.year),
            outcome.code,
            subject,
            sources,
            facts,
            entry.town_shown or (standing.town_shown if standing else ""),
        )


def _of_enrolment(
    frame: Frame,
    seen: Mapping[str, Seen],
    standings: Mapping[str, Standing],
    perhaps: Perhaps,
) -> Iterable[Finding]:
    """A row at the desk that may mean the person stands beside what is found: it may be his
    payment, or his enrolment elsewhere. The finding stays; nobody is passed over for a likeness.
    """
    if not frame.known.enrolments:
        return
    table = frame.pack.tables["E"]
    for person_no, rows in seen.items():
        if rows.helped:
            standing = standings[person_no]
            state = enrolment_state(frame, rows, standing)
            outcome = table.outcome(state)
            more = _told_of_enrolment(frame, rows, state) if outcome.code else {}
            waits = perhaps.desk.get(person_no, ())
            yield from _finding(frame, outcome, rows, standing, state, more=more, waits=waits)


def _of_flags(
    frame: Frame,
    seen: Mapping[str, Seen],
    standings: Mapping[str, Standing],
    perhaps: Perhaps,
) -> Iterable[Finding]:
    table = frame.pack.tables["F"]
    nothing = Seen()
    for person_no, standing in standings.items():
        rows = seen.get(person_no, nothing)
        if rows.helped or rows.left or rows.deaths or standing.flags:
            more = person_no in perhaps.helped
            state = flag_state(frame, rows, standing, maybe=perhaps.means(standing), more=more)
            yield from _finding(frame, table.outcome(state), rows, standing, state)


def _finding(
    frame: Frame,
    outcome: FindingClass,
    rows: Seen,
    standing: Standing,
    state: State,
    *,
    more: Mapping[str, str] = MappingProxyType({}),
    waits: Sequence[str] = (),
) -> Iterable[Finding]:
    if not outcome.code:
        return
    entries = list(rows.entries())
    desk = (f"待核定：{place}可能就是此人，核定以后再看" for place in waits)
    said = (standing.name, *map(place_of, entries), shown_state(outcome, state), *desk)
    sources = tuple(sorted({entry.source for entry in entries}))
    town = standing.town_shown or next((e.town_shown for e in entries if e.town_shown), "")
    key = key_of(outcome.code, standing.person_no, frame.month.year)
    facts = "；".join(filter(None, said))
    told = tuple(sorted({**_told(rows), **more}.items()))
    yield Finding(key, outcome.code, standing.person_no, sources, facts, town, told)


def _told(rows: Seen) -> dict[str, str]:
    """Return what the rows say in the words of the register."""
    kinds = [kind for kind in IDENTITIES if any(e.category == kind for e in rows.helped)]
    since = [e.counts_from.day for e in rows.helped if e.counts_from is not None]
    left = [e.left_on.day for e in rows.left if e.left_on is not None]
    died = [e.died_on.day for e in rows.deaths if e.died_on is not None]
    first = min(since, default=None)
    # Added by a list of changes that goes on to write the day of his first recognition.
    back = [e.changed_on.day for e in rows.helped if e.change == ADDED and e.changed_on is not None]
    again = max(back, default=None)
    if first is None or again is None or again <= first:
        again = None
    found = {"since": first, "left_on": min(left, default=None)}
    days = {**found, "died_on": min(died, default=None), "back_on": again}
    return {
        **({"kind": kinds[0]} if kinds else {}),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
    }


def _told_of_enrolment(frame: Frame, rows: Seen, state: State) -> dict[str, str]:
    """Return from when to enrol, which category entitles, and when it was recognised.

    The day is the last that the row may mean: nobody is refunded on a day that is only likely.
    """
    month, entitled = frame.month, frame.pack.groups.get(state["group"], ())
    grounds = [kind for kind in entitled if any(e.category == kind for e in rows.helped)]
    dates = [
        entry.recognised_on
        for entry in rows.helped
        if entry.recognised_on is not None and entry.category in entitled
    ]
    begun = min((read.day for read in dates), default=None)
    fresh = state["fresh"] == "yes" and begun is not None and begun.year == month.year
    first = begun.replace(day=1) if fresh and begun is not None else month.first
    found = {"from": min(first, month.first).isoformat()}
    if grounds:
        found["ground"] = grounds[0]
    if dates:
        found["recognised_on"] = min(read.last for read in dates).isoformat()
    return found
