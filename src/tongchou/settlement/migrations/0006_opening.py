from django.db import migrations, models

from tongchou.platform.db.sql import VendorSQL

# Django would make SQLite rebuild the table for a column.
COLUMN = "alter table settlement_personyear add column opening"
DROP = "alter table settlement_personyear drop column opening"

# Two numbers for each of core.policy.TIERS, as the fold's state has them.
WIDTH = 14

# An opening is set before the first bill, moves the state with it, and stays: the year's fold
# begins there for ever. The row is locked by whoever posts a bill, so that one of the two waits.
POSTGRESQL = f"""
create function settlement_opening_stays() returns trigger language plpgsql as $$
begin
  if exists (select 1 from settlement_settlement where person_year_id = new.id) then
    raise exception 'year % has bills: its opening stays', new.id
      using errcode = 'check_violation', constraint = 'year_opening_before_bills';
  end if;
  if new.state <> new.opening then
    raise exception 'year % is opened with another state', new.id
      using errcode = 'check_violation', constraint = 'year_opening_is_state';
  end if;
  if jsonb_typeof(new.opening) <> 'array' or jsonb_array_length(new.opening) not in (0, {WIDTH})
     or exists (select 1 from jsonb_array_elements(new.opening) e
                where jsonb_typeof(e) <> 'number' or e::text !~ '^[0-9]+$') then
    raise exception 'year % is opened with what is no state', new.id
      using errcode = 'check_violation', constraint = 'year_opening_shape';
  end if;
  return new;
end $$
"""
EVENTS = {
    "insert": ("insert", "new.opening <> '[]'"),
    "update": ("update of opening", "new.opening is distinct from old.opening"),
}


def postgresql(name: str) -> str:
    event, when = EVENTS[name]
    return (
        f"create trigger settlement_opening_{name} before {event} on settlement_personyear "
        f"for each row when ({when}) execute function settlement_opening_stays()"
    )


def sqlite(name: str) -> str:
    event, when = EVENTS[name]
    when = when.replace("is distinct from", "is not")
    return f"""
create trigger settlement_opening_{name} before {event} on settlement_personyear when {when}
begin
  select raise(abort, 'constraint year_opening_before_bills')
  where exists (select 1 from settlement_settlement where person_year_id = new.id);
  select raise(abort, 'constraint year_opening_is_state')
  where json(new.state) <> json(new.opening);
  select raise(abort, 'constraint year_opening_shape')
  where json_type(new.opening) <> 'array' or json_array_length(new.opening) not in (0, {WIDTH})
     or exists (select 1 from json_each(new.opening) where type <> 'integer' or value < 0);
end
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_withheld")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddField(
                    model_name="personyear",
                    name="opening",
                    field=models.JSONField(
                        db_default=models.Value([], models.JSONField()), default=list
                    ),
                ),
            ],
            database_operations=[
                VendorSQL(
                    postgresql=[
                        f"{COLUMN} jsonb not null default '[]'",
                        POSTGRESQL,
                        *map(postgresql, EVENTS),
                    ],
                    sqlite=[
                        f"{COLUMN} text not null default '[]' check (json_valid(opening))",
                        *map(sqlite, EVENTS),
                    ],
                    reverse_postgresql=[
                        *(
                            f"drop trigger settlement_opening_{name} on settlement_personyear"
                            for name in EVENTS
                        ),
                        "drop function settlement_opening_stays()",
                        DROP,
                    ],
                    reverse_sqlite=[
                        *(f"drop trigger settlement_opening_{name}" for name in EVENTS),
                        DROP,
                    ],
                ),
            ],
        ),
    ]
