"""SQL that differs between the two databases, for migrations."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class VendorSQL(migrations.RunPython):
    """Run one list of statements on PostgreSQL and another on SQLite, with their reverse."""

    def __init__(
        self,
        *,
        postgresql: list[str],
        sqlite: list[str],
        reverse_postgresql: list[str],
        reverse_sqlite: list[str],
    ) -> None:
        forward = {"postgresql": postgresql, "sqlite": sqlite}
        backward = {"postgresql": reverse_postgresql, "sqlite": reverse_sqlite}
        super().__init__(_runner(forward), _runner(backward))


def _runner(statements: dict[str, list[str]]) -> Any:
    def run(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement, params=None)

    return run
