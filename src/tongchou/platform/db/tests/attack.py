"""Writing behind the services' back, to show that the database itself refuses."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model


def copy_row(row: Model, **changes: Any) -> None:
    """Insert the row once more by plain SQL, with other values in some columns."""
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    values = [
        changes.get(str(f.column), f.get_db_prep_save(getattr(row, f.attname), connection))
        for f in fields
    ]
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    _run(f"insert into {row._meta.db_table} ({columns}) values ({marks})", values)


def change_row(row: Model, **changes: Any) -> None:
    """Update the row by plain SQL."""
    sets = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in changes)
    _run(f"update {row._meta.db_table} set {sets} where id = %s", [*changes.values(), row.pk])


def refused_overlap(row: Model, struck: bool = False) -> None:
    """Assert that [2019, open) of `row` admits no other live spell of its key on its days."""
    with pytest.raises(DatabaseError, match="one_a_day"):
        copy_row(row, start="2019-06-01", end="2019-07-01")
    with pytest.raises(DatabaseError, match="one_a_day"):
        copy_row(row, start="2018-06-01", end="2019-01-02")
    with pytest.raises(DatabaseError, match="one_a_day"):
        copy_row(row, start="2030-01-01", end=None)
    copy_row(row, start="2018-01-01", end="2019-01-01")  # half-open spells may meet
    before = type(row)._default_manager.get(start="2018-01-01", end="2019-01-01")
    with pytest.raises(DatabaseError, match="one_a_day"):
        change_row(before, end="2019-01-02")
    with pytest.raises(DatabaseError, match="one_a_day"):
        change_row(before, end=None)
    change_row(before, end="2018-12-31")
    if struck:
        copy_row(row, struck_at="2019-01-05 00:00:00+08:00")
        dead = type(row)._default_manager.filter(struck_at__isnull=False).get()
        with pytest.raises(DatabaseError, match="one_a_day"):
            change_row(dead, struck_at=None)


def _run(statement: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
