"""SQL that differs between the two databases, for migrations."""

from typing import Any

from django.db import migrations, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


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
        self.forward = _runner({"postgresql": postgresql, "sqlite": sqlite})
        self.backward = _runner({"postgresql": reverse_postgresql, "sqlite": reverse_sqlite})
        super().__init__(self.forward, self.backward)

    # SQL sees no models. Before a RunPython every model is rendered anew: a quarter of the time in
    # which an empty database is migrated.
    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if router.allow_migrate(schema_editor.connection.alias, app_label, **self.hints):
            self.forward(None, schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if router.allow_migrate(schema_editor.connection.alias, app_label, **self.hints):
            self.backward(None, schema_editor)


def _runner(statements: dict[str, list[str]]) -> Any:
    def run(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in statements[editor.connection.vendor]:
            editor.execute(statement, params=None)

    return run
