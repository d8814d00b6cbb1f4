from django.db import migrations

from tongchou.platform.db.ledger import append_only, sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

# Two transactions must not write one entry: the second would not see the first's postings, and a
# late posting could slip in beside it. 1024 keys bound the locks that a bulk load holds.
# It runs as its owner: the application's role may not touch a balance itself.
POSTINGS_POSTGRESQL = """
create function funds_postings_added() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  perform pg_advisory_xact_lock(1001, key)
    from (select distinct (entry_id % 1024)::int as key from added order by key) keys;
  if exists (select 1 from funds_entry e join added p on p.entry_id = e.id) then
    raise exception 'posting to an entry that exists is refused: post a new entry'
      using errcode = 'check_violation';
  end if;
  update funds_account a set balance = a.balance + moved.amount
    from (select account_id, sum(amount) as amount from added
          group by account_id order by account_id) moved
    where a.id = moved.account_id;
  return null;
end $$
"""
ENTRY_POSTGRESQL = """
create function funds_entry_balances() returns trigger language plpgsql as $$
declare
  even boolean;
begin
  select bool_and(fund.amount = 0 and fund.own) into even from (
    select sum(p.amount) as amount, bool_and(a.area = new.area) as own
    from funds_posting p join funds_account a on a.id = p.account_id
    where p.entry_id = new.id group by a.fund_id) fund;
  if even is not true then
    raise exception 'entry % is refused: its postings must exist and sum to zero in each fund',
      new.id using errcode = 'check_violation';
  end if;
  return new;
end $$
"""
ENTRY_SQLITE = """
create trigger funds_entry_balances before insert on funds_entry
when (select min(fund.amount = 0 and fund.own) from (
    select sum(p.amount) as amount, min(a.area = new.area) as own
    from funds_posting p join funds_account a on a.id = p.account_id
    where p.entry_id = new.id group by a.fund_id) fund) is not 1
begin
  select raise(abort, 'entry is refused: its postings must exist and sum to zero in each fund');
end
"""
LATE_SQLITE = """
create trigger funds_posting_not_late before insert on funds_posting
when exists (select 1 from funds_entry where id = new.entry_id)
begin
  select raise(abort, 'posting to an entry that exists is refused: post a new entry');
end
"""
MOVE_SQLITE = """
create trigger funds_posting_moves after insert on funds_posting
begin
  update funds_account set balance = balance + new.amount where id = new.account_id;
end
"""
# SQLite cannot tell who updates: the newest posting must explain the move.
EXPLAINED_SQLITE = """not exists (
  select 1 from funds_posting where id = (select max(id) from funds_posting)
  and account_id = old.id and amount = new.balance - old.balance)"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial"), ("trail", "0002_chains")]

    operations = [
        append_only("funds_entry", "funds_posting"),
        VendorSQL(
            postgresql=[
                POSTINGS_POSTGRESQL,
                "create trigger funds_postings_added after insert on funds_posting "
                "referencing new table as added "
                "for each statement execute function funds_postings_added()",
                ENTRY_POSTGRESQL,
                "create trigger funds_entry_balances before insert on funds_entry "
                "for each row execute function funds_entry_balances()",
                # Depth 0 is a statement of a client, 1 the trigger of a posting.
                "create trigger funds_account_by_postings before update on funds_account "
                "for each row when (pg_trigger_depth() = 0) execute function ledger_refuse()",
                "create trigger funds_account_stays before delete or truncate on funds_account "
                "for each statement execute function ledger_refuse()",
                "create trigger funds_account_opens_empty before insert on funds_account "
                "for each row when (new.balance <> 0) execute function ledger_refuse()",
                # Balances are updated with every bill: room for HOT updates keeps them in a page.
                "alter table funds_account set (fillfactor = 50)",
            ],
            sqlite=[
                LATE_SQLITE,
                MOVE_SQLITE,
                ENTRY_SQLITE,
                sqlite_refuse(
                    "funds_account_by_postings",
                    "update of balance",
                    "funds_account",
                    when=EXPLAINED_SQLITE,
                ),
                sqlite_refuse(
                    "funds_account_same",
                    "update of id, area, fund_id, code, slice",
                    "funds_account",
                ),
                sqlite_refuse("funds_account_stays", "delete", "funds_account"),
                sqlite_refuse(
                    "funds_account_opens_empty",
                    "insert",
                    "funds_account",
                    when="new.balance <> 0",
                ),
            ],
            reverse_postgresql=[
                "drop trigger funds_account_opens_empty on funds_account",
                "drop trigger funds_account_stays on funds_account",
                "drop trigger funds_account_by_postings on funds_account",
                "drop trigger funds_entry_balances on funds_entry",
                "drop function funds_entry_balances()",
                "drop trigger funds_postings_added on funds_posting",
                "drop function funds_postings_added()",
            ],
            reverse_sqlite=[
                "drop trigger funds_account_opens_empty",
                "drop trigger funds_account_stays",
                "drop trigger funds_account_same",
                "drop trigger funds_account_by_postings",
                "drop trigger funds_entry_balances",
                "drop trigger funds_posting_moves",
                "drop trigger funds_posting_not_late",
            ],
        ),
    ]
