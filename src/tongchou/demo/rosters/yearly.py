"""The year of lists as a folder for `tongchou reconcile`, with the truth of every month.

registry.csv; lists/<month>/ as it was when the month was run; late/<month>/ what came afterwards;
truth.csv (month, person_no, class); truth_links.csv (month, source, file, sheet, row, person_no).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from tongchou.demo.rosters import parameters as p
from tongchou.demo.rosters.county import Registered, invent
from tongchou.demo.rosters.files import FORMS, write_list
from tongchou.demo.rosters.helped import KINDS, WORDS
from tongchou.demo.rosters.stories import Pools, plant
from tongchou.demo.rosters.year import MONTHS, File, Year

HEADINGS = (
    "person_no", "id_no", "name", "sex", "birth", "town", "village", "head_name", "scheme",
    "enrolled_from", "enrolled_to", "paid_on", "exempt_year", "flag", "flag_from", "flag_to",
    "place",
)  # fmt: skip
_UNINSURED, _ELSEWHERE, _PLAIN = 0.0006, 0.0002, 0.01  # of the registered, for the stories


class Wrote(NamedTuple):
    """`months`: YYYY-MM in order; `rows`: in all lists."""

    folder: Path
    persons: int
    months: tuple[str, ...]
    rows: int


def build_year(folder: Path, persons: int, year: int, *, seed: int, dirt: int = 1) -> Wrote:
    """Write the twelve months of a year. Raises OSError."""
    chance = random.Random(seed)
    county = invent(persons, chance)
    first = date(year, 1, 1)
    pools = _pools(persons, year, chance)
    facts = dict(_facts(pools, year))
    months = [date(year, n, 1) for n in range(1, MONTHS + 1)]
    scene = Year(county, plant(pools, months, chance), first, chance, dirt=dirt)
    folder.mkdir(parents=True, exist_ok=True)
    _write_register(folder / "registry.csv", county, facts, year)
    links, found, rows = [], [], 0
    for n, month in enumerate(months, 1):
        for file in scene.files(n):
            wrote = list(write_file(folder, f"{month:%Y-%m}", file))
            rows += len(wrote)
            if not file.late:
                links += [
                    (f"{month:%Y-%m}", file.source, name_of(file), sheet, row,
                     county[at].person_no if at >= 0 else "")
                    for sheet, row, at in wrote
                ]  # fmt: skip
        found += sorted(
            (f"{month:%Y-%m}", county[at].person_no, code) for at, code in scene.truth(n)
        )
    _write(folder / "truth.csv", ("month", "person_no", "class"), found)
    heading = ("month", "source", "file", "sheet", "row", "person_no")
    _write(folder / "truth_links.csv", heading, links)
    return Wrote(folder, persons, tuple(f"{month:%Y-%m}" for month in months), rows)


def name_of(file: File) -> str:
    return (
        f"{file.source}.changes-{file.changes:02d}.xlsx" if file.changes else f"{file.source}.xlsx"
    )


def title_of(file: File) -> str:
    usual = FORMS[file.source].title or f"{file.source}名单"
    return f"{usual}（{file.month:%Y年%m月}{'变动' if file.changes else ''}）"


def write_file(folder: Path, month: str, file: File) -> Iterator[tuple[str, int, int]]:
    """Write a file where it belongs; yield (sheet, row, place in the county) of its entries."""
    place = folder / ("late" if file.late else "lists") / month
    place.mkdir(parents=True, exist_ok=True)
    yield from write_list(place / name_of(file), file.source, file.rows, WORDS, title_of(file))


def _pools(persons: int, year: int, chance: random.Random) -> Pools:
    wanted = {source: int(persons * p.ON_LISTS[source]) for source in KINDS}
    many = [int(persons * share) + 3 for share in (_PLAIN, _UNINSURED, _ELSEWHERE)]
    picked = chance.sample(range(persons), sum(wanted.values()) + sum(many))
    flagged = []
    for source, count in wanted.items():
        for _ in range(count):
            since = date(year - 1, 1, 1) - timedelta(days=chance.randrange(2000))
            flagged.append((picked.pop(), source, chance.choice(KINDS[source]), since))
    chance.shuffle(flagged)
    plain, uninsured, elsewhere = (
        picked[: many[0]], picked[many[0] : many[0] + many[1]], picked[many[0] + many[1] :],
    )  # fmt: skip
    return Pools(flagged, plain, uninsured, elsewhere)


def _facts(pools: Pools, year: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield what the register says of those on the lists, before anything is put right."""
    insured = {
        "scheme": "resident", "enrolled_from": f"{year}-01-01", "enrolled_to": f"{year}-12-31",
        "exempt_year": str(year), "place": "本县",
    }  # fmt: skip
    for at, _source, kind, since in pools.flagged:
        yield at, {**insured, "flag": WORDS[kind], "flag_from": f"{since}"}
    yield from ((at, insured) for at in pools.plain)
    yield from ((at, {}) for at in (*pools.uninsured, *pools.elsewhere))


def _write_register(
    path: Path, county: Sequence[Registered], facts: Mapping[int, Mapping[str, str]], year: int
) -> None:
    common = {
        "scheme": "resident", "enrolled_from": f"{year}-01-01", "enrolled_to": f"{year}-12-31",
        "paid_on": f"{year - 1}-11-20", "place": "本县",
    }  # fmt: skip

    def rows() -> Iterator[Sequence[str]]:
        for at, one in enumerate(county):
            told = facts.get(at, common)
            who = (one.person_no, one.id_no, one.name, one.sex, f"{one.birth}")
            where = (one.town, one.village, one.head)
            yield (*who, *where, *(told.get(name, "") for name in HEADINGS[8:]))

    _write(path, HEADINGS, rows())


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)


class MonthScore(NamedTuple):
    """Of one month: links that are wrong, classes of persons missed and counted too many."""

    month: str
    links: int
    wrong: int
    wanted: int
    missed: frozenset[tuple[str, str]]
    too_many: frozenset[tuple[str, str]]


def score_year(folder: Path, months: Sequence[str]) -> Iterator[MonthScore]:
    """Compare `out/` of each month with the truth beside it."""
    meant: dict[str, dict[tuple[str, ...], str]] = {}
    for month, *place, person in _rows(folder / "truth_links.csv"):
        meant.setdefault(month, {})[tuple(place)] = person
    wanted: dict[str, set[tuple[str, str]]] = {}
    for month, person, code in _rows(folder / "truth.csv"):
        wanted.setdefault(month, set()).add((person, code))
    for month in months:
        out = folder / "out" / month
        auto = [row for row in _rows(out / "links.csv") if row[5] == "auto"]
        wrong = sum(meant[month][tuple(row[:4])] != row[4] for row in auto)
        found = {
            (row[2], row[1]) for row in _rows(out / "findings.csv") if row[1][0] in "EF"
        }  # fmt: skip
        want = wanted.get(month, set())
        yield MonthScore(
            month, len(auto), wrong, len(want), frozenset(want - found), frozenset(found - want)
        )


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
