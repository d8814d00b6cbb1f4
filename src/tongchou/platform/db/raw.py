"""Plain SQL for the few paths that cannot afford the ORM: the same texts on both databases.

`run` sends a list of statements as one transaction: on PostgreSQL as one pipeline (one round
trip), on SQLite with those of other threads in one commit.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import orjson
import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.adapt import Loader
from psycopg.types.numeric import Int8Dumper

from tongchou.platform import clock
from tongchou.platform.db import pipeline, writer

Statement = pipeline.Statement

_AGAIN = ("deadlock detected", "could not serialize", "database is locked")


class Conflict(Exception):
    """A constraint refused the transaction; nothing of it was written.

    `constraint` is the constraint's name on PostgreSQL, `table.column, ...` on SQLite, or `again`
    when the database asks to repeat the transaction.
    """

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class _Json(Loader):
    """What our queries build as json: integers and text. Columns are jsonb, which Django reads."""

    def load(self, data: Any) -> Any:
        return orjson.loads(data)


def _prepare_connection(sender: Any, connection: Any, **_: Any) -> None:
    if connection.vendor == "postgresql":
        # Otherwise psycopg picks int2, int4 or int8 by the value, and each mix of widths becomes
        # a prepared statement of its own.
        connection.connection.adapters.register_dumper(int, Int8Dumper)
        connection.connection.adapters.register_loader("json", _Json)


connection_created.connect(_prepare_connection, dispatch_uid="tongchou.raw")


@cache
def vendor() -> str:
    """Return `postgresql` or `sqlite`: one database a process, asked a dozen times a bill."""
    return str(connection.vendor)


@cache
def json_sql(text: str) -> str:
    """Return `text` with {array} and {agg} as this database names its JSON functions."""
    if vendor() == "postgresql":
        return text.replace("{array}", "json_build_array").replace("{agg}", "json_agg")
    return text.replace("{array}", "json_array").replace("{agg}", "json_group_array")


def to_db(moment: datetime) -> Any:
    """Return an aware time as this database's driver takes it in plain SQL."""
    assert moment.tzinfo is not None
    if vendor() == "postgresql":
        return moment
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def moment(value: Any) -> datetime | None:
    """Return a time read by plain SQL as an aware local time."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is None:  # SQLite keeps UTC without saying so
        value = value.replace(tzinfo=UTC)
    return clock.local(value)


def day(value: Any) -> date | None:
    """Return a date read by plain SQL or out of its JSON."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _here() -> BaseDatabaseWrapper:
    """Return this thread's connection, open; Django's proxy looks it up at each attribute."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    return here


def fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one query; on PostgreSQL prepared on the server, which Django's cursor does not do."""
    if vendor() == "postgresql":
        here = _here()
        if not here.in_atomic_block:
            with _errors():
                return pipeline.fetch(here.connection, sql, params)
        with _errors(), psycopg.Cursor(here.connection) as cursor:
            return cursor.execute(sql, params).fetchall()
    with _sqlite_cursor() as cursor:
        return list(cursor.execute(writer.marked(sql), params))


def run(statements: Sequence[Statement]) -> None:
    """Run `statements` as one transaction, or as part of the one already open.

    Raises Conflict when a constraint refuses; nothing is written then.
    """
    here = _here()
    if vendor() == "postgresql":
        if not here.in_atomic_block:
            with _errors():
                pipeline.run(here.connection, statements)
            return
        with _errors(), transaction.atomic(), here.cursor() as cursor:
            for sql, params in statements:
                cursor.execute(sql, params)
        return
    if not here.in_atomic_block:
        with _errors(), here.wrap_database_errors:
            writer.run(here.connection, statements)
        return
    # Whoever is in a transaction writes already: waiting for one who waits for us would not end.
    with _errors(), transaction.atomic(), _sqlite_cursor() as cursor:
        for sql, params in statements:
            cursor.execute(writer.marked(sql), params)


@contextmanager
def _sqlite_cursor() -> Iterator[sqlite3.Cursor]:
    """Give the driver's own cursor: Django's rewrites the placeholders of each statement anew."""
    here = _here()
    with here.wrap_database_errors:
        yield here.connection.cursor()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as error:
        raise Conflict("again") from error
    except psycopg.errors.IntegrityError as error:
        raise Conflict(_postgres_constraint(error)) from error
    except psycopg.Error as error:
        raise _as_django(error) from error
    except IntegrityError as error:
        raise Conflict(_constraint_of(error)) from error
    except OperationalError as error:
        if any(text in str(error) for text in _AGAIN):
            raise Conflict("again") from error
        raise


def _as_django(error: psycopg.Error) -> DatabaseError:
    kind = OperationalError if isinstance(error, psycopg.OperationalError) else DatabaseError
    return kind(*error.args)


def _postgres_constraint(error: psycopg.Error) -> str:
    diag = error.diag
    return diag.constraint_name or f"{diag.table_name}.{diag.column_name}"


def _constraint_of(error: IntegrityError) -> str:
    cause = error.__cause__
    if isinstance(cause, psycopg.Error):
        return _postgres_constraint(cause)
    return re.sub(r"^[A-Z ]+ constraint failed: ", "", str(error))
