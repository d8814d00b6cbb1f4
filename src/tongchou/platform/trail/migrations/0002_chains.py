from django.db import migrations

from tongchou.platform.db.ledger import REFUSE_FUNCTION, append_only, sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

HEADS = "insert into trail_chainhead (slice, seq, hash) values " + ", ".join(
    f"({n}, 0, {{zero}})" for n in range(16)
)
ZERO_POSTGRESQL = r"'\x" + "00" * 32 + "'"
ZERO_SQLITE = "x'" + "00" * 32 + "'"


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [
        VendorSQL(
            postgresql=[
                REFUSE_FUNCTION,
                # SQLite joins blobs as text, so the link is a function of the same name on both.
                "create function trail_link(bytea, bytea) returns bytea "
                "language sql immutable parallel safe return sha256($1 || $2)",
            ],
            sqlite=[],
            reverse_postgresql=[
                "drop function trail_link(bytea, bytea)",
                "drop function ledger_refuse()",
            ],
            reverse_sqlite=[],
        ),
        append_only("trail_act"),
        VendorSQL(
            postgresql=[
                HEADS.format(zero=ZERO_POSTGRESQL),
                "create trigger trail_chainhead_advances before update on trail_chainhead "
                "for each row when (new.slice <> old.slice or new.seq <> old.seq + 1) "
                "execute function ledger_refuse()",
                "create trigger trail_chainhead_stays before insert or delete or truncate "
                "on trail_chainhead for each statement execute function ledger_refuse()",
                # A head is updated with every act: room for HOT updates keeps it one page.
                "alter table trail_chainhead set (fillfactor = 20)",
            ],
            sqlite=[
                HEADS.format(zero=ZERO_SQLITE),
                sqlite_refuse(
                    "trail_chainhead_advances",
                    "update",
                    "trail_chainhead",
                    when="new.slice <> old.slice or new.seq <> old.seq + 1",
                ),
                sqlite_refuse("trail_chainhead_no_insert", "insert", "trail_chainhead"),
                sqlite_refuse("trail_chainhead_no_delete", "delete", "trail_chainhead"),
            ],
            reverse_postgresql=[
                "drop trigger trail_chainhead_stays on trail_chainhead",
                "drop trigger trail_chainhead_advances on trail_chainhead",
                "delete from trail_chainhead",
            ],
            reverse_sqlite=[
                "drop trigger trail_chainhead_no_delete",
                "drop trigger trail_chainhead_no_insert",
                "drop trigger trail_chainhead_advances",
                "delete from trail_chainhead",
            ],
        ),
    ]
