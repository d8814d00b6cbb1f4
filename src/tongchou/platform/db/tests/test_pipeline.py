from collections.abc import Iterator

import pytest
from django.db import connection

from tongchou.platform.db import raw
from tongchou.platform.db.pipeline import numbered
from tongchou.platform.db.raw import Conflict


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL's pipelines")
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("drop table piped")


TABLE = """
create table piped (id bigint primary key, note text,
  other bigint references piped (id) deferrable initially deferred)
"""
INSERT = "insert into piped (id, note, other) values (%s, %s, %s)"


def rows() -> list[tuple[object, ...]]:
    return raw.fetch("select id, note, other from piped order by id", [])


def test_all_of_it_or_nothing(table: None) -> None:
    raw.run([(INSERT, [1, "一", None]), (INSERT, [2, "二", 1])])
    with pytest.raises(Conflict, match="piped_pkey"):
        raw.run([(INSERT, [3, "三", None]), (INSERT, [1, "again", None]), (INSERT, [4, "", None])])
    assert rows() == [(1, "一", None), (2, "二", 1)]


def test_a_deferred_constraint_refuses_at_the_end(table: None) -> None:
    with pytest.raises(Conflict, match="piped_other_fkey"):
        raw.run([(INSERT, [1, "", 99]), (INSERT, [2, "", None])])
    assert rows() == []
    raw.run([(INSERT, [1, "", 2]), (INSERT, [2, "", None])])
    assert len(rows()) == 2


def test_the_connection_serves_on_after_an_error_in_a_new_statement(table: None) -> None:
    with pytest.raises(Exception, match="no_such"):
        raw.run([("insert into no_such values (%s)", [1]), (INSERT, [1, "", None])])
    for n in range(5):
        raw.run([(INSERT, [n, None, None])])
    assert [row[0] for row in rows()] == [0, 1, 2, 3, 4]


def test_more_than_a_socket_holds_comes_through(table: None) -> None:
    long = "长" * 100_000
    raw.run([(INSERT, [n, long, None]) for n in range(50)])
    assert sum(row[1] == long for row in rows()) == 50


def test_a_query_that_fails_leaves_the_connection_well(table: None) -> None:
    with pytest.raises(Exception, match="no_such"):
        raw.fetch("select * from no_such where id = %s", [1])
    with pytest.raises(Exception, match="division by zero"):
        raw.fetch("select 1 / %s::int8", [0])
    assert raw.fetch("select %s::int8, %s::text", [1, None]) == [(1, None)]


def test_placeholders_are_numbered() -> None:
    assert numbered("update t set a = %s where b = %s") == b"update t set a = $1 where b = $2"
    with pytest.raises(AssertionError):
        numbered("select 1 % 2")
