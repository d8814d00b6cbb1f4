"""One agreement of a partner and kind a day; what was recorded stays as it was written."""

from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.overlap import no_overlap
from tongchou.platform.db.sql import VendorSQL

TABLE = "partners_agreement"
FIXED = (
    "partner_id, kind, number, start, agreed_end, note, paper_name, paper_sha256, paper, "
    "recorded_by_id, recorded_at"
)
# Ended once and struck once: neither is taken back or written again.
ENDED = "old.ended_at is not null"
STRUCK = "old.struck_at is not null"


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial"), ("trail", "0002_chains")]
    operations = [
        no_overlap(
            TABLE, "partner_agreement_one_a_day", ["partner_id", "kind"], struck="struck_at"
        ),
        VendorSQL(
            postgresql=[
                f"create trigger {TABLE}_fixed before update of {FIXED} or delete on {TABLE} "
                "for each row execute function ledger_refuse()",
                f"create trigger {TABLE}_whole before truncate on {TABLE} "
                "for each statement execute function ledger_refuse()",
                f'create trigger {TABLE}_ended before update of "end", ended_at, ended_by, '
                f"ended_reason on {TABLE} for each row when ({ENDED}) "
                "execute function ledger_refuse()",
                f"create trigger {TABLE}_struck before update on {TABLE} for each row "
                f"when ({STRUCK}) execute function ledger_refuse()",
            ],
            sqlite=[
                sqlite_refuse(f"{TABLE}_fixed", f"update of {FIXED}", TABLE),
                sqlite_refuse(f"{TABLE}_no_delete", "delete", TABLE),
                sqlite_refuse(
                    f"{TABLE}_ended",
                    'update of "end", ended_at, ended_by, ended_reason',
                    TABLE,
                    when=ENDED,
                ),
                sqlite_refuse(f"{TABLE}_struck", "update", TABLE, when=STRUCK),
            ],
            reverse_postgresql=[
                f"drop trigger {TABLE}_{name} on {TABLE}"
                for name in ("fixed", "whole", "ended", "struck")
            ],
            reverse_sqlite=[
                f"drop trigger {TABLE}_{name}" for name in ("fixed", "no_delete", "ended", "struck")
            ],
        ),
    ]
