"""Loading many rows at once past the ORM: COPY on PostgreSQL, one prepared insert on SQLite.

Constraints and triggers hold as ever; only Django's making of an object for each row is left out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import psycopg
from django.db import connection, models

from tongchou.platform.db.raw import to_db

Row = Mapping[str, Any]


def load_rows(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Insert `rows` (values by column, e.g. person_id); what a row leaves out gets its default.

    Call it inside a transaction. Raises django.db.IntegrityError as a save would.
    """
    if not rows:
        return
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
    columns = [str(f.column) for f in fields]
    # Column by column: a third of the time of a row at a time.
    by_column = [_column(field, rows) for field in fields]
    values = list(zip(*by_column, strict=True))
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, _copy(table, names) as copy:
                for value in values:
                    copy.write_row(value)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"insert into {table} ({names}) values ({marks})", values)


def _copy(table: str, names: str) -> Any:
    raw = connection.connection
    assert isinstance(raw, psycopg.Connection)
    return raw.cursor().copy(f"copy {table} ({names}) from stdin".encode())


def _column(field: "models.Field[Any, Any]", rows: Sequence[Row]) -> list[Any]:
    """Return the values of `field` as they go to this database's driver."""
    column, absent = str(field.column), field.get_default()
    plain = [row.get(column, absent) for row in rows]
    write = _writer(field)
    return plain if write is None else [write(value) for value in plain]


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Return how a value of `field` is written; None: the driver takes it as it is."""
    if isinstance(field, models.JSONField):
        return partial(json.dumps, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return lambda value: None if value is None else to_db(value)
    if isinstance(field, models.DateField) and connection.vendor == "sqlite":
        return _day_text
    return None


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
