"""One moment of the database, read for as long as it takes while others write on."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

from tongchou.platform.db.writer import marked


class Snapshot:
    """A read-only transaction on a connection of its own."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def rows(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query (placeholders %s), a few thousand in memory at a time."""
        if isinstance(self._raw, sqlite3.Connection):
            yield from self._raw.execute(marked(sql), params)
            return
        # A cursor with a name lives on the server, which hands over what is asked for.
        with self._raw.cursor(name="snapshot") as cursor:
            cursor.itersize = 5_000
            cursor.execute(sql, params)
            yield from cursor

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
        """Return the row of a query that has one."""
        [row] = self.rows(sql, params)
        return row


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """Give the database as it is now; inside a transaction (tests), as that one sees it."""
    if connection.in_atomic_block:
        yield Snapshot(connection.connection)
        return
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        own.ensure_connection()
        if own.vendor == "sqlite":
            own.connection.execute("begin deferred")
            own.connection.execute("select 1 from django_migrations limit 1").fetchone()
        else:
            own.connection.execute("begin isolation level repeatable read read only")
        yield Snapshot(own.connection)
    finally:
        own.close()
