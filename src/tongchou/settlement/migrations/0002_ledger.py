from django.db import migrations

from tongchou.platform.db.ledger import append_only
from tongchou.platform.db.sql import VendorSQL

# A line waits for a settlement of its charge under way, and the settlement for the line (key share
# against the update of a unique column), so that neither overlooks the other.
LINES_POSTGRESQL = """
create function settlement_lines_open() returns trigger language plpgsql as $$
declare
  charges bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct charge_id) into charges from added;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct charge_id) into charges from gone;
  else
    select array_agg(distinct charge_id) into charges
      from (select charge_id from added union select charge_id from gone) both_sides;
  end if;
  perform 1 from settlement_charge where id = any (charges) order by id for key share;
  if exists (select 1 from settlement_charge
             where id = any (charges) and settlement_id is not null) then
    raise exception 'fee lines of a settled charge are not changed: reverse the settlement first'
      using errcode = 'check_violation', constraint = 'fee_line_of_open_charge';
  end if;
  return null;
end $$
"""
TRIGGER_POSTGRESQL = """
create trigger settlement_lines_open_{event} after {event} on settlement_feeline
referencing {tables} for each statement execute function settlement_lines_open()
"""
TABLES = {
    "insert": "new table as added",
    "update": "old table as gone new table as added",
    "delete": "old table as gone",
}
# Pricing reads the lines before it writes: what was added since then must be noticed here.
CHARGE_POSTGRESQL = """
create function settlement_charge_settled() returns trigger language plpgsql as $$
begin
  if (select sum(amount) from settlement_feeline where charge_id = new.id)
     <> (select total from settlement_settlement where id = new.settlement_id) then
    raise exception 'charge % is settled for another sum than its lines', new.id
      using errcode = 'check_violation', constraint = 'charge_settled_for_its_lines';
  end if;
  return new;
end $$
"""
CHARGE_SQLITE = """
create trigger settlement_charge_settled before update of settlement_id on settlement_charge
when new.settlement_id is not null
  and (select sum(amount) from settlement_feeline where charge_id = new.id)
   <> (select total from settlement_settlement where id = new.settlement_id)
begin select raise(abort, 'charge_settled_for_its_lines'); end
"""


def line_sqlite(event: str, *sides: str) -> str:
    settled = " or ".join(
        "(select settlement_id from settlement_charge "
        f"where id = {side}.charge_id) is not null"
        for side in sides
    )
    return (
        f"create trigger settlement_lines_open_{event} before {event} on settlement_feeline "
        f"when {settled} begin select raise(abort, 'fee_line_of_open_charge'); end"
    )


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial"), ("trail", "0002_chains")]

    operations = [
        append_only("settlement_settlement", "settlement_answer"),
        VendorSQL(
            postgresql=[
                LINES_POSTGRESQL,
                *(
                    TRIGGER_POSTGRESQL.format(event=event, tables=tables)
                    for event, tables in TABLES.items()
                ),
                "create trigger settlement_lines_stay before truncate on settlement_feeline "
                "for each statement execute function ledger_refuse()",
                CHARGE_POSTGRESQL,
                "create trigger settlement_charge_settled before update of settlement_id "
                "on settlement_charge for each row when (new.settlement_id is not null) "
                "execute function settlement_charge_settled()",
                # A person-year is updated with each of its bills.
                "alter table settlement_personyear set (fillfactor = 70)",
            ],
            sqlite=[
                line_sqlite("insert", "new"),
                line_sqlite("update", "old", "new"),
                line_sqlite("delete", "old"),
                CHARGE_SQLITE,
            ],
            reverse_postgresql=[
                "drop trigger settlement_charge_settled on settlement_charge",
                "drop function settlement_charge_settled()",
                "drop trigger settlement_lines_stay on settlement_feeline",
                *(
                    f"drop trigger settlement_lines_open_{event} on settlement_feeline"
                    for event in TABLES
                ),
                "drop function settlement_lines_open()",
            ],
            reverse_sqlite=[
                "drop trigger settlement_charge_settled",
                *(f"drop trigger settlement_lines_open_{event}" for event in TABLES),
            ],
        ),
    ]
