"""What the year of lists was drawn from, kept so that it can go on after it was broken off.

The year changes the register it was drawn from, so it cannot be drawn again half way: what was
drawn is kept as JSON, with the state of the chance at that point. Everything after it follows.
"""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tongchou.demo.parameters import SEED
from tongchou.demo.rosters.county import Registered
from tongchou.demo.rosters.posted_people import Posted, registered_people
from tongchou.demo.rosters.year import MONTHS, Member
from tongchou.platform import clock
from tongchou.platform.refusal import Refused

Keep = Callable[..., None]


def keep_nothing(**_state: Any) -> None:
    """For a year that is sent in one transaction: there is nothing to go on from."""


class Drawn(NamedTuple):
    """As in Posted; `chance` as it stood when all of it was drawn. `first`: the first month."""

    first: date
    county: Sequence[Registered]
    members: Sequence[Member]
    deaths: Mapping[int, date]
    planted: frozenset[str]
    chance: random.Random


def draw(untouched: set[str], billed: set[str]) -> Drawn:
    """Draw who is on the lists of the twelve months that end with this one."""
    now = clock.today().replace(day=1)
    at = now.year * 12 + now.month - MONTHS
    first = date(at // 12, at % 12 + 1, 1)
    chance = random.Random(SEED)
    posted = Posted(first, chance, untouched=untouched, billed=billed)
    planted = frozenset(posted.planted)
    return Drawn(first, posted.county, posted.members, posted.deaths, planted, chance)


def as_json(drawn: Drawn) -> dict[str, Any]:
    version, numbers, gauss = drawn.chance.getstate()
    return {
        "first": f"{drawn.first}",
        "county": _digest(drawn.county),
        "members": [_member(one) for one in drawn.members],
        "deaths": [[at, f"{day}"] for at, day in drawn.deaths.items()],
        "planted": sorted(drawn.planted),
        "chance": [version, list(numbers), gauss],
    }


def from_json(kept: Mapping[str, Any]) -> Drawn:
    """Return what was drawn. Raises Refused where the county has other people since."""
    county = [one for _person, one in registered_people()]
    if _digest(county) != kept["county"]:
        raise Refused(_("名单收到一半，参保登记里的人变了。请删去演示县的文件夹重建"))
    version, numbers, gauss = kept["chance"]
    chance = random.Random(SEED)
    chance.setstate((version, tuple(numbers), gauss))
    return Drawn(
        date.fromisoformat(kept["first"]),
        county,
        [_member_of(one) for one in kept["members"]],
        {at: date.fromisoformat(day) for at, day in kept["deaths"]},
        frozenset(kept["planted"]),
        chance,
    )


def _digest(county: Sequence[Registered]) -> str:
    return hashlib.sha256("\n".join(map(repr, county)).encode()).hexdigest()


def _member(one: Member) -> dict[str, Any]:
    told = {agency: [n, f"{day}"] for agency, (n, day) in one.told.items()}
    plain = {"recognised": f"{one.recognised}", "listed": sorted(one.listed), "told": told}
    # The order of an agency's reports is the order of its rows.
    return {**asdict(one), **plain}


def _member_of(kept: Mapping[str, Any]) -> Member:
    told = {agency: (n, date.fromisoformat(day)) for agency, (n, day) in kept["told"].items()}
    plain = {
        "recognised": date.fromisoformat(kept["recognised"]),
        "listed": frozenset(kept["listed"]),
        "told": told,
        "always": tuple(kept["always"]),
    }
    return Member(**{**kept, **plain})
