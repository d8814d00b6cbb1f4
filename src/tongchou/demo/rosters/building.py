"""A folder for `tongchou reconcile`: the register, six lists for each month, and the truth."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from tongchou.core.identity import check_character
from tongchou.demo.rosters import parameters as p
from tongchou.demo.rosters.county import Registered, invent
from tongchou.demo.rosters.dirt import Clerk
from tongchou.demo.rosters.files import Sent, write_list
from tongchou.demo.rosters.helped import WORDS, Helped, choose, deceased

_OTHER_AREA = "371121"
_REGISTER = (
    "person_no", "id_no", "name", "sex", "birth", "town", "village", "head_name", "scheme",
    "enrolled_from", "enrolled_to", "paid_on", "exempt_year", "flag", "flag_from", "flag_to",
    "place",
)  # fmt: skip


class Built(NamedTuple):
    """`persons`: registered; `rows`: in all lists of the month; `linkable`: of them."""

    folder: Path
    persons: int
    rows: int
    linkable: int


def build(folder: Path, persons: int, month: str, *, seed: int, dirt: int = 1) -> Built:
    """Write a month into a folder: registry.csv, lists/, truth_links.csv, truth_findings.csv."""
    chance = random.Random(seed)
    year = int(month[:4])
    county = invent(persons, chance)
    helped = list(choose(persons, year, chance))
    lists = folder / "lists" / month
    lists.mkdir(parents=True, exist_ok=True)
    first = date.fromisoformat(f"{month}-01")
    dead = deceased(persons, {one.person for one in helped}, first, chance)
    clerk = Clerk(chance, dirt, sorted({one.town for one in county}))
    office = _Office(county, helped, dead, clerk, chance, first)
    _write_register(folder / "registry.csv", office, year)
    truth: list[tuple[str, str, str, int, str]] = []
    for source in p.ON_LISTS:
        rows = _rows(office, source)
        chance.shuffle(rows)
        path = lists / f"{source}.xlsx"
        for sheet, row, person in write_list(path, source, rows, WORDS):
            number = county[person].person_no if person >= 0 else ""
            truth.append((source, path.name, sheet, row, number))
    _write_csv(folder / "truth_links.csv", ("source", "file", "sheet", "row", "person_no"), truth)
    _write_csv(folder / "truth_findings.csv", ("person_no", "class"), list(_findings(office)))
    return Built(folder, persons, len(truth), sum(bool(row[-1]) for row in truth))


def _findings(office: _Office) -> Iterator[tuple[str, str]]:
    for one in office.helped:
        number = office.county[one.person].person_no
        yield from ((number, code) for code in one.findings)
        flags = any(code.startswith("F") for code in one.findings)
        if one.person in office.misplaced and one.on_list and not flags:
            yield number, "F8"


@dataclass(frozen=True, slots=True)
class _Office:
    """What the lists of a month are written from."""

    county: Sequence[Registered]
    helped: Sequence[Helped]
    dead: Mapping[int, tuple[date, tuple[str, ...]]]
    clerk: Clerk
    chance: random.Random
    first: date
    misplaced: set[int] = field(default_factory=set)  # whose row names another town


def _rows(office: _Office, source: str) -> list[Sent]:
    chance, county, clerk = office.chance, office.county, office.clerk
    rows = []
    for at, kind, on in _persons(office, source):
        degree = f"{chance.choice('123456')}{chance.choice('12')}" if source == "残联" else ""
        written = clerk.write(county[at], _household(county, at), degree)
        rows.append(Sent(at, written, kind, on))
        if written.town != county[at].town:
            office.misplaced.add(at)
    kinds = [one.kind for one in office.helped if one.source == source] or [""]
    for stranger in _strangers(office, int(len(rows) * p.UNKNOWN_PERSON)):
        written = clerk.write(stranger, (stranger,), "12" if source == "残联" else "")
        rows.append(Sent(-1, written, chance.choice(kinds), office.first - timedelta(days=400)))
    return rows


def _strangers(office: _Office, many: int) -> Iterator[Registered]:
    """Yield persons of our towns who are nobody in the register, with numbers of another county."""
    others = invent(many * 3 + 10, random.Random(office.chance.random()))
    for stranger in others[::3][:many]:
        here = office.county[office.chance.randrange(len(office.county))]
        first17 = _OTHER_AREA + stranger.id_no[6:17]
        yield stranger._replace(
            id_no=first17 + check_character(first17),
            town=here.town,
            village=here.village,
            former="",
        )


def _persons(office: _Office, source: str) -> Iterator[tuple[int, str, date | None]]:
    """Yield (person, kind, day) of who stands on a list."""
    mine = [one for one in office.helped if one.source == source and one.on_list]
    if mine:
        yield from ((one.person, one.kind, one.recognised) for one in mine)
        return
    if source != "省平台":
        yield from ((one.person, "", one.died_on) for one in office.helped if source in one.told_by)
        yield from ((at, "", day) for at, (day, told) in office.dead.items() if source in told)
        return
    yield from ((one.person, "", None) for one in office.helped if one.story == "elsewhere")
    others = {one.person for one in office.helped} | set(office.dead)
    many = int(len(office.county) * p.ON_LISTS[source])
    for at in office.chance.sample(range(len(office.county)), many):
        if at not in others:
            yield at, "", None


def _household(county: Sequence[Registered], at: int) -> list[Registered]:
    one = county[at]
    return [
        other
        for other in county[max(0, at - 6) : at + 7]
        if (other.town, other.village, other.head) == (one.town, one.village, one.head)
    ]


def _write_register(path: Path, office: _Office, year: int) -> None:
    facts = {one.person: one.facts for one in office.helped}
    common = {
        "scheme": "resident",
        "enrolled_from": f"{year}-01-01",
        "enrolled_to": f"{year}-12-31",
        "paid_on": f"{year - 1}-11-20",
        "place": "本县",
    }
    for at, (day, _told) in office.dead.items():
        facts[at] = {**common, "enrolled_to": f"{day}"}

    def rows() -> Iterator[Sequence[str]]:
        for at, one in enumerate(office.county):
            told = facts.get(at, common)
            who = (one.person_no, one.id_no, one.name, one.sex, f"{one.birth}")
            where = (one.town, one.village, one.head)
            yield (*who, *where, *(told.get(name, "") for name in _REGISTER[8:]))

    path.parent.mkdir(parents=True, exist_ok=True)
    _write_csv(path, _REGISTER, rows())


def _write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
