"""A report made from the lake: its rows, its total, where they contradict each other, its bills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tongchou.core.policy import TIERS
from tongchou.lake.manifest import NAME, NoLake, digest, read_manifest
from tongchou.lake.querying import opened
from tongchou.lake.reports.definitions import Report, reports

SHOWN = 50  # bills behind a row that are listed; counted and added are all
_BEHIND = f"""
select b.settlement, b.person, b.year, c.month, c.institution, i.name, k.visit, b.total,
       b.in_scope, ({{amount}})::bigint as amount,
       count(*) over () as many, (sum({{amount}}) over ())::bigint as added
from (select *, {" + ".join(TIERS)} as fund from bills) b
join kinds k using (kind, year, scheme) join cells c using (cell, year, scheme)
left join institutions i on i.institution = c.institution
where {{where}} and ({{amount}}) <> 0
order by amount desc, b.settlement limit {SHOWN}
"""

Row = dict[str, Any]


class NoReport(Exception):
    """There is no report of that name; str() names those that there are."""


@dataclass(frozen=True, slots=True)
class Made:
    """`differences`: by how much the total is more than the rows together, fen or counts; only
    where it is. `copy`: the manifest's fingerprint; `generated`: the figures are of invented data.
    """

    report: Report
    year: int
    years: tuple[int, ...]  # that the copy holds
    rows: list[Row]
    whole: Row | None
    differences: dict[str, int]
    copied_at: str
    copy: str
    generated: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """The bills behind a row, the largest amounts first; `difference`: the figure less theirs."""

    rows: list[Row]
    many: int
    added: int
    difference: int


def report_named(name: str) -> Report:
    """Return a report. Raises NoReport."""
    found = reports().get(name)
    if found is None:
        raise NoReport(f"没有报表 {name}，有的是：{'、'.join(reports())}")
    return found


def make(root: Path, area: str, report: Report, year: int) -> Made:
    """Make a report of an area's year. Raises NoLake, LakeDamaged."""
    manifest = read_manifest(root)
    partitions = [one for one in manifest.partitions.values() if one.area == area and one.year]
    years = sorted({one.year for one in partitions})
    if year not in years:
        has = "、".join(map(str, years)) or "没有任何年度"
        raise NoLake(f"{root} 里没有 {area} {year} 年，有的是：{has}")
    with opened(root, area) as db:
        rows = _rows(db, report.sql, {"year": year})
        whole = _rows(db, report.whole, {"year": year})[0] if report.whole else None
    return Made(
        report=report,
        year=year,
        years=tuple(years),
        rows=rows,
        whole=whole,
        differences=_differences(report, rows, whole),
        copied_at=manifest.written_at,
        copy=digest(root / NAME)[:12],
        generated=any(one.source != "ledger" for one in partitions),
    )


def behind(root: Path, area: str, made: Made, row: Row) -> Behind:
    """Return the bills behind a row of the report. Raises NoLake, LakeDamaged."""
    report = made.report
    values = {"year": made.year, **{key.name: row[key.name] for key in report.keys}}
    sql = _BEHIND.format(amount=report.amount, where=report.where)
    with opened(root, area) as db:
        rows = _rows(db, sql, values)
    many, added = (rows[0]["many"], rows[0]["added"]) if rows else (0, 0)
    return Behind(rows, many, added, row[report.figure] - added)


def _rows(db: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> list[Row]:
    asked = {name: values[name] for name in set(re.findall(r"\$(\w+)", sql))}
    found: list[Row] = db.sql(sql, params=asked).to_arrow_table().to_pylist()
    return found


def _differences(report: Report, rows: list[Row], whole: Row | None) -> dict[str, int]:
    if whole is None:
        return {}
    found = {}
    for name in report.sums:
        difference = (whole[name] or 0) - sum(row[name] or 0 for row in rows)
        if difference:
            found[name] = difference
    return found
