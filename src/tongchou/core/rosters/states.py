"""The states of a person or a row that the classes of findings are written in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tongchou.core.matching import AUTO, OK, Link
from tongchou.core.rosters.entries import UNNAMED, Entry
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.seen import Before, Seen, death_of, life_of
from tongchou.core.rosters.standings import EMPLOYEE, Known, Standing

State = dict[str, str]


@dataclass(frozen=True, slots=True)
class Month:
    """The month that a run is for. `incomplete`: helped sources whose list cannot clear anyone.

    `named`: the identities that its lists name; None where they do not say.
    """

    text: str
    first: date
    last: date
    incomplete: frozenset[str] = frozenset()
    named: frozenset[str] | None = None

    def could_name(self, identities: set[str]) -> bool:
        """Say whether who has one of these could stand on a list of the month."""
        if self.named is None:
            return True
        return bool(self.named) and ("" in identities or bool(identities & self.named))

    @property
    def year(self) -> int:
        return self.first.year


@dataclass(frozen=True, slots=True)
class Frame:
    """What all persons of a run are judged by."""

    pack: Pack
    month: Month
    known: Known = field(default_factory=Known)
    before: Before = field(default_factory=Before)


def running(seen: Seen, standing: Standing) -> bool:
    """Say whether enrolment or flag goes on after the month of the earliest death told."""
    death = death_of(seen)
    day = (death.earliest if death else None) or standing.died_on
    spells = [one for one in standing.insured if one.here]
    if day is None:
        return bool(spells or standing.flags)
    return any(s.runs_past(day) for s in spells) or any(f.runs_past(day) for f in standing.flags)


def enrolled_of(seen: Seen, standing: Standing, on: date) -> str:
    """Return where he is insured, by the register and the lists: in two of these, twice."""
    active = {_where(one.scheme, here=one.here) for one in standing.insured if one.on(on)}
    for entry in seen.others:
        holds = entry.sender.holds if entry.counts else ""
        if holds == "employees" and "left" not in entry.statuses:
            active.add("employee")
        elif holds == "elsewhere" and "left" not in entry.statuses:
            active.add("elsewhere")
    return "double" if len(active) > 1 else next(iter(active), "none")


def _where(scheme: str, *, here: bool) -> str:
    return "employee" if scheme == EMPLOYEE else "here" if here else "elsewhere"


def enrolment_state(frame: Frame, seen: Seen, standing: Standing) -> State:
    """Return the state of group E of a person on a helped list."""
    pack, month = frame.pack, frame.month
    kinds = {entry.category for entry in seen.helped}
    exempt = _yes(month.year in standing.exempt_years)
    return {
        "life": life_of(pack, seen, standing),
        "enrolled": enrolled_of(seen, standing, month.last),
        "absence": _absence(seen, standing),
        "paid": _yes(_paid(pack, seen, standing, month)),
        "exempt": exempt if frame.known.exemptions else "unknown",
        "refund": standing.refund,
        "group": next((g for g, ids in pack.groups.items() if kinds & set(ids)), "other"),
        "recognised": _recognised(pack, seen, month),
        "fresh": _yes(_fresh(frame, seen, standing)),
        "waiver": _yes(standing.waiver),
    }


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _absence(seen: Seen, standing: Standing) -> str:
    said = {status for entry in seen.entries() for status in entry.statuses}
    if any(entry.sender.holds == "absent" for entry in seen.others):
        said.add("no_need")
    told = next((one for one in ("no_need", "missing", "moved") if one in said), "none")
    return standing.absence if standing.absence != "none" else told


def _paid(pack: Pack, seen: Seen, standing: Standing, month: Month) -> bool:
    opens = pack.collection_opens(month.year)
    until = pack.collection_opens(month.year + 1)
    listed = [
        entry.paid_on.day if entry.paid_on else month.first
        for entry in seen.others
        if entry.sender.holds == "payments" and entry.counts and "left" not in entry.statuses
    ]
    return any(opens <= day < until for day in (*standing.payments, *listed))


def _recognised(pack: Pack, seen: Seen, month: Month) -> str:
    """Say on which side of the cut-off the first recognition lies, if its precision tells."""
    relief = set(pack.groups.get("relief", ()))
    dates = [
        entry.recognised_on
        for entry in seen.helped
        if entry.recognised_on is not None and entry.category in relief
    ]
    if not dates:
        return "unknown"
    cut = pack.cut_date(month.year)
    earliest = min(dates, key=lambda read: read.last)
    if earliest.last <= cut:
        return "by_cut"
    return "later" if min(read.day for read in dates) > cut else "unknown"


def _fresh(frame: Frame, seen: Seen, standing: Standing) -> bool:
    before = frame.before
    since = frame.month.last - timedelta(days=frame.pack.number("fresh_days"))
    dates = [entry.recognised_on for entry in seen.helped if entry.recognised_on is not None]
    if dates:
        return min(read.day for read in dates) > since
    born = [entry.who.born for entry in seen.helped if entry.who.born is not None]
    if born and min(read.day for read in born) > since:
        return True
    sources = {entry.source for entry in seen.helped}
    listed_before = [source for source in sources if source in before.members]
    return bool(listed_before) and not before.sources_of(standing.person_no)


def flag_state(
    frame: Frame, seen: Seen, standing: Standing, *, maybe: bool, more: bool = False
) -> State:
    """Return the state of group F. `maybe`: an unresolved row may mean the person; `more`: one
    of a helped list, in which he may stand under another identity."""
    kinds = {entry.category for entry in seen.helped}
    flags = {flag.identity for flag in standing.flags if flag.on(frame.month.last)}
    flag = _flag(kinds, flags) if frame.known.flags else "unknown"
    return {
        "life": life_of(frame.pack, seen, standing),
        "running": _yes(running(seen, standing)),
        "listed": _listed(frame, seen, standing, maybe),
        "flag": "unknown" if flag == "other" and more else flag,
        "place": _place(seen, standing),
    }


def _listed(frame: Frame, seen: Seen, standing: Standing, maybe: bool) -> str:
    if seen.helped:
        return "yes"
    if maybe:
        return "unknown"
    if seen.left:
        return "left"
    if frame.month.incomplete:
        return "unknown"
    if frame.before.sources_of(standing.person_no):
        return "left"
    named = frame.month.could_name({flag.identity for flag in standing.flags})
    return "no" if named else "unknown"


def _flag(kinds: set[str], flags: set[str]) -> str:
    if not flags:
        return "none"
    return "same" if not kinds or UNNAMED in kinds or "" in flags or kinds & flags else "other"


def _place(seen: Seen, standing: Standing) -> str:
    towns = {entry.who.town for entry in seen.helped if entry.who.town}
    if not towns or not standing.town:
        return "unknown"
    return "same" if standing.town in towns else "other"


def row_states(
    pack: Pack, entries: Sequence[Entry], links: Sequence[Link], standings: Mapping[str, Standing]
) -> list[State]:
    """Return the state of group I of each row."""
    times = Counter(
        (entry.source, link.person_no)
        for entry, link in zip(entries, links, strict=True)
        if link.tier == AUTO and entry.sender.holds == "helped"
    )
    across = _across(pack, entries, links)

    def listed(entry: Entry, link: Link) -> str:
        if link.tier != AUTO:
            return "once"
        twice = times[entry.source, link.person_no] > 1
        return "across" if link.person_no in across else "twice" if twice else "once"

    return [
        {
            "link": link.tier,
            "number": entry.who.id.kind,
            "owner": _owner(entry, link),
            "known_as": "former" if link.rule == "former_id_name" else "current",
            "by_name": _by_name(link),
            "records": "two" if _twin(link, standings) else "one",
            "listed": listed(entry, link),
        }
        for entry, link in zip(entries, links, strict=True)
    ]


def _owner(entry: Entry, link: Link) -> str:
    if entry.who.id.kind != OK:
        return "nobody"
    if link.tier == AUTO:
        return "same"
    return "other" if link.owned else "nobody"


def _by_name(link: Link) -> str:
    likely = len(link.likely)
    return "none" if not link.candidates else "one" if likely == 1 else "many"


def _twin(link: Link, standings: Mapping[str, Standing]) -> bool:
    standing = standings.get(link.person_no) if link.person_no else None
    return standing is not None and bool(standing.twin)


def _across(pack: Pack, entries: Sequence[Entry], links: Sequence[Link]) -> set[str]:
    """Return who stands in lists that exclude each other."""
    kinds: dict[str, set[str]] = {}
    for entry, link in zip(entries, links, strict=True):
        if link.tier == AUTO and entry.category and "left" not in entry.statuses:
            kinds.setdefault(link.person_no, set()).add(entry.category)
    return {
        person
        for person, held in kinds.items()
        if any(len(held & set(excluded)) > 1 for excluded in pack.exclusive)
    }
