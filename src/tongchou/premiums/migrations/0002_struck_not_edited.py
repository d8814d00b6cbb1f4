"""What was registered is struck, once, and neither edited nor removed."""

from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

# table -> columns that stay as they were written
FIXED = {
    "premiums_batch": "area, year, sha256, rows, fen, entry_id, linked, by_id, at",
    "premiums_payment": "area, person_id, year, fen, paid_on, receipt, source, rule, batch_id",
    "premiums_exemption": "area, person_id, year, ground, set_on, source",
    "premiums_waiver": "area, person_id, year, kind, signed_on, sha256, content",
    "premiums_refund": "area, payment_id, code, fen, category, proposed_by_id, proposed_at",
    "premiums_subsidyrun": "area, year, on_day, persons, fen, proposed_by_id, proposed_at",
    "premiums_subsidyline": "run_id, person_id, year, category, fen",
}
STRUCK = ("premiums_payment", "premiums_exemption", "premiums_waiver")


def _postgresql(table: str, columns: str) -> list[str]:
    fixed = [
        f"create trigger {table}_fixed before update of {columns} or delete on {table} "
        "for each row execute function ledger_refuse()",
        f"create trigger {table}_whole before truncate on {table} "
        "for each statement execute function ledger_refuse()",
    ]
    if table in STRUCK:
        fixed.append(
            f"create trigger {table}_struck before update on {table} for each row "
            "when (old.struck_at is not null) execute function ledger_refuse()"
        )
    return fixed


def _sqlite(table: str, columns: str) -> list[str]:
    fixed = [
        sqlite_refuse(f"{table}_fixed", f"update of {columns}", table),
        sqlite_refuse(f"{table}_no_delete", "delete", table),
    ]
    if table in STRUCK:
        fixed.append(
            sqlite_refuse(f"{table}_struck", "update", table, when="old.struck_at is not null")
        )
    return fixed


def _names(table: str, *kinds: str) -> list[str]:
    return [f"{table}_{kind}" for kind in kinds if kind != "struck" or table in STRUCK]


class Migration(migrations.Migration):
    dependencies = [("premiums", "0001_initial"), ("trail", "0002_chains")]
    operations = [
        VendorSQL(
            postgresql=[sql for table, columns in FIXED.items() for sql in _postgresql(table, columns)],
            sqlite=[sql for table, columns in FIXED.items() for sql in _sqlite(table, columns)],
            reverse_postgresql=[
                f"drop trigger {name} on {table}"
                for table in FIXED
                for name in _names(table, "fixed", "whole", "struck")
            ],
            reverse_sqlite=[
                f"drop trigger {name}"
                for table in FIXED
                for name in _names(table, "fixed", "no_delete", "struck")
            ],
        )
    ]
