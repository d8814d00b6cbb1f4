"""Emptying the database between tests that commit: the ledger's guards refuse it otherwise.

Django flushes after such a test. Here the guards step aside for that one transaction and the
chains begin again at zero.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail.models import SLICES
from tongchou.platform.trail.tests.guards import guards_aside


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_guards() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _flush)
        yield


def _flush(self: Any, sql_list: list[str]) -> None:
    heads = [(n, bytes(32)) for n in range(SLICES)]
    with guards_aside(), connection.cursor() as cursor:
        for sql in sql_list:
            cursor.execute(sql)
        cursor.executemany(
            "insert into trail_chainhead (slice, seq, hash) values (%s, 0, %s)", heads
        )
    forget_blocks()
