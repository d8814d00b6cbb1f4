"""A year out of the lake, for the fold: parts that load themselves, and their book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.core.policy import STATE_WIDTH, Plan, load_policy
from tongchou.core.simulation import Book, Codes, Kind, Part, Source
from tongchou.lake.manifest import (
    File,
    LakeDamaged,
    Manifest,
    NoLake,
    Partition,
    check_present,
    read_manifest,
)
from tongchou.lake.schema import BILLS, CELLS, GROUPS, KINDS, PLANS, TABLES, YEARS

_FOLD = ("kind", "in_scope", "cell")
# The files of a part of whole person-years: its bills, and the years.
Pair = tuple[File, File]


@dataclass(frozen=True, slots=True)
class Year:
    """One partition ready to be folded.

    `versions` are the plans that its bills were settled under, by `Kind.version`; `texts` their
    documents by plan_id.
    """

    root: Path
    partition: Partition
    book: Book
    versions: Sequence[Plan]
    texts: dict[str, str]

    @property
    def bills(self) -> int:
        return self.partition.rows(BILLS.name)

    def sources(self) -> list[Source]:
        """Return a loader for each part of whole person-years, the largest first."""
        pairs = sorted(self.pairs(), key=lambda pair: -pair[0].rows)
        return [partial(part_of, self.root, bills, years) for bills, years in pairs]

    def pairs(self) -> Iterator[Pair]:
        """Yield the files of each part: its bills, and its person-years."""
        tables = self.partition.tables
        bills, years = tables[BILLS.name], tables[YEARS.name]
        yield from zip(bills, years, strict=True)


def open_year(root: Path, area: str, year: int, scheme: str) -> Year:
    """Return a year of the lake. Raises NoLake, LakeDamaged: nothing is computed from the rest."""
    manifest = read_manifest(root)
    partition = partition_of(manifest, root, area, year, scheme)
    of_area = partition_of(manifest, root, area, 0, "")
    check_present(root, [file for files in partition.tables.values() for file in files])
    texts = _texts(root, of_area, scheme)
    book, versions = _book(root, partition, texts)
    return Year(root, partition, book, versions, texts)


def partition_of(manifest: Manifest, root: Path, area: str, year: int, scheme: str) -> Partition:
    found = manifest.partitions.get((area, year, scheme))
    if found is None:
        known = sorted(key for key in manifest.partitions if key[1])
        has = "、".join(f"{a}-{s} {y}" for a, y, s in known) or "没有任何年度"
        raise NoLake(f"{root} 里没有 {area}-{scheme} {year} 年，有的是：{has}")
    return found


def read_columns(root: Path, file: File, columns: Sequence[str]) -> pa.Table:
    """Return some columns of one file, pages checked. Raises LakeDamaged."""
    path = root / file.path
    try:
        table = pq.read_table(
            path, columns=list(columns), use_threads=False, page_checksum_verification=True
        )
    except (pa.ArrowException, OSError) as error:
        raise LakeDamaged(f"{path}: 读不出来（{error}）。请从备份恢复，或重新导出") from None
    if table.num_rows != file.rows:
        raise LakeDamaged(
            f"{path}: 有 {table.num_rows} 行，清单记的是 {file.rows}。请从备份恢复，或重新导出"
        )
    return table


def as_numpy(table: pa.Table, column: str) -> Any:
    """Return a column as an array of its own: one that may not be written compiles apart."""
    return np.array(table[column])


def part_of(root: Path, bills: File, years: File) -> Part:
    """Return whole person-years from their files. Raises LakeDamaged."""
    of_bills = read_columns(root, bills, _FOLD)
    of_years = read_columns(root, years, ("person", "bills", "group", "opening"))
    counts = as_numpy(of_years, "bills")
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
    if start[-1] != bills.rows:
        raise LakeDamaged(f"{root / years.path}: 与 {bills.path} 的行数不合。请重新导出")
    in_scope = as_numpy(of_bills, "in_scope")
    if int(in_scope.sum()) != bills.sums["in_scope"]:
        raise LakeDamaged(f"{root / bills.path}: 政策范围内费用之和与清单记的不同。请重新导出")
    return Part(
        start,
        as_numpy(of_bills, "kind"),
        in_scope,
        as_numpy(of_bills, "cell"),
        as_numpy(of_years, "group"),
        as_numpy(of_years, "person"),
        *_openings(of_years),
    )


def _openings(years: pa.Table) -> tuple[Any, Any]:
    """Return Part.opened and Part.openings; None where every year begins at nothing."""
    column = years["opening"].combine_chunks()
    opened = np.array(pc.list_value_length(column)) > 0
    if not opened.any():
        return None, None
    number = np.where(opened, np.cumsum(opened), 0).astype(np.int32)
    values = np.array(pc.list_flatten(column), np.int64).reshape(-1, STATE_WIDTH)
    return number, np.concatenate([np.zeros((1, STATE_WIDTH), np.int64), values])


def small_table(root: Path, partition: Partition, name: str) -> list[dict[str, Any]]:
    """Return the rows of a small table."""
    columns = TABLES[name].schema.names
    return [
        row
        for file in partition.tables[name]
        for row in read_columns(root, file, columns).to_pylist()
    ]


def _texts(root: Path, of_area: Partition, scheme: str) -> dict[str, str]:
    return {
        row["plan_id"]: row["document"]
        for row in small_table(root, of_area, PLANS.name)
        if row["scheme"] == scheme
    }


def _book(root: Path, partition: Partition, texts: dict[str, str]) -> tuple[Book, list[Plan]]:
    versions: list[Plan] = []
    numbers: dict[str, int] = {}
    kinds = []
    for row in sorted(small_table(root, partition, KINDS.name), key=lambda row: row["kind"]):
        plan_id = row["plan_id"]
        if plan_id not in numbers:
            numbers[plan_id] = len(versions)
            versions.append(_plan(texts, plan_id))
        kinds.append(
            Kind(
                numbers[plan_id], row["visit"], row["level"], row["out_of_area"],
                row["status"] or None, tuple(row["identities"]), row["benefit"],
                row["one_stop"],
            )
        )  # fmt: skip
    book = Book(
        kinds,
        _codes(root, partition, CELLS.name, ("institution", "month")),
        _codes(root, partition, GROUPS.name, ("town", "age", "decile")),
        *([versions[0].document.identities] if versions else []),
    )
    return book, versions


def _plan(texts: dict[str, str], plan_id: str) -> Plan:
    if plan_id not in texts:
        raise LakeDamaged(f"plans: 没有方案 {plan_id[:12]} 的文本。请重新导出")
    plan = load_policy(texts[plan_id], source=plan_id[:12])
    if plan.plan_id != plan_id:
        raise LakeDamaged(f"plans: 方案 {plan_id[:12]} 的文本算出来是另一个编号。请重新导出")
    return plan


def _codes(root: Path, partition: Partition, name: str, columns: tuple[str, ...]) -> Codes:
    number = name.removesuffix("s")
    rows = sorted(small_table(root, partition, name), key=lambda row: row[number])
    return Codes(columns, [tuple(row[column] for column in columns) for row in rows])
