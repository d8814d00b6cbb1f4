"""Setting the ledger's guards aside, as whoever owns the whole database can."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def guards_aside() -> Iterator[None]:
    """Run the block in one transaction without any trigger, on either database."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()  # its triggers must not be left waiting
            cursor.execute("set local session_replication_role = replica")
            yield
            cursor.execute("set local session_replication_role = origin")
            return
        cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"drop trigger {name}")
        yield
        for _, sql in guards:
            cursor.execute(sql)
