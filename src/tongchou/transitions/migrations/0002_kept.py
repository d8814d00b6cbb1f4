from django.db import migrations

from tongchou.platform.db.ledger import sqlite_refuse
from tongchou.platform.db.sql import VendorSQL

# The files stay as they came, and what an accepted merge says and carried stays as it was.
FILES = (
    "area", "starts_on", "mapping", "mapping_sha256", "persons", "persons_sha256", "received_by_id",
)  # fmt: skip
KEPT = (
    "transition_id", "person_id", "scheme", "year", "person_year_id", "counted",
    "base_before", "paid_before", "base_after", "paid_after",
)  # fmt: skip
DONE = (
    "select 1 from transitions_transition "
    "where id = {row}.transition_id and state in ('accepted', 'undone')"
)

SPELLS_POSTGRESQL = f"""
create function transitions_rows_stay() returns trigger language plpgsql as $$
begin
  if (tg_op <> 'INSERT' and exists ({DONE.format(row="old")}))
     or (tg_op <> 'DELETE' and exists ({DONE.format(row="new")})) then
    raise exception 'rows of an accepted merge are not changed'
      using errcode = 'check_violation', constraint = 'transition_rows_stay';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$
"""


def changed(columns: tuple[str, ...], word: str) -> str:
    return " or ".join(f"old.{name} {word} new.{name}" for name in columns)


def refuse(name: str, event: str, table: str, when: str = "") -> str:
    condition = f"when ({when}) " if when else ""
    return (
        f"create trigger {name} before {event} on {table} for each row {condition}"
        "execute function ledger_refuse()"
    )


def spells_sqlite(event: str) -> str:
    sides = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}[event]
    when = " or ".join(f"exists ({DONE.format(row=side)})" for side in sides)
    return (
        f"create trigger transitions_rows_stay_{event} before {event} on transitions_oldspell "
        f"when {when} begin select raise(abort, 'constraint transition_rows_stay'); end"
    )


GUARDS = (
    ("transitions_files_stay", "update", "transitions_transition", FILES),
    ("transitions_carried_stays", "update", "transitions_carried", KEPT),
    ("transitions_stay", "delete", "transitions_transition", ()),
    ("transitions_carried_stay", "delete", "transitions_carried", ()),
)
EVENTS = ("insert", "update", "delete")


class Migration(migrations.Migration):
    dependencies = [("transitions", "0001_initial"), ("trail", "0002_chains")]

    operations = [
        VendorSQL(
            postgresql=[
                SPELLS_POSTGRESQL,
                "create trigger transitions_rows_stay before insert or update or delete "
                "on transitions_oldspell for each row execute function transitions_rows_stay()",
                *(
                    refuse(name, event, table, changed(columns, "is distinct from"))
                    for name, event, table, columns in GUARDS
                ),
            ],
            sqlite=[
                *map(spells_sqlite, EVENTS),
                *(
                    sqlite_refuse(name, event, table, when=changed(columns, "is not"))
                    for name, event, table, columns in GUARDS
                ),
            ],
            reverse_postgresql=[
                *(f"drop trigger {name} on {table}" for name, _event, table, _columns in GUARDS),
                "drop trigger transitions_rows_stay on transitions_oldspell",
                "drop function transitions_rows_stay()",
            ],
            reverse_sqlite=[
                *(f"drop trigger {name}" for name, _event, _table, _columns in GUARDS),
                *(f"drop trigger transitions_rows_stay_{event}" for event in EVENTS),
            ],
        ),
    ]
