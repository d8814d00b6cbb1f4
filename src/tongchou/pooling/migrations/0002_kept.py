from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

# What was proposed stays as it was proposed, and what is done with is done with.
CHANGE = ("area_id", "scheme", "pool_id", "starts_on", "ground", "proposed_by_id", "proposed_at")
REMITTANCE = (
    "pooling_id", "fund_id", "kind", "fen", "ground", "corrects_id", "proposed_by_id",
    "proposed_at",
)  # fmt: skip
GUARDS = (
    ("pooling_change_kept", "pooling_change", CHANGE, "('dropped', 'withdrawn')"),
    ("pooling_remittance_kept", "pooling_remittance", REMITTANCE, "('posted', 'dropped')"),
)
TABLES = ("pooling_change", "pooling_remittance")


def when(columns: tuple[str, ...], done: str, word: str) -> str:
    changed = " or ".join(f"old.{name} {word} new.{name}" for name in columns)
    return f"{changed} or old.state in {done}"


class Migration(migrations.Migration):
    dependencies = [("pooling", "0001_initial"), ("trail", "0002_chains")]

    operations = [
        VendorSQL(
            postgresql=[
                *(
                    f"create trigger {name} before update on {table} for each row "
                    f"when ({when(columns, done, 'is distinct from')}) "
                    "execute function ledger_refuse()"
                    for name, table, columns, done in GUARDS
                ),
                *(
                    f"create trigger {table}_stays before delete or truncate on {table} "
                    "for each statement execute function ledger_refuse()"
                    for table in TABLES
                ),
            ],
            sqlite=[
                *(
                    sqlite_refuse(name, "update", table, when=when(columns, done, "is not"))
                    for name, table, columns, done in GUARDS
                ),
                *(sqlite_refuse(f"{table}_stays", "delete", table) for table in TABLES),
            ],
            reverse_postgresql=[
                *(f"drop trigger {table}_stays on {table}" for table in TABLES),
                *(f"drop trigger {name} on {table}" for name, table, _columns, _done in GUARDS),
            ],
            reverse_sqlite=[
                *(f"drop trigger {table}_stays" for table in TABLES),
                *(f"drop trigger {name}" for name, _table, _columns, _done in GUARDS),
            ],
        ),
    ]
