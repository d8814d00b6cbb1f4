"""What later contexts show on the person's page, which people must not import.

A context registers in its `AppConfig.ready`:

    hooks.add_section(place="rail", order=10, render=year_so_far)   # (request, person) -> HTML
    hooks.add_marks(settled_between)                   # (person, first, last) -> list of Mark
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
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


Marks = Callable[[Person, date, date], list[Mark]]

_sections: list[tuple[Place, int, Render]] = []
_marks: list[Marks] = []


def add_section(*, place: Place, order: int, render: Render) -> None:
    """Show what `render` returns below the facts ("main") or at the right ("rail"), by order."""
    if (place, order, render) not in _sections:
        _sections.append((place, order, render))


def add_marks(provider: Marks) -> None:
    """Draw the provider's marks of a period (last day not included)."""
    if provider not in _marks:
        _marks.append(provider)


def sections(place: Place, request: HttpRequest, person: Person) -> list[str]:
    chosen = sorted((s for s in _sections if s[0] == place), key=lambda section: section[1])
    return [render(request, person) for _place, _order, render in chosen]


def marks(person: Person, first: date, last: date) -> list[Mark]:
    found = [mark for provider in _marks for mark in provider(person, first, last)]
    return sorted(found, key=lambda mark: mark.day)
