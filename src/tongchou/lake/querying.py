"""SQL over the lake: reading only, and only the lake's own files.

Every table of the lake is a view with `area`, `year` and `scheme` beside its own columns. Persons
are numbers of this installation; the table `keys`, which leads back, is there for those who may
know who somebody is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from tongchou.lake.manifest import Manifest, Partition, check_present, read_manifest
from tongchou.lake.schema import KEYS, OF_AREA, PERSONS, RESTRICTED, TABLES, Table

MEMORY = "2GB"
_WITHOUT_YEAR = frozenset(table.name for table in OF_AREA)


class QueryRefused(ValueError):
    """A query that is not a single reading one, or that DuckDB cannot run; says why, in Chinese."""


@contextmanager
def opened(
    root: Path, area: str, *, identify: bool = False, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that sees an area's tables and can reach nothing else.

    Raises NoLake, LakeDamaged.
    """
    manifest = read_manifest(root)
    with duckdb.connect(config={"threads": threads, "memory_limit": MEMORY}) as db:
        paths: list[str] = []
        _merged(db, root, manifest, area)
        for table in TABLES.values():
            if identify or table.name not in RESTRICTED:
                paths += _view(db, root, manifest, area, table)
        db.execute("set allowed_paths = $paths", {"paths": paths})
        # From here on no other file, no network, no extension, and none of this undone.
        db.execute("set enable_external_access = false")
        db.execute("set lock_configuration = true")
        yield db


def _merged(db: duckdb.DuckDBPyConnection, root: Path, manifest: Manifest, area: str) -> None:
    """Note which number of a person goes into which: of a record that has gone, `keys` has the
    person whose it is now, and `persons` has no row. Numbers alone, and no person's own.
    """
    db.execute("create temp table merged (person bigint primary key, stays bigint not null)")
    files = {
        name: [one for partition in manifest.partitions.values() if partition.area == area
               for one in partition.tables.get(name, ())]
        for name in (KEYS.name, PERSONS.name)
    }  # fmt: skip
    counts = {name: sum(one.rows for one in some) for name, some in files.items()}
    if counts[KEYS.name] <= counts[PERSONS.name] or not counts[PERSONS.name]:
        return  # nobody has gone
    for some in files.values():
        check_present(root, some)
    keys, persons = (
        "read_parquet([" + ", ".join(_quoted(str(root / one.path)) for one in some) + "])"
        for some in (files[KEYS.name], files[PERSONS.name])
    )
    db.execute(
        f"insert into merged select gone.person, stays.person from {keys} gone"
        f" join {keys} stays using (psn_no)"
        f" where gone.person not in (select person from {persons})"
        f" and stays.person in (select person from {persons})"
    )


def _view(
    db: duckdb.DuckDBPyConnection, root: Path, manifest: Manifest, area: str, table: Table
) -> list[str]:
    """Make the view of a table over all partitions that have it; return its files."""
    selects, paths = [], []
    for partition in manifest.partitions.values():
        files = partition.tables.get(table.name)
        if partition.area == area and files:
            check_present(root, files)
            names = [str(root / file.path) for file in files]
            paths += names
            selects.append(_select(names, partition, table))
    if not selects:
        db.register(f"empty_{table.name}", _nothing(table))
        selects = [f"select * from empty_{table.name}"]
    db.execute(f"create view {table.name} as {' union all '.join(selects)}")
    return paths


def _select(names: list[str], partition: Partition, table: Table) -> str:
    """Return the rows of a table; what is of a record that has gone is of the one that stays."""
    listed = ", ".join(_quoted(name) for name in names)
    of_year = (
        f", {partition.year}::smallint as year, {_quoted(partition.scheme)} as scheme"
        if partition.year
        else ""
    )
    rows = f"read_parquet([{listed}])"
    if "person" not in table.schema.names:
        return f"select *{of_year} from {rows}"
    if table is KEYS:
        return f"select * from {rows} where person not in (select person from merged)"
    whose = "coalesce((select stays from merged m where m.person = t.person), person)"
    return f"select t.* replace ({whose} as person){of_year} from {rows} t"


def _nothing(table: Table) -> pa.Table:
    schema = table.schema
    if table.name not in _WITHOUT_YEAR:
        schema = schema.append(pa.field("year", pa.int16())).append(pa.field("scheme", pa.string()))
    return schema.empty_table()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def run(db: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """Return the rows of one SELECT. Raises QueryRefused."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryRefused(f"SQL 读不懂：{_first_line(error)}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryRefused("只能写一条 SELECT：这份数据只读")
    try:
        found: pa.Table = db.sql(sql).to_arrow_table()
    except duckdb.Error as error:
        raise QueryRefused(f"查询没有完成：{_first_line(error)}") from None
    return found


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
