"""Building the city-year: a range of persons at a time, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from tongchou.core.policy import Plan, PlanBook, shipped_documents
from tongchou.core.simulation import decile_of
from tongchou.demo.cityyear import parameters as p
from tongchou.demo.cityyear import registers, tables
from tongchou.demo.cityyear.bills import bills_of
from tongchou.demo.cityyear.people import People, people_of
from tongchou.demo.cityyear.places import Places, places_of
from tongchou.demo.cityyear.settling import Kinds, kinds_of, plan_of_year, settle
from tongchou.demo.cityyear.tables import Years
from tongchou.demo.parameters import AREA
from tongchou.lake.manifest import (
    NAME,
    File,
    Manifest,
    NoLake,
    Partition,
    read_manifest,
    write_manifest,
)
from tongchou.lake.schema import (
    BILLS,
    CELLS,
    FENS,
    GROUPS,
    KINDS,
    LINES,
    OF_YEAR,
    SETTLEMENTS,
    YEARS,
    Table,
)
from tongchou.lake.writing import remove_unnamed, write_file

SCHEMES = ("resident", "employee")
SOURCE = "generated"
PERSONS = 20_000  # in a file, as in an export
_MARK = "writing"  # there while a year is being written; a later run clears what is left then

Say = Callable[[int, int], None]  # persons done, of how many


class Refused(Exception):
    """The place holds something that must not be touched; str() says what, with the remedy."""


class Built(NamedTuple):
    """`already`: the year was there, made from the same numbers; nothing was done."""

    persons: int
    bills: int
    fund_total: int
    already: bool


class _Range(NamedTuple):
    """What was written of one range in one scheme."""

    lowest: int
    files: dict[Table, File]
    years: Years


def build(
    root: Path, scale: int, year: int, *, say: Say = lambda _done, _whole: None, at: str = ""
) -> Built:
    """Add the year of a city of `scale` persons to the generated lake at `root`.

    `at`: when, for the manifest. Until the end nothing names what is written. Raises Refused,
    NoPlanInForce, ValueError, LakeDamaged, OSError.
    """
    before = _manifest(root)
    reference = _reference(root, before, scale, year)
    if (AREA, year, SCHEMES[0]) in before.partitions:
        return _built(before, scale, year, already=True)
    _take(root)
    shelf = [pair for pair in shipped_documents() if pair[0].area == AREA]
    book = PlanBook(plan for plan, _text in shelf)
    plans = [plan_of_year(book, scheme, year) for scheme in SCHEMES]
    city = _City(root, scale, year, reference, plans)
    try:
        made = city.make(say)
        held = sorted({year, *(key[1] for key in before.partitions if key[1])})
        made.append(city.area(shelf, held))
        now = Manifest(at, {**before.partitions, **{one.key: one for one in made}})
        write_manifest(root, now)
    finally:
        remove_unnamed(root, _manifest(root))
        (root / _MARK).unlink(missing_ok=True)
    return _built(now, scale, year, already=False)


def _take(root: Path) -> None:
    """Mark the folder as ours to write in, and to clear of what nothing names."""
    root.mkdir(parents=True, exist_ok=True)
    ours = any((root / name).exists() for name in (_MARK, NAME))
    if not ours and any(root.iterdir()):
        raise Refused(f"{root} 里有别的文件，请换一个空文件夹（--dir）")
    (root / _MARK).touch()


def _manifest(root: Path) -> Manifest:
    try:
        return read_manifest(root)
    except NoLake:
        return Manifest("", {})


def _reference(root: Path, before: Manifest, scale: int, year: int) -> int:
    """Return the year in which the people are as old as invented: the lake's first."""
    for partition in before.partitions.values():
        if partition.source != SOURCE:
            raise Refused(f"{root} 里是账的副本，不能放虚构的数据，请换一个文件夹（--dir）")
    made = before.partitions.get((AREA, 0, ""))
    if made is None:
        return year
    proof = made.proof
    if (proof.get("recipe"), proof.get("scale")) != (p.RECIPE, scale):
        raise Refused(
            f"{root} 里已有 {proof.get('scale'):,} 人的城市，请用 --scale {proof.get('scale')}，"
            "或换一个文件夹（--dir）"
        )
    return int(proof["reference"])


def _built(manifest: Manifest, scale: int, year: int, *, already: bool) -> Built:
    parts = [manifest.partitions[AREA, year, scheme] for scheme in SCHEMES]
    return Built(
        scale,
        sum(one.rows(BILLS.name) for one in parts),
        sum(one.sums(SETTLEMENTS.name)["fund_total"] for one in parts),
        already,
    )


class _City:
    def __init__(
        self, root: Path, scale: int, year: int, reference: int, plans: Sequence[Plan]
    ) -> None:
        self.root, self.scale, self.year, self.reference = root, scale, year, reference
        self.places: Places = places_of(scale)
        self.kinds: list[Kinds] = [kinds_of(plan) for plan in plans]

    @property
    def proof(self) -> dict[str, Any]:
        return {
            "recipe": p.RECIPE, "seed": p.SEED, "scale": self.scale, "reference": self.reference,
        }  # fmt: skip

    def where(self, kinds: Kinds) -> str:
        return f"{AREA}/{self.year}/{kinds.plan.scheme}"

    def ranges(self) -> list[range]:
        """Persons are numbered from 1, and files begin at multiples, as in an export."""
        starts = range(0, self.scale + 1, PERSONS)
        return [range(max(at, 1), min(at + PERSONS, self.scale + 1)) for at in starts]

    def everybody(self) -> Iterator[People]:
        return (people_of(some, self.reference, self.places) for some in self.ranges())

    def make(self, say: Say) -> list[Partition]:
        """Write the bills of all ranges, and then the person-years, whose tenths are of all."""
        done = 0
        made: list[list[_Range]] = [[] for _ in self.kinds]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            try:
                for some, found in zip(
                    self.ranges(), pool.map(self._range, self.ranges()), strict=True
                ):
                    for of_scheme, one in zip(made, found, strict=True):
                        of_scheme.append(one)
                    done += len(some)
                    say(done, self.scale)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [self._partition(*pair) for pair in zip(self.kinds, made, strict=True)]

    def _range(self, persons: range) -> list[_Range]:
        people = people_of(persons, self.reference, self.places)
        bills = bills_of(people, self.year, self.places)
        found = []
        lowest = persons.start // PERSONS * PERSONS
        for kinds in self.kinds:
            settled = settle(kinds, people, bills)
            rows = tables.rows_of(people, settled.bills)
            whole = {
                SETTLEMENTS: tables.settlements(people, settled, rows, kinds, self.places),
                BILLS: tables.bills(people, settled, rows),
            }
            files = {table: self._write(kinds, table, one, lowest) for table, one in whole.items()}
            found.append(_Range(lowest, files, tables.years(people, settled, self.year)))
        return found

    def _write(self, kinds: Kinds, table: Table, rows: pa.Table, lowest: int = 0) -> File:
        highest = lowest + PERSONS if table in {SETTLEMENTS, BILLS, YEARS} else 0
        where = self.where(kinds)
        return write_file(self.root, table, where, [rows], lowest=lowest, highest=highest)

    def _partition(self, kinds: Kinds, ranges: list[_Range]) -> Partition:
        tenths = decile_of(np.concatenate([one.years.total for one in ranges]))
        files: dict[str, list[File]] = {table.name: [] for table in OF_YEAR}
        at = 0
        for one in ranges:
            of = one.years
            tenth = tenths[at : at + len(of.person)]
            at += len(tenth)
            nothing = pa.array([[]] * len(of.person), FENS)
            rows = pa.table({**of._asdict(), "group": of.group + tenth, "opening": nothing})
            files[YEARS.name].append(self._write(kinds, YEARS, rows, one.lowest))
            for table, file in one.files.items():
                files[table.name].append(file)
        small = {
            KINDS: pa.Table.from_pylist(kinds.rows, schema=KINDS.schema),
            CELLS: tables.cells(self.places),
            GROUPS: tables.groups(self.places),
        }
        for table, rows in small.items():
            files[table.name].append(self._write(kinds, table, rows))
        assert not files[LINES.name], "the city has no fee lines"
        return Partition(AREA, self.year, kinds.plan.scheme, SOURCE, files, self.proof)

    def area(self, shelf: Sequence[tuple[Plan, str]], years: Sequence[int]) -> Partition:
        found = {
            table.name: [write_file(self.root, table, AREA, rows)]
            for table, rows in registers.tables(
                self.everybody, self.places, shelf, years
            ).items()
        }  # fmt: skip
        return Partition(AREA, 0, "", SOURCE, found, self.proof)
