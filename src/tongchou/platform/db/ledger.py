"""Guards of tables that are only added to, for migrations (P3).

A later migration that makes SQLite rebuild such a table drops its triggers: repeat the operation
after it. The tests that attack every ledger table find a forgotten one.
"""

from tongchou.platform.db.sql import VendorSQL

# Raised by PostgreSQL's guards; created by the first migration of the trail.
REFUSE_FUNCTION = """
create function ledger_refuse() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: the ledger is only added to', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$
"""


def sqlite_refuse(name: str, event: str, table: str, *, when: str = "") -> str:
    """Return a SQLite trigger that refuses `event` (`update`, `delete`, `update of x`)."""
    condition = f"when {when} " if when else ""
    message = f"{event} on {table} is refused: the ledger is only added to"
    return (
        f"create trigger {name} before {event} on {table} {condition}"
        f"begin select raise(abort, '{message}'); end"
    )


def append_only(*tables: str) -> VendorSQL:
    """Return the operation that refuses UPDATE, DELETE and TRUNCATE on `tables`."""
    postgresql: list[str] = []
    sqlite: list[str] = []
    reverse_postgresql: list[str] = []
    reverse_sqlite: list[str] = []
    for table in tables:
        postgresql.append(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function ledger_refuse()"
        )
        reverse_postgresql.append(f"drop trigger {table}_append_only on {table}")
        for event in ("update", "delete"):
            name = f"{table}_no_{event}"
            sqlite.append(sqlite_refuse(name, event, table))
            reverse_sqlite.append(f"drop trigger {name}")
    return VendorSQL(
        postgresql=postgresql,
        sqlite=sqlite,
        reverse_postgresql=reverse_postgresql,
        reverse_sqlite=reverse_sqlite,
    )
