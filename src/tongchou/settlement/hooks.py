"""What later contexts know of a bill, which settlement must not import.

A context registers in its `AppConfig.ready`: hooks.add_recount(last_replay)  # bill -> Recounted
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tongchou.settlement.models import Settlement


@dataclass(frozen=True, slots=True)
class Recounted:
    """The bill was folded again with its whole year; `equal`: to the fen what was posted."""

    at: datetime
    equal: bool


Recount = Callable[[Settlement], Recounted | None]
_recounts: list[Recount] = []


def add_recount(provider: Recount) -> None:
    if provider not in _recounts:
        _recounts.append(provider)


def recounted(bill: Settlement) -> Recounted | None:
    """Return the last time that the bill was folded again, None before the first."""
    found = [one for provider in _recounts if (one := provider(bill)) is not None]
    return max(found, key=lambda one: one.at, default=None)
