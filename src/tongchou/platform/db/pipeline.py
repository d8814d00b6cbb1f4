"""Statements prepared on the server of PostgreSQL, and several of them as one transaction.

psycopg's own pipeline talks to the socket after each statement, which costs twice the CPU of all
the rest of a settlement. Here everything is queued and sent once. Up to its sync a pipeline is one
implicit transaction: without begin and commit, and all of it or nothing.
"""

from collections.abc import Generator, Sequence
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

Statement = tuple[str, Sequence[Any]]
# What one prepared statement is for: the same text with other types is another.
_Key = tuple[str, tuple[int, ...]]

_serial = count()
_prepared: "WeakKeyDictionary[psycopg.Connection[Any], dict[_Key, bytes]]" = WeakKeyDictionary()


def run(raw: "psycopg.Connection[Any]", statements: Sequence[Statement]) -> None:
    """Run `statements` as one transaction on `raw`, which must be in none.

    Raises psycopg.Error, the first that occurred; nothing is written then.
    """
    known = _prepared.setdefault(raw, {})
    pgconn = raw.pgconn
    pgconn.enter_pipeline_mode()
    # One for each result to come: what is known once it is there.
    made: list[tuple[_Key, bytes] | None] = []
    new: dict[_Key, bytes] = {}
    transformer = Transformer(raw)
    for sql, params in statements:
        values = transformer.dump_sequence(params, [PyFormat.AUTO] * len(params))
        key = (sql, transformer.types or ())
        name = known.get(key) or new.get(key)
        if name is None:
            name = new[key] = b"tongchou_%d" % next(_serial)
            pgconn.send_prepare(name, numbered(sql), key[1])
            made.append((key, name))
        pgconn.send_query_prepared(name, values, transformer.formats)
        made.append(None)
    pgconn.pipeline_sync()
    try:
        raw.wait(_results(raw, known, made))
    finally:
        if pgconn.status == psycopg.pq.ConnStatus.OK:
            pgconn.exit_pipeline_mode()


def _results(
    raw: "psycopg.Connection[Any]",
    known: dict[_Key, bytes],
    made: list[tuple[_Key, bytes] | None],
) -> Generator[Any, Any, None]:
    """Send, and read up to the answer of the sync. Raises the first error."""
    pgconn = raw.pgconn
    yield from send(pgconn)
    failed: psycopg.Error | None = None
    left = iter(made)
    while True:
        for result in (yield from fetch_many(pgconn)):
            if result.status == ExecStatus.PIPELINE_SYNC:
                if failed is not None:
                    raise failed
                return
            statement = next(left, None)
            if result.status == ExecStatus.FATAL_ERROR:
                # A deferred constraint speaks at the sync, behind the last statement.
                failed = failed or psycopg.errors.error_from_result(result)
            elif statement is not None and result.status == ExecStatus.COMMAND_OK:
                known[statement[0]] = statement[1]


def fetch(raw: "psycopg.Connection[Any]", sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return a query's rows; `raw` must be in no transaction. Raises psycopg.Error."""
    known = _prepared.setdefault(raw, {})
    pgconn = raw.pgconn
    transformer = Transformer(raw)
    values = transformer.dump_sequence(params, [PyFormat.AUTO] * len(params))
    key = (sql, transformer.types or ())
    name = known.get(key)
    if name is None:
        name = b"tongchou_%d" % next(_serial)
        pgconn.send_prepare(name, numbered(sql), key[1])
        _pass(raw.wait(execute(pgconn)))
        known[key] = name
    pgconn.send_query_prepared(name, values, transformer.formats)
    result = _pass(raw.wait(execute(pgconn)))
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)


def _pass(results: "list[PGresult]") -> "PGresult":
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)
    return results[-1]


@lru_cache(maxsize=512)
def numbered(sql: str) -> bytes:
    """Return `sql` with its %s as $1, $2, ...

    >>> numbered("select %s, %s")
    b'select $1, $2'
    """
    first, *rest = sql.split("%s")
    assert "%" not in first and not any("%" in part for part in rest)
    return (first + "".join(f"${n}{part}" for n, part in enumerate(rest, 1))).encode()
