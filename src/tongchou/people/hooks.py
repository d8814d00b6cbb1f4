"""What later contexts show on the person's page, which people must not import.

A context registers in its `AppConfig.ready`:

    hooks.add_section(place="rail", order=10, render=year_so_far)   # (request, person) -> HTML
    hooks.add_marks(settled_between)                   # (person, first, last) -> list of Mark
    hooks.add_lane(cases_of)                           # (person, first, last) -> list of Lane
    hooks.add_years(years_of)                          # (person) -> list of Year
    hooks.add_obstacle(counted_twice)                  # (keep, gone) -> list of reasons
    hooks.add_left(bills_since)                        # (keep, moment) -> list of words
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest

from tongchou.people.models import Person

Place = Literal["main", "rail"]
Render = Callable[[HttpRequest, Person], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """Money on a day, for the last lane of the timeline; `url` opens the document."""

    day: date
    fen: int
    url: str


@dataclass(frozen=True, slots=True)
class Span:
    """A fact of a later context over [start, end), with when it became known and from what."""

    start: date
    end: date | None
    text: str
    known_on: date
    source: str
    url: str = ""
    struck_on: date | None = None
    struck_reason: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the timeline below those of people; `name`: letters, for addresses in the page."""

    name: str
    label: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Year:
    """An insurance year of a person in one scheme: bills that stand, and their sums in fen."""

    scheme: str  # in words
    year: int
    bills: int
    total: int
    fund: int


Marks = Callable[[Person, date, date], list[Mark]]
Lanes = Callable[[Person, date, date], list[Lane]]
Years = Callable[[Person], list[Year]]
Obstacle = Callable[[Person, Person], list[str]]
Left = Callable[[Person, datetime], list[str]]

_sections: list[tuple[Place, int, Render]] = []
_marks: list[Marks] = []
_lanes: list[Lanes] = []
_years: list[Years] = []
_obstacles: list[Obstacle] = []
_left: list[Left] = []


def add_section(*, place: Place, order: int, render: Render) -> None:
    """Show what `render` returns below the facts ("main") or at the right ("rail"), by order."""
    if (place, order, render) not in _sections:
        _sections.append((place, order, render))


def add_marks(provider: Marks) -> None:
    """Draw the provider's marks of a period (last day not included)."""
    if provider not in _marks:
        _marks.append(provider)


def add_lane(provider: Lanes) -> None:
    """Draw and list the provider's facts that touch a period (last day not included)."""
    if provider not in _lanes:
        _lanes.append(provider)


def add_years(provider: Years) -> None:
    """Show the provider's years beside a merge of two records."""
    if provider not in _years:
        _years.append(provider)


def add_obstacle(provider: Obstacle) -> None:
    """Ask the provider why two records (that stays, that goes) cannot be one, with the remedy."""
    if provider not in _obstacles:
        _obstacles.append(provider)


def add_left(provider: Left) -> None:
    """Ask the provider what has come to a record since a merge and stays when that is undone."""
    if provider not in _left:
        _left.append(provider)


def sections(place: Place, request: HttpRequest, person: Person) -> list[str]:
    chosen = sorted((s for s in _sections if s[0] == place), key=lambda section: section[1])
    return [render(request, person) for _place, _order, render in chosen]


def marks(person: Person, first: date, last: date) -> list[Mark]:
    found = [mark for provider in _marks for mark in provider(person, first, last)]
    return sorted(found, key=lambda mark: mark.day)


def lanes(person: Person, first: date, last: date) -> list[Lane]:
    found = [lane for provider in _lanes for lane in provider(person, first, last)]
    return [lane for lane in found if lane.spans]


def years(person: Person) -> list[Year]:
    found = [year for provider in _years for year in provider(person)]
    return sorted(found, key=lambda one: (-one.year, one.scheme))


def merge_obstacles(keep: Person, gone: Person) -> list[str]:
    return [reason for provider in _obstacles for reason in provider(keep, gone)]


def left_since(person: Person, since: datetime | None) -> list[str]:
    if since is None:
        return []
    return [words for provider in _left for words in provider(person, since)]
