"""Constraint for migrations: live spells [start, end) of one key never share a day."""

from collections.abc import Sequence

from tongchou.platform.db.sql import VendorSQL


def no_overlap(
    table: str, name: str, key: Sequence[str], *, struck: str | None = None
) -> VendorSQL:
    """Forbid two rows of `table` with the same `key` columns to share a day.

    Rows whose `struck` column is filled do not count. PostgreSQL: an exclusion constraint.
    SQLite: triggers; Django drops them when a later migration rebuilds the table (any AlterField),
    which then repeats this operation; the attack tests of each table notice if it does not.
    """
    where = f"where ({struck} is null)" if struck else ""
    sqlite = _triggers(table, name, key, struck)
    equal = ", ".join(f"{column} with =" for column in key)
    postgresql = [
        "create extension if not exists btree_gist",
        f"alter table {table} add constraint {name} exclude using gist "
        f"({equal}, daterange(start, \"end\", '[)') with &&) {where}",
    ]
    return VendorSQL(
        postgresql=postgresql,
        sqlite=sqlite,
        reverse_postgresql=[f"alter table {table} drop constraint {name}"],
        reverse_sqlite=[f"drop trigger {name}_insert", f"drop trigger {name}_update"],
    )


def no_overlap_again(
    table: str, name: str, key: Sequence[str], *, struck: str | None = None
) -> VendorSQL:
    """Repeat `no_overlap` where SQLite rebuilt the table and lost it; PostgreSQL has it still."""
    return VendorSQL(
        postgresql=[],
        sqlite=[
            f"drop trigger if exists {name}_insert",
            f"drop trigger if exists {name}_update",
            *_triggers(table, name, key, struck),
        ],
        reverse_postgresql=[],
        reverse_sqlite=[],
    )


def _triggers(table: str, name: str, key: Sequence[str], struck: str | None) -> list[str]:
    watched = ", ".join([*key, "start", '"end"', *([struck] if struck else [])])
    return [
        _trigger(table, name, "insert", key, struck),
        _trigger(table, name, f"update of {watched}", key, struck),
    ]


def _trigger(table: str, name: str, event: str, key: Sequence[str], struck: str | None) -> str:
    same = " and ".join(f"other.{column} = new.{column}" for column in key)
    live = f"and other.{struck} is null" if struck else ""
    when = f"when new.{struck} is null" if struck else ""
    return f"""
create trigger {name}_{event.split(maxsplit=1)[0]} after {event} on {table} {when}
begin
  select raise(abort, 'constraint {name}') where exists (
    select 1 from {table} other where {same} and other.id <> new.id {live}
    and (other."end" is null or new.start < other."end")
    and (new."end" is null or other.start < new."end"));
end"""
