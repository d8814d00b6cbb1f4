"""From the books to the lake: what has changed since the last export, proved against the ledger.

A year is cut into ranges of persons. A range whose settlements are those of the files that are
there is not read again, also when those files come from an export that was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.core.policy import TIERS
from tongchou.core.simulation import DECILES, decile_of
from tongchou.lake import ledger
from tongchou.lake.coding import Numbers, bills_of, years_of
from tongchou.lake.manifest import (
    File,
    Manifest,
    NoLake,
    Partition,
    read_manifest,
    write_manifest,
)
from tongchou.lake.reading import read_columns
from tongchou.lake.resuming import Known, Pending
from tongchou.lake.schema import (
    BILLS,
    CELLS,
    FENS,
    GROUPS,
    KINDS,
    LINES,
    MOVEMENTS,
    OF_AREA,
    SETTLEMENTS,
    YEARS,
    Table,
    age_band,
)
from tongchou.lake.writing import remove_unnamed, write_file
from tongchou.platform import clock
from tongchou.platform.db.snapshot import Snapshot, snapshot

PERSONS = 20_000  # in a file
_BY_RANGE = (SETTLEMENTS, BILLS, LINES)

Say = Callable[[str], None]


class CopyDiffers(Exception):
    """The copy is not what the ledger says; str() says where. The lake stays as it was."""


@dataclass(frozen=True, slots=True)
class Exported:
    """How many settlements there are, and how many ranges were read and how many reused."""

    settlements: int
    read: int
    reused: int


def export(root: Path, area: str, *, say: Say = lambda _words: None) -> Exported:
    """Bring the lake up to the ledger as it is now. Raises CopyDiffers, LakeDamaged, OSError.

    Until the end the lake stays as it was.
    """
    root.mkdir(parents=True, exist_ok=True)
    before = _manifest(root)
    pending = Pending.load(root)
    made: list[Partition] = []
    read = reused = 0
    with snapshot() as db:
        for year, scheme in ledger.years_of(db, area):
            old = before.partitions.get((area, year, scheme))
            maker = _Year(root, db, (area, year, scheme), old, pending)
            made.append(maker.make(say))
            read, reused = read + maker.read, reused + maker.reused
        made.append(_area(root, db, area))
    others = {key: one for key, one in before.partitions.items() if key[0] != area}
    at = clock.now().isoformat(timespec="seconds")
    now = Manifest(at, {**others, **{one.key: one for one in made}})
    write_manifest(root, now)
    pending.clear()
    remove_unnamed(root, before, now)
    return Exported(sum(one.rows(SETTLEMENTS.name) for one in made), read, reused)


def _manifest(root: Path) -> Manifest:
    try:
        return read_manifest(root)
    except NoLake:
        return Manifest("", {})


def _area(root: Path, db: Snapshot, area: str) -> Partition:
    tables = {
        table.name: [write_file(root, table, area, ledger.of_area(db, area, table))]
        for table in OF_AREA
    }
    _prove_books(root, db, area, tables[MOVEMENTS.name])
    return Partition(area, 0, "", "ledger", tables)


def _prove_books(root: Path, db: Snapshot, area: str, files: list[File]) -> None:
    """Raise CopyDiffers where the movements of an account are not its balance."""
    copied: dict[tuple[str, str], int] = {}
    for file in files:
        rows = read_columns(root, file, ("fund", "account", "amount")).to_pylist()
        for row in rows:
            key = row["fund"], row["account"]
            copied[key] = copied.get(key, 0) + row["amount"]
    copied = {key: fen for key, fen in copied.items() if fen}
    books = ledger.balances(db, area)
    for key in sorted({*copied, *books}):
        if copied.get(key, 0) != books.get(key, 0):
            what, ours, said = "/".join(key), copied.get(key, 0), books.get(key, 0)
            raise CopyDiffers(f"{area} {what}: 副本是 {ours}，账上是 {said}")


class _Year:
    """The export of one partition."""

    def __init__(
        self,
        root: Path,
        db: Snapshot,
        key: tuple[str, int, str],
        old: Partition | None,
        pending: Pending,
    ) -> None:
        self.root, self.db, self.key, self.pending = root, db, key, pending
        self.where = "{}/{}/{}".format(*key)
        self.known = Known.of(root, old)
        if (unfinished := pending.of(self.where)) is not None:
            self.known = unfinished.beside(self.known)
        self.read = self.reused = 0

    def make(self, say: Say) -> Partition:
        made: dict[str, list[File]] = {table.name: [] for table in _BY_RANGE}
        states = ledger.marks(self.db, *self.key, PERSONS)
        for number, (lowest, mark) in enumerate(states.items(), 1):
            files = self.known.files(self.root, lowest, mark)
            if files is None:
                files = self._range(range(lowest, lowest + PERSONS), mark)
                self.known.add(lowest, files)
                self.pending.keep(self.where, self.known)
                self.read += 1
            else:
                self.reused += 1
            for name, file in files.items():
                made[name].append(file)
            say(f"{self.where}：{number} / {len(states)}")
        tables = {
            **made,
            **self._years(made[BILLS.name]),
            KINDS.name: [self._small(KINDS, self.known.kinds)],
            CELLS.name: [self._small(CELLS, self.known.cells)],
        }
        partition = Partition(*self.key, "ledger", tables)
        return replace(partition, proof=self._prove(partition))

    def _range(self, persons: range, mark: str) -> dict[str, File]:
        """Read a range of persons and write its files."""
        of = (self.db, *self.key, persons)
        whole = pa.concat_tables(
            [SETTLEMENTS.schema.empty_table(), *ledger.settlements(*of)],
            promote_options="permissive",
        ).unify_dictionaries()
        bills = bills_of(whole, self.known.kinds, self.known.cells)
        batches = {SETTLEMENTS: [whole], BILLS: [bills], LINES: ledger.lines(*of)}
        return {
            table.name: write_file(
                self.root, table, self.where, some,
                lowest=persons.start, highest=persons.stop, mark=mark,
            )
            for table, some in batches.items()
        }  # fmt: skip

    def _small(self, table: Table, numbers: Numbers) -> File:
        return write_file(self.root, table, self.where, [numbers.as_table(table)])

    def _years(self, bills: list[File]) -> dict[str, list[File]]:
        """Write the person-years anew: a tenth is of everybody's costs, a town that of the end."""
        columns = ("person", "total", *TIERS)
        years = [years_of(read_columns(self.root, file, columns)) for file in bills]
        totals = np.concatenate([np.array(one["total"]) for one in years] or [np.zeros(0, int)])
        tenth = decile_of(totals)
        groups = Numbers.of_groups()
        files, done = [], 0
        for file, one in zip(bills, years, strict=True):
            of_these = tenth[done : done + one.num_rows]
            done += one.num_rows
            group = groups.column(self._groups(file, one, of_these))
            whole = one.append_column("group", pa.array(group)).append_column(
                "opening", self._openings(file, one)
            )
            files.append(
                write_file(
                    self.root, YEARS, self.where, [whole], lowest=file.lowest, highest=file.highest
                )
            )
        return {YEARS.name: files, GROUPS.name: [self._small(GROUPS, groups)]}

    def _openings(self, file: File, years: pa.Table) -> pa.Array:
        _area, year, scheme = self.key
        known = ledger.openings(self.db, year, scheme, range(file.lowest, file.highest))
        return pa.array([known.get(person, []) for person in years["person"].to_pylist()], FENS)

    def _groups(self, file: File, years: pa.Table, tenth: Any) -> pa.Table:
        end = date(self.key[1], 12, 31)
        persons = range(file.lowest, file.highest)
        known = {p: (b, t) for p, b, t in ledger.attributes(self.db, end, persons)}
        facts = [known[person] for person in years["person"].to_pylist()]
        return pa.table(
            {
                "town": [town or "" for _birth, town in facts],
                "age": [age_band(end.year - birth.year) for birth, _town in facts],
                "decile": [DECILES[at] for at in tenth.tolist()],
            }
        )

    def _prove(self, partition: Partition) -> dict[str, Any]:
        """Return what the ledger says; raise CopyDiffers where the copy says otherwise."""
        said = ledger.sums(self.db, *self.key)
        copied = {"rows": partition.rows(SETTLEMENTS.name), **partition.sums(SETTLEMENTS.name)}
        spent = ledger.spent(self.db, *self.key)
        by_tiers = ledger.spent_by_tiers(self.key[2], copied)
        for what, ours, books in (
            *((name, copied[name], fen) for name, fen in said.items()),
            *((f, by_tiers.get(f, 0), spent.get(f, 0)) for f in sorted({*spent, *by_tiers})),
        ):
            if ours != books:
                raise CopyDiffers(f"{self.where} {what}: 副本是 {ours}，账上是 {books}")
        return {"settlements": said, "spent": spent, "at": clock.now().isoformat()}
