from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.overlap import no_overlap
from tongchou.platform.db.sql import VendorSQL

# An account is drawn on for another's bill only under a link of that day. The link is held until
# the commit: who ends it waits, and then sees what was drawn.
DRAWN_POSTGRESQL = """
create function sharing_drawn_by_link() returns trigger language plpgsql as $$
begin
  perform 1 from sharing_accountlink
    where owner_id = new.person_id and member_id = new.for_person_id and struck_at is null
    and start <= new.day and ("end" is null or new.day < "end") for share;
  if not found then
    raise exception 'account_move_by_link: drawn on for another without a link of the day'
      using errcode = 'check_violation', constraint = 'account_move_by_link';
  end if;
  return new;
end $$
"""
DRAWN_SQLITE = """
create trigger sharing_drawn_by_link before insert on funds_accountmove
when new.amount < 0 and new.for_person_id <> new.person_id and not exists (
  select 1 from sharing_accountlink
  where owner_id = new.person_id and member_id = new.for_person_id and struck_at is null
  and start <= new.day and ("end" is null or new.day < "end"))
begin
  select raise(abort, 'account_move_by_link');
end
"""
# What a link says does not change: it is ended once, or struck, and not under what was drawn.
SAME = " or ".join(
    f"new.{column} <> old.{column}"
    for column in ("id", "owner_id", "member_id", "relation", "start", "known_on", "source")
)
CHANGED = f"""{SAME} or old.struck_at is not null
  or (old."end" is not null and (new."end" is null or new."end" <> old."end"
                                 or new.ended_source <> old.ended_source))"""
USED = """exists (
  select 1 from funds_accountmove m
  where m.person_id = old.owner_id and m.for_person_id = old.member_id and m.amount < 0
  and m.day >= old.start and (old."end" is null or m.day < old."end")
  and (new.struck_at is not null or m.day >= new."end"))"""
KEPT_POSTGRESQL = f"""
create function sharing_link_kept() returns trigger language plpgsql as $$
begin
  if {CHANGED} then
    raise exception 'account_link_changed: end a link or strike it'
      using errcode = 'check_violation', constraint = 'account_link_changed';
  end if;
  if {USED} then
    raise exception 'account_link_used: the account was drawn on under this link'
      using errcode = 'check_violation', constraint = 'account_link_used';
  end if;
  return new;
end $$
"""


def kept_sqlite(name: str, when: str) -> str:
    return (
        f"create trigger {name} before update on sharing_accountlink when {when} "
        f"begin select raise(abort, '{name}'); end"
    )


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("funds", "0008_moves_and_balances")]

    operations = [
        no_overlap(
            "sharing_accountlink",
            "account_link_one_a_day",
            ["owner_id", "member_id"],
            struck="struck_at",
        ),
        VendorSQL(
            postgresql=[
                DRAWN_POSTGRESQL,
                "create trigger sharing_drawn_by_link before insert on funds_accountmove "
                "for each row when (new.amount < 0 and new.for_person_id <> new.person_id) "
                "execute function sharing_drawn_by_link()",
                KEPT_POSTGRESQL,
                "create trigger sharing_link_kept before update on sharing_accountlink "
                "for each row execute function sharing_link_kept()",
                "create trigger sharing_link_stays before delete or truncate "
                "on sharing_accountlink for each statement execute function ledger_refuse()",
            ],
            sqlite=[
                DRAWN_SQLITE,
                kept_sqlite("account_link_changed", CHANGED),
                kept_sqlite("account_link_used", USED),
                sqlite_refuse("sharing_link_stays", "delete", "sharing_accountlink"),
            ],
            reverse_postgresql=[
                "drop trigger sharing_link_stays on sharing_accountlink",
                "drop trigger sharing_link_kept on sharing_accountlink",
                "drop function sharing_link_kept()",
                "drop trigger sharing_drawn_by_link on funds_accountmove",
                "drop function sharing_drawn_by_link()",
            ],
            reverse_sqlite=[
                "drop trigger sharing_link_stays",
                "drop trigger account_link_used",
                "drop trigger account_link_changed",
                "drop trigger sharing_drawn_by_link",
            ],
        ),
    ]
