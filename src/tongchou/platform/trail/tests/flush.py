"""Emptying the database between tests that commit: the ledger's guards refuse it otherwise.

Django flushes after such a test. Here the guards step aside for that one transaction and the
chains begin again at zero.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail.models import SLICES


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_guards() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _flush)
        yield


def _flush(self: Any, sql_list: list[str]) -> None:
    heads = [(n, bytes(32)) for n in range(SLICES)]
    with transaction.atomic(), connection.cursor() as cursor:
        guards: list[tuple[str, str]] = []
        if connection.vendor == "postgresql":
            cursor.execute("set local session_replication_role = replica")
        else:
            cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
            guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"drop trigger {name}")
        for sql in sql_list:
            cursor.execute(sql)
        cursor.executemany(
            "insert into trail_chainhead (slice, seq, hash) values (%s, 0, %s)", heads
        )
        for _, sql in guards:
            cursor.execute(sql)
    forget_blocks()
