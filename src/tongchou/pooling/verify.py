"""Whether what members say they passed is what their pools say (P4), by plain SQL of its own.

Each area's books balance by themselves (`funds.verify`); this holds the two sides together.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

# In each of the two books a posted remittance has an entry of its kind, with its amount on the one
# account that its direction means. Every query lists what is wrong: (object, fen or None).
_SIDE = """
select id, posted - fen from (
  select r.id, r.fen, coalesce(sum(case
      when r.kind = 'down' and a.code = '{down}' then {down_sign} * p.amount
      when r.kind <> 'down' and a.code = '{up}' then {up_sign} * p.amount
      else 0 end), 0) as posted
  from pooling_remittance r
  join authority_pooling s on s.id = r.pooling_id
  left join funds_entry e
    on e.id = r.{side}_entry_id and e.area = s.{side}_id and e.kind = 'remittance'
  left join funds_posting p on p.entry_id = e.id
  left join funds_account a on a.id = p.account_id and a.fund_id = r.fund_id
  where r.state = 'posted' group by r.id, r.fen) each_side
where posted <> fen
"""
_CHECKS = {
    "member": _SIDE.format(side="area", up="5402", up_sign=1, down="4401", down_sign=-1),
    "pool": _SIDE.format(side="pool", up="4402", up_sign=-1, down="5401", down_sign=1),
    # An entry between levels that no remittance knows.
    "alone": """
        select e.id, null from funds_entry e where e.kind = 'remittance' and not exists (
          select 1 from pooling_remittance r where e.id in (r.area_entry_id, r.pool_entry_id))
        """,
    # What stands on an account between levels by an entry of another kind.
    "aside": """
        select e.id, sum(p.amount) from funds_posting p
        join funds_account a on a.id = p.account_id
        join funds_entry e on e.id = p.entry_id
        where a.code in ('4401', '4402', '5401', '5402') and e.kind <> 'remittance'
        group by e.id
        """,
}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str  # member | pool | alone | aside
    object_id: str  # the remittance, or the entry
    difference: int | None  # fen


def verify_levels() -> list[Fault]:
    """Return where the two sides differ; an empty list is sound."""
    return [
        Fault(kind, str(row[0]), None if row[1] is None else int(row[1]))
        for kind, sql in _CHECKS.items()
        for row in _rows(sql)
    ]


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
