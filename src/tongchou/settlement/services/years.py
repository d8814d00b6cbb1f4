"""The years of a person: opened before they are needed, moved when a fact of the person changes."""

from typing import Any

from django.db import connection
from django.db.models import F

from tongchou.settlement.models import PersonYear

# Whoever changes a fact holds the person. Opening waits for them: otherwise their change would
# find no year to move, and the first bill be priced on the facts of a moment ago.
_OPEN_POSTGRESQL = """
with held as (select id from people_person where id = %s for no key update)
insert into settlement_personyear (person_id, scheme, year, version, state)
select id, %s, %s, 0, '[]'::jsonb from held
on conflict (person_id, scheme, year) do nothing
"""
_OPEN_SQLITE = """
insert into settlement_personyear (person_id, scheme, year, version, state)
values (%s, %s, %s, 0, '[]') on conflict (person_id, scheme, year) do nothing
"""


def open_year(person_id: int, scheme: str, year: int) -> None:
    """Make the person-year unless it is there, so that its version can be compared."""
    sql = _OPEN_POSTGRESQL if connection.vendor == "postgresql" else _OPEN_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(sql, [person_id, scheme, year])


def move_on_changed_facts(sender: Any, *, person_id: int, **_: Any) -> None:
    """Move every year of the person; runs inside the transaction that changes the fact."""
    PersonYear.objects.filter(person_id=person_id).update(version=F("version") + 1)
