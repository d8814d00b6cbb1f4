"""A query reads the lake and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tongchou.lake.export import export
from tongchou.lake.manifest import LakeDamaged, read_manifest
from tongchou.lake.querying import QueryRefused, opened, run
from tongchou.lake.schema import OF_AREA, TABLES
from tongchou.settlement.tests.make import AREA, make_county, make_settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db: None, tmp_path: Path) -> Path:
    make_county()
    make_settled()
    export(tmp_path / "lake", AREA)
    return tmp_path / "lake"


@pytest.fixture
def lake(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(root, AREA) as db:
        yield db


def test_every_table_is_there(root: Path) -> None:
    with opened(root, AREA, identify=True) as db:
        for name, table in TABLES.items():
            columns = run(db, f"select * from {name}").schema.names
            years = [] if table in OF_AREA else ["year", "scheme"]
            assert columns == [*table.schema.names, *years]


def test_tables_join(lake: duckdb.DuckDBPyConnection) -> None:
    sql = """select p.town, c.month, sum(b.basic) as basic
             from bills b join cells c using (cell, year, scheme) join persons p using (person)
             group by all"""
    [row] = run(lake, sql).to_pylist()
    assert row["month"] == "03" and row["basic"] > 0


@pytest.mark.parametrize(
    "sql",
    [
        "select * from keys",
        "select * from read_parquet('{keys}')",
        "select * from '{keys}'",
        "select * from read_parquet('{root}/**/*.parquet')",
        "select * from read_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select content from read_text('/etc/hostname')",
        "copy persons to '/tmp/x.csv'",
        "copy (select 1) to '/tmp/x.csv'",
        "create table x as select 1",
        "insert into persons values (1)",
        "drop view persons",
        "attach '/tmp/x.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "pragma enable_external_access",
        "export database '/tmp/x'",
        "select 1; select 2",
        "",
        "select",
        "selectt 1",
        "select * from sql",
        "call pragma_version()",
    ],
)
def test_nothing_else_is_read_or_written(root: Path, sql: str) -> None:
    [keys] = read_manifest(root).partitions[AREA, 0, ""].tables["keys"]
    sql = sql.format(keys=root / keys.path, root=root)
    with opened(root, AREA) as db, pytest.raises(QueryRefused):
        run(db, sql)


def test_another_area_is_empty(root: Path) -> None:
    with opened(root, "999999", identify=True) as db:
        for table in TABLES:
            assert run(db, f"select * from {table}").num_rows == 0


def test_a_missing_file_is_named(root: Path) -> None:
    [path] = root.rglob("fee_lines/*.parquet")
    path.unlink()
    with pytest.raises(LakeDamaged, match=path.name), opened(root, AREA):
        pass
