from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

# Bills were priced under these words: once adopted they may be withdrawn, never changed (P12).
WORDS = (
    "id", "area", "scheme", "title", "document", "cases", "plan_id", "valid_from", "has_assumed",
    "revises_id", "drafted_by_id", "drafted_at", "checked_by_id", "checked_at", "adopted_by_id",
    "adopted_at",
)


def changed(differs: str) -> str:
    words = " or ".join(f"old.{column} {differs} new.{column}" for column in WORDS)
    state = "old.state <> new.state and not (old.state = 'adopted' and new.state = 'withdrawn')"
    return f"old.adopted_by_id is not null and ({words} or ({state}))"


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_submission_cases_signatures"), ("trail", "0002_chains")]

    operations = [
        VendorSQL(
            postgresql=[
                "create trigger plans_adopted_stays before update on plans_planversion "
                f"for each row when ({changed('is distinct from')}) "
                "execute function ledger_refuse()",
                "create trigger plans_adopted_is_kept before delete on plans_planversion "
                "for each row when (old.adopted_by_id is not null) "
                "execute function ledger_refuse()",
                "create trigger plans_are_kept before truncate on plans_planversion "
                "for each statement execute function ledger_refuse()",
            ],
            sqlite=[
                sqlite_refuse(
                    "plans_adopted_stays", "update", "plans_planversion", when=changed("is not")
                ),
                sqlite_refuse(
                    "plans_adopted_is_kept",
                    "delete",
                    "plans_planversion",
                    when="old.adopted_by_id is not null",
                ),
            ],
            reverse_postgresql=[
                "drop trigger plans_are_kept on plans_planversion",
                "drop trigger plans_adopted_is_kept on plans_planversion",
                "drop trigger plans_adopted_stays on plans_planversion",
            ],
            reverse_sqlite=[
                "drop trigger plans_adopted_is_kept",
                "drop trigger plans_adopted_stays",
            ],
        ),
    ]
