"""Whether the books hold together, by plain SQL of its own (P4): after a crash, and nightly.

The database refuses what would break these; this finds what was done with the guards set aside.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

# Each query lists what is wrong: (object, fen of difference or None).
_CHECKS = {
    "entry": """
        select p.entry_id, sum(p.amount) from funds_posting p
        join funds_account a on a.id = p.account_id
        where a.area = %s group by p.entry_id, a.fund_id having sum(p.amount) <> 0
        """,
    "no_postings": """
        select e.id, null from funds_entry e where e.area = %s
        and not exists (select 1 from funds_posting p where p.entry_id = e.id)
        """,
    "no_entry": """
        select p.id, p.amount from funds_posting p join funds_account a on a.id = p.account_id
        left join funds_entry e on e.id = p.entry_id
        where a.area = %s and (e.id is null or e.area <> a.area)
        """,
    "balance": """
        select a.id, a.balance - coalesce(sum(p.amount), 0) from funds_account a
        left join funds_posting p on p.account_id = a.id
        where a.area = %s group by a.id, a.balance having a.balance <> coalesce(sum(p.amount), 0)
        """,
    "fund": """
        select fund_id, sum(balance) from funds_account
        where area = %s group by fund_id having sum(balance) <> 0
        """,
    # Entries from before there were lines are in the balances that were brought in.
    "moves": """
        select e.id, coalesce(m.amount, 0) + coalesce(p.amount, 0) from funds_entry e
        left join (select entry_id, sum(amount) as amount from funds_accountmove
                   group by entry_id) m on m.entry_id = e.id
        left join (select x.entry_id, sum(x.amount) as amount from funds_posting x
                   join funds_account a on a.id = x.account_id
                   where a.fund_id = 'personal_account' and a.code = '2001'
                   group by x.entry_id) p on p.entry_id = e.id
        where e.area = %s and coalesce(m.amount, 0) + coalesce(p.amount, 0) <> 0
        and not exists (select 1 from funds_accountmove b where b.entry_id is null and b.at >= e.at)
        """,
}
# What the fund owes its members is the sum of their accounts; an area's own database holds both.
_PERSONAL = """
select (select coalesce(sum(balance), 0) from funds_personalaccount)
     + (select coalesce(sum(balance), 0) from funds_account
        where fund_id = 'personal_account' and code = '2001')
"""
# A personal account is the sum of its lines. (person, fen of difference)
_LINES = """
select b.person_id, b.balance - coalesce(sum(m.amount), 0) from funds_personalaccount b
left join funds_accountmove m on m.person_id = b.person_id
group by b.person_id, b.balance having b.balance <> coalesce(sum(m.amount), 0)
"""


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str  # entry | no_postings | no_entry | balance | fund | moves | account | personal
    object_id: str
    difference: int | None  # fen


def verify_books(area: str) -> list[Fault]:
    """Return what does not hold; an empty list is sound books."""
    found = [
        Fault(kind, str(row[0]), None if row[1] is None else int(row[1]))
        for kind, sql in _CHECKS.items()
        for row in _rows(sql, [area])
    ]
    difference = int(_rows(_PERSONAL, [])[0][0])
    found += [Fault("account", str(row[0]), int(row[1])) for row in _rows(_LINES, [])]
    if difference:
        found.append(Fault("personal", "2001", difference))
    return found


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
