"""What a month's lists say of each person who was found in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tongchou.core.matching import AUTO, DayRead, Link
from tongchou.core.rosters.entries import Entry
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.standings import Standing

ALIVE, DOUBTFUL, DEAD = "alive", "doubtful", "dead"


@dataclass(slots=True)
class Seen:
    """The rows of one person by what they say of him."""

    helped: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    deaths: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)

    def entries(self) -> Iterable[Entry]:
        yield from self.helped
        yield from self.left
        yield from self.deaths
        yield from self.others


@dataclass(frozen=True, slots=True)
class Before:
    """What the last month's lists said. `members`: source -> persons; empty if none was run."""

    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def sources_of(self, person_no: str) -> set[str]:
        return {source for source, persons in self.members.items() if person_no in persons}


class Death(NamedTuple):
    """What the lists say of a death: of each agency that says it, when."""

    reports: tuple[tuple[str, DayRead | None], ...]

    @property
    def days(self) -> list[DayRead]:
        return [read for _agency, read in self.reports if read is not None]

    @property
    def earliest(self) -> date | None:
        """The last day that the earliest report may mean."""
        return min((read.last for read in self.days), default=None)

    @property
    def days_apart(self) -> int:
        days = self.days
        return (max(r.day for r in days) - min(r.last for r in days)).days if days else 0


def gather(entries: Sequence[Entry], links: Sequence[Link], on: date) -> dict[str, Seen]:
    """Return what is said of each person who was found without a doubt."""
    found: dict[str, Seen] = {}
    for entry, link in zip(entries, links, strict=True):
        if link.tier == AUTO:
            seen = found.setdefault(link.person_no, Seen())
            _kind_of(entry, seen, on).append(entry)
    return found


def _kind_of(entry: Entry, seen: Seen, on: date) -> list[Entry]:
    dead = entry.died_on is not None or "dead" in entry.statuses
    if dead or (entry.sender.holds == "deaths" and not entry.statuses):
        return seen.deaths
    if entry.sender.holds != "helped":
        return seen.others
    gone = "left" in entry.statuses or (entry.left_on is not None and entry.left_on.day <= on)
    return seen.left if gone or not entry.category else seen.helped


def death_of(seen: Seen) -> Death | None:
    reports: dict[str, DayRead | None] = {}
    for entry in seen.deaths:
        agency = entry.sender.agency
        reports[agency] = reports.get(agency) or entry.died_on
    return Death(tuple(sorted(reports.items()))) if reports else None


def life_of(pack: Pack, seen: Seen, standing: Standing) -> str:
    """Return alive, dead where enough agencies agree on about when, doubtful otherwise."""
    death = death_of(seen)
    if death is None:
        return DEAD if standing.died_on else ALIVE
    days = death.days
    if standing.last_bill is not None and days and standing.last_bill > max(r.last for r in days):
        return DOUBTFUL
    if {e.sender.agency for e in seen.helped} & {agency for agency, _ in death.reports}:
        return DOUBTFUL  # the same sender has him alive and dead
    alone = pack.says("police_suffices") and any(a == "police" for a, _ in death.reports)
    enough = len(death.reports) >= pack.number("death_sources") or alone
    agreed = bool(days) and death.days_apart <= pack.number("death_days_apart")
    return DEAD if enough and agreed else DOUBTFUL
