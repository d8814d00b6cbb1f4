"""Who is helped, and what has become of him: the facts of the register and the truth about them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tongchou.demo.rosters import parameters as p

KINDS = {
    "民政": ("low_income", "low_income", "low_income", "destitute"),
    "扶贫": ("registered_poor", "registered_poor", "registered_poor", "relapse_risk"),
    "残联": ("disabled",),
}
WORDS = {
    "low_income": "低保",
    "destitute": "特困供养",
    "registered_poor": "建档立卡贫困户",
    "relapse_risk": "返贫监测户",
    "disabled": "重度残疾",
    "low_income_edge": "低保边缘",
    "orphan": "孤儿",
}
# Who sends the members of a group.
SENDERS = {
    "low_income": "民政",
    "destitute": "民政",
    "low_income_edge": "民政",
    "orphan": "民政",
    "registered_poor": "扶贫",
    "relapse_risk": "扶贫",
    "disabled": "残联",
}


@dataclass(slots=True)
class Helped:
    """A helped person. `person`: place in the county; `findings`: what a run should find of him."""

    person: int
    source: str
    kind: str
    recognised: date
    story: str
    on_list: bool = True
    died_on: date | None = None
    told_by: tuple[str, ...] = ()  # who sends his death
    findings: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


def deceased(
    persons: int, taken: set[int], first: date, chance: random.Random
) -> dict[int, tuple[date, tuple[str, ...]]]:
    """Return who died and was not helped, when, and who says so; the register has ended them."""
    found: dict[int, tuple[date, tuple[str, ...]]] = {}
    for person in chance.sample(range(persons), int(persons * p.ON_LISTS["公安"])):
        if person not in taken:
            told = ("公安", "殡仪馆") if chance.random() < p.CREMATED else ("公安",)
            found[person] = (first - timedelta(days=chance.randrange(1, 60)), told)
    return found


def choose(persons: int, year: int, chance: random.Random) -> Iterator[Helped]:
    """Return the helped, each on one list, with their stories."""
    wanted = {source: int(persons * p.ON_LISTS[source]) for source in KINDS}
    picked = chance.sample(range(persons), sum(wanted.values()))
    for source, many in wanted.items():
        for _ in range(many):
            kind = chance.choice(KINDS[source])
            yield _helped(picked.pop(), source, kind, year, chance)


def _helped(person: int, source: str, kind: str, year: int, chance: random.Random) -> Helped:
    recognised = date(year - 1, 1, 1) - timedelta(days=chance.randrange(2000))
    helped = Helped(person, source, kind, recognised, _story(chance))
    helped.facts = {
        "scheme": "resident",
        "enrolled_from": f"{year}-01-01",
        "enrolled_to": f"{year}-12-31",
        "exempt_year": str(year),
        "flag": WORDS[kind],
        "flag_from": f"{recognised}",
        "place": "本县",
    }
    _STORIES[helped.story](helped, year, chance)
    return helped


def _story(chance: random.Random) -> str:
    at = chance.random()
    for name, rate in (*p.STORIES.items(), ("left", p.FLAG_WITHOUT_LIST)):
        at -= rate
        if at < 0:
            return name
    return "in_order"


def _change(helped: Helped, findings: tuple[str, ...], facts: Mapping[str, str]) -> None:
    helped.findings, helped.facts = findings, {**helped.facts, **facts}


def _uninsured(helped: Helped, _year: int, _chance: random.Random) -> None:
    nothing = {"scheme": "", "enrolled_from": "", "enrolled_to": "", "exempt_year": "", "place": ""}
    _change(helped, ("E1",), nothing)


def _paid_himself(helped: Helped, year: int, chance: random.Random) -> None:
    paid = {"paid_on": f"{year - 1}-11-{chance.randrange(1, 29):02d}", "exempt_year": ""}
    refunded = {"registered_poor": ("E2a",), "relapse_risk": ("E2a",), "disabled": ()}
    _change(helped, refunded.get(helped.kind, ("E2b",)), paid)


def _elsewhere(helped: Helped, _year: int, _chance: random.Random) -> None:
    _change(helped, ("E4",), {"place": "外省"})


def _employee(helped: Helped, _year: int, _chance: random.Random) -> None:
    _change(helped, ("E5",), {"scheme": "employee"})


def _not_exempt(helped: Helped, _year: int, _chance: random.Random) -> None:
    _change(helped, () if helped.kind == "disabled" else ("E3",), {"exempt_year": ""})


def _not_flagged(helped: Helped, _year: int, _chance: random.Random) -> None:
    _change(helped, ("F4",), {"flag": "", "flag_from": ""})


def _other_flag(helped: Helped, _year: int, _chance: random.Random) -> None:
    _change(
        helped,
        ("F6",),
        {"flag": WORDS["low_income" if helped.kind != "low_income" else "destitute"]},
    )


def _dies(helped: Helped, year: int, chance: random.Random) -> None:
    helped.died_on = date(year, 4, 1) + timedelta(days=chance.randrange(28))
    helped.told_by = ("公安", "殡仪馆")
    helped.findings = ("F1",)


def _dies_once(helped: Helped, year: int, chance: random.Random) -> None:
    _dies(helped, year, chance)
    helped.told_by = (chance.choice(helped.told_by),)
    helped.findings = ("F2",)


def _left(helped: Helped, _year: int, _chance: random.Random) -> None:
    helped.on_list = False
    helped.findings = ("F5",)


_STORIES = {
    "in_order": lambda _helped, _year, _chance: None,
    "uninsured": _uninsured,
    "paid_himself": _paid_himself,
    "elsewhere": _elsewhere,
    "employee": _employee,
    "not_exempt": _not_exempt,
    "not_flagged": _not_flagged,
    "other_flag": _other_flag,
    "dead": _dies,
    "dead_once": _dies_once,
    "left": _left,
}
