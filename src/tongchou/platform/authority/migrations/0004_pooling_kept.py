from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.overlap import no_overlap
from tongchou.platform.db.sql import VendorSQL

# A pool that is itself pooled would leave it open whose plan holds. Two transactions, each adding a
# half of such a chain, would not see each other's: they come one after the other.
CHAINED = """
  select 1 from authority_pooling other
  where other.id <> new.id and other.struck_at is null and other.scheme = new.scheme
  and (other.area_id = new.pool_id or other.pool_id = new.area_id)
  and (other."end" is null or new.start < other."end")
  and (new."end" is null or other.start < new."end")
"""
POSTGRESQL = f"""
create function authority_pooling_no_chain() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(1003, 0);
  if exists ({CHAINED}) then
    raise exception 'a pool is not itself pooled'
      using errcode = 'check_violation', constraint = 'pooling_no_chain';
  end if;
  return null;
end $$
"""
KEPT = ("area_id", "scheme", "pool_id", "start")


def sqlite(event: str) -> str:
    return (
        f"create trigger authority_pooling_no_chain_{event.split(maxsplit=1)[0]} after {event} "
        f"on authority_pooling when new.struck_at is null and exists ({CHAINED}) "
        "begin select raise(abort, 'constraint pooling_no_chain'); end"
    )


def changed(word: str) -> str:
    columns = " or ".join(f"old.{name} {word} new.{name}" for name in KEPT)
    return f"{columns} or old.struck_at is not null"


class Migration(migrations.Migration):
    dependencies = [("authority", "0003_pooling"), ("trail", "0002_chains")]

    operations = [
        no_overlap(
            "authority_pooling", "pooling_once_a_day", ("area_id", "scheme"), struck="struck_at"
        ),
        VendorSQL(
            postgresql=[
                POSTGRESQL,
                "create trigger authority_pooling_no_chain after insert or update "
                "on authority_pooling for each row when (new.struck_at is null) "
                "execute function authority_pooling_no_chain()",
                "create trigger authority_pooling_kept before update on authority_pooling "
                f"for each row when ({changed('is distinct from')}) "
                "execute function ledger_refuse()",
                "create trigger authority_pooling_stays before delete or truncate "
                "on authority_pooling for each statement execute function ledger_refuse()",
            ],
            sqlite=[
                sqlite("insert"),
                sqlite('update of "end", struck_at'),
                sqlite_refuse(
                    "authority_pooling_kept",
                    "update",
                    "authority_pooling",
                    when=changed("is not"),
                ),
                sqlite_refuse("authority_pooling_stays", "delete", "authority_pooling"),
            ],
            reverse_postgresql=[
                "drop trigger authority_pooling_stays on authority_pooling",
                "drop trigger authority_pooling_kept on authority_pooling",
                "drop trigger authority_pooling_no_chain on authority_pooling",
                "drop function authority_pooling_no_chain()",
            ],
            reverse_sqlite=[
                "drop trigger authority_pooling_stays",
                "drop trigger authority_pooling_kept",
                "drop trigger authority_pooling_no_chain_update",
                "drop trigger authority_pooling_no_chain_insert",
            ],
        ),
    ]
