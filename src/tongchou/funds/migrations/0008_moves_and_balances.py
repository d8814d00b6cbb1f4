from typing import Any

from django.db import connection, migrations

from tongchou.platform import clock
from tongchou.platform.db.ledger import append_only, sqlite_refuse
from tongchou.platform.db.raw import to_db
from tongchou.platform.db.sql import VendorSQL

BROUGHT_IN = """
insert into funds_accountmove (person_id, entry_id, amount, at, day, for_person_id)
select person_id, null, balance, %s, %s, null from funds_personalaccount where balance > 0
"""
# It runs as its owner: the application's role may not touch a balance itself. An account opens with
# its first line; `on conflict` alone would try the check with the drawn amount first.
MOVED_POSTGRESQL = """
create function funds_account_moved() returns trigger language plpgsql
security definer set search_path from current as $$
begin
  if exists (select 1 from funds_entry where id = new.entry_id) then
    raise exception 'a move of an entry that exists is refused: post a new entry'
      using errcode = 'check_violation', constraint = 'account_move_not_late';
  end if;
  update funds_personalaccount set balance = balance + new.amount where person_id = new.person_id;
  if not found then
    insert into funds_personalaccount (person_id, balance) values (new.person_id, 0)
      on conflict do nothing;
    update funds_personalaccount set balance = balance + new.amount
      where person_id = new.person_id;
  end if;
  return null;
end $$
"""
MOVED_SQLITE = """
create trigger funds_account_moved after insert on funds_accountmove
begin
  insert into funds_personalaccount (person_id, balance) values (new.person_id, 0)
    on conflict (person_id) do nothing;
  update funds_personalaccount set balance = balance + new.amount where person_id = new.person_id;
end
"""
# SQLite cannot tell who updates: the newest move must explain it.
EXPLAINED_SQLITE = """not exists (
  select 1 from funds_accountmove where id = (select max(id) from funds_accountmove)
  and person_id = old.person_id and amount = new.balance - old.balance)"""

# As 0002 has it, and what 2001 owes is moved by person to the fen.
ENTRY_POSTGRESQL = """
create or replace function funds_entry_balances() returns trigger language plpgsql as $$
declare
  even boolean;
  owed bigint;
begin
  select bool_and(fund.amount = 0 and fund.own), coalesce(sum(fund.owed), 0) into even, owed from (
    select sum(p.amount) as amount, bool_and(a.area = new.area) as own,
           sum(p.amount) filter (where a.fund_id = 'personal_account' and a.code = '2001') as owed
    from funds_posting p join funds_account a on a.id = p.account_id
    where p.entry_id = new.id group by a.fund_id) fund;
  if even is not true then
    raise exception 'entry % is refused: its postings must exist and sum to zero in each fund',
      new.id using errcode = 'check_violation';
  end if;
  if owed + coalesce((select sum(amount) from funds_accountmove where entry_id = new.id), 0) <> 0 then
    raise exception 'entry % is refused: what it posts to 2001 is not moved by person', new.id
      using errcode = 'check_violation', constraint = 'entry_moves_accounts';
  end if;
  return new;
end $$
"""
ENTRY_POSTGRESQL_BEFORE = """
create or replace function funds_entry_balances() returns trigger language plpgsql as $$
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
create trigger funds_entry_moves before insert on funds_entry
when (select coalesce(sum(p.amount), 0) from funds_posting p
      join funds_account a on a.id = p.account_id
      where p.entry_id = new.id and a.fund_id = 'personal_account' and a.code = '2001')
   + (select coalesce(sum(amount), 0) from funds_accountmove where entry_id = new.id) <> 0
begin
  select raise(abort, 'entry_moves_accounts');
end
"""
LATE_SQLITE = """
create trigger funds_account_move_not_late before insert on funds_accountmove
when exists (select 1 from funds_entry where id = new.entry_id)
begin
  select raise(abort, 'account_move_not_late');
end
"""


def bring_in(apps: Any, editor: Any) -> None:
    """Give each account that holds something the line that it opens with."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT_IN, [to_db(now), clock.local(now).date()])
        if connection.vendor == "postgresql":
            # Keys are checked before the table is given its triggers.
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")


class Migration(migrations.Migration):
    dependencies = [("funds", "0007_account_moves"), ("trail", "0002_chains")]

    operations = [
        migrations.RunPython(bring_in, migrations.RunPython.noop),
        append_only("funds_accountmove"),
        VendorSQL(
            postgresql=[
                MOVED_POSTGRESQL,
                # By row, in the order of the statement: accounts are locked in that order.
                "create trigger funds_account_moved after insert on funds_accountmove "
                "for each row execute function funds_account_moved()",
                "create trigger funds_account_move_has_entry before insert on funds_accountmove "
                "for each row when (new.entry_id is null) execute function ledger_refuse()",
                ENTRY_POSTGRESQL,
                "create trigger funds_personal_by_moves before update on funds_personalaccount "
                "for each row when (pg_trigger_depth() = 0) execute function ledger_refuse()",
                "create trigger funds_personal_stays before delete or truncate "
                "on funds_personalaccount for each statement execute function ledger_refuse()",
                "create trigger funds_personal_opens_empty before insert on funds_personalaccount "
                "for each row when (new.balance <> 0) execute function ledger_refuse()",
            ],
            sqlite=[
                LATE_SQLITE,
                MOVED_SQLITE,
                ENTRY_SQLITE,
                sqlite_refuse(
                    "funds_account_move_has_entry",
                    "insert",
                    "funds_accountmove",
                    when="new.entry_id is null",
                ),
                sqlite_refuse(
                    "funds_personal_by_moves",
                    "update of balance",
                    "funds_personalaccount",
                    when=EXPLAINED_SQLITE,
                ),
                sqlite_refuse(
                    "funds_personal_same", "update of person_id", "funds_personalaccount"
                ),
                sqlite_refuse("funds_personal_stays", "delete", "funds_personalaccount"),
                sqlite_refuse(
                    "funds_personal_opens_empty",
                    "insert",
                    "funds_personalaccount",
                    when="new.balance <> 0",
                ),
            ],
            reverse_postgresql=[
                "drop trigger funds_personal_opens_empty on funds_personalaccount",
                "drop trigger funds_personal_stays on funds_personalaccount",
                "drop trigger funds_personal_by_moves on funds_personalaccount",
                ENTRY_POSTGRESQL_BEFORE,
                "drop trigger funds_account_move_has_entry on funds_accountmove",
                "drop trigger funds_account_moved on funds_accountmove",
                "drop function funds_account_moved()",
            ],
            reverse_sqlite=[
                "drop trigger funds_personal_opens_empty",
                "drop trigger funds_personal_stays",
                "drop trigger funds_personal_same",
                "drop trigger funds_personal_by_moves",
                "drop trigger funds_account_move_has_entry",
                "drop trigger funds_entry_moves",
                "drop trigger funds_account_moved",
                "drop trigger funds_account_move_not_late",
            ],
        ),
    ]
