from django.db import migrations

from tongchou.platform.db.sql import VendorSQL

# As 0002 has it; and what is left on another record of the same person is the person's own.
SAME_PERSON = """exists (
  select 1 from people_person a join people_person b
    on coalesce(a.merged_into_id, a.id) = coalesce(b.merged_into_id, b.id)
  where a.id = new.person_id and b.id = new.for_person_id)"""
LINKED = """
    from sharing_accountlink
    where owner_id = new.person_id and member_id = new.for_person_id and struck_at is null
    and start <= new.day and ("end" is null or new.day < "end")"""


def postgresql(own: str) -> str:
    return f"""
create or replace function sharing_drawn_by_link() returns trigger language plpgsql as $$
begin
  {own}
  perform 1 {LINKED} for share;
  if not found then
    raise exception 'account_move_by_link: drawn on for another without a link of the day'
      using errcode = 'check_violation', constraint = 'account_move_by_link';
  end if;
  return new;
end $$
"""


def sqlite(own: str) -> list[str]:
    return [
        "drop trigger sharing_drawn_by_link",
        f"""
create trigger sharing_drawn_by_link before insert on funds_accountmove
when new.amount < 0 and new.for_person_id <> new.person_id
  and not exists (select 1 {LINKED}) {own}
begin
  select raise(abort, 'account_move_by_link');
end
""",
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0002_drawn_by_link"),
        ("people", "0004_merges_and_permits"),
        ("settlement", "0007_linked_pays"),
    ]

    operations = [
        VendorSQL(
            postgresql=[postgresql(f"if {SAME_PERSON} then return new; end if;")],
            sqlite=sqlite(f"and not {SAME_PERSON}"),
            reverse_postgresql=[postgresql("")],
            reverse_sqlite=sqlite(""),
        ),
    ]
