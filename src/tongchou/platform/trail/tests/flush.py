"""Emptying the database between tests that commit: the ledger's guards refuse it otherwise.

Django flushes after such a test. Here the guards step aside for that one transaction and the
chains begin again at zero.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail.models import SLICES
from tongchou.platform.trail.tests.guards import guards_aside

# Filled by the migrations, the same for every test: Django would fill them again after each flush.
ALWAYS_THERE = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_guards() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _flush)
        yield


def _flush(self: Any, sql_list: list[str]) -> None:
    heads = [(n, bytes(32)) for n in range(SLICES)]
    with guards_aside(), connection.cursor() as cursor:
        for table in _filled(cursor, re.findall(r'"(\w+)"', " ".join(sql_list))):
            cursor.execute(f'delete from "{table}"')
        cursor.executemany(
            "insert into trail_chainhead (slice, seq, hash) values (%s, 0, %s)", heads
        )
    forget_blocks()


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    """Return the tables that hold rows: PostgreSQL takes seconds to truncate a hundred of them."""
    asked = [f"select '{t}' where exists (select 1 from \"{t}\")" for t in tables]
    cursor.execute(" union all ".join(asked))
    return [name for (name,) in cursor.fetchall() if name not in ALWAYS_THERE]
