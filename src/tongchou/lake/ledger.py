"""What the export reads of the books: the one place of the lake that knows their tables.

The other contexts' queries give objects a few at a time; a year of bills is read as plain rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
import pyarrow as pa

from tongchou.core.policy import TIERS
from tongchou.funds import chart
from tongchou.lake.schema import (
    ENROLMENTS,
    IDENTITIES,
    INSTITUTIONS,
    KEYS,
    LINES,
    MOVEMENTS,
    PERSONS,
    PLANS,
    RESIDENCES,
    SETTLEMENTS,
    Table,
)
from tongchou.platform.db.raw import day, moment
from tongchou.platform.db.snapshot import Snapshot

_ROWS = 20_000  # made into Arrow at a time
_MONEY = ", ".join(f"s.{name}" for name in SETTLEMENTS.money)

_YEARS = """
select distinct y.year, y.scheme from settlement_personyear y
where exists (select 1 from settlement_settlement s where s.person_year_id = y.id and s.area = %s)
order by y.year, y.scheme
"""
_OF_YEAR = """
from settlement_settlement s join settlement_personyear y on y.id = s.person_year_id
where s.area = %s and y.year = %s and y.scheme = %s
"""
_MARKS = f"""
select s.person_id / %s, count(*), max(s.id) {_OF_YEAR} group by 1 order by 1
"""
_SETTLEMENTS = f"""
select s.id, s.person_id, s.ordinal, s.kind, s.original_id, s.channel, i.code, s.settled_at,
       s.basis_date, s.plan_id, s.visit_kind, s.level, s.out_of_area, s.status,
       {{identities}}, s.no_benefit, s.one_stop, s.has_assumed, {_MONEY}
from settlement_settlement s
join settlement_personyear y on y.id = s.person_year_id
left join providers_institution i on i.id = s.institution_id
where s.area = %s and y.year = %s and y.scheme = %s and s.person_id >= %s and s.person_id < %s
order by s.person_id, s.ordinal
"""
_LINES = """
select s.id, s.person_id, l.id, l.at, l.item_code, l.item_name, l.list_type, l.charge_type,
       l.level, l.count, l.price, l.amount, l.own_pay, l.over_limit, l.first_self_pay, l.in_scope,
       l.doctor_code
from settlement_settlement s
join settlement_personyear y on y.id = s.person_year_id
join settlement_charge c on c.settlement_id = s.id
join settlement_feeline l on l.charge_id = c.id
where s.area = %s and y.year = %s and y.scheme = %s and s.person_id >= %s and s.person_id < %s
order by s.person_id, s.ordinal, l.id
"""
_SUMS = f"select count(*), {', '.join(f'coalesce(sum({c}), 0)' for c in _MONEY.split(', '))}"
_SPENT = """
select a.fund_id, coalesce(sum(p.amount), 0)
from settlement_settlement s
join settlement_personyear y on y.id = s.person_year_id
join funds_posting p on p.entry_id = s.id
join funds_account a on a.id = p.account_id
where s.area = %s and y.year = %s and y.scheme = %s and a.code in (%s, %s)
group by a.fund_id
"""
_BALANCES = """
select fund_id, code, sum(balance) from funds_account where area = %s group by fund_id, code
"""
_ATTRIBUTES = """
select p.id, p.birth,
       coalesce((select r.town from people_residence r
                 where r.person_id = p.id and r.struck_at is null and r.start <= %s
                   and (r."end" is null or r."end" > %s)
                 order by r.start desc limit 1), p.town)
from people_person p where p.id >= %s and p.id < %s order by p.id
"""
_OPENINGS = """
select y.person_id, y.opening from settlement_personyear y
where y.year = %s and y.scheme = %s and y.person_id >= %s and y.person_id < %s
  and cast(y.opening as text) <> '[]'
"""
# Of an area: the query of each table, columns in its order.
_AREA = {
    # A record that has gone into another is nobody to be counted; its bills stay under its number,
    # which `keys` leads to the record that stays (querying follows it).
    PERSONS: """select id, sex, birth, died_on, town, village from people_person
                where area = %s and merged_into_id is null order by id""",
    ENROLMENTS: """select f.person_id, f.scheme, f.status, f.psn_type, f.start, f."end",
                          f.known_on, f.source
                   from people_enrolment f join people_person p on p.id = f.person_id
                   where p.area = %s and f.struck_at is null order by f.person_id, f.start""",
    IDENTITIES: """select f.person_id, f.kind, f.start, f."end", f.known_on, f.source
                   from people_identity f join people_person p on p.id = f.person_id
                   where p.area = %s and f.struck_at is null order by f.person_id, f.start""",
    RESIDENCES: """select f.person_id, f.town, f.village, f.start, f."end", f.known_on, f.source
                   from people_residence f join people_person p on p.id = f.person_id
                   where p.area = %s and f.struck_at is null order by f.person_id, f.start""",
    INSTITUTIONS: """select i.code, i.name, i.kind, i.level, i.area, i.town
                     from providers_institution i
                     where i.area = %s or i.id in (select institution_id from settlement_settlement
                                                   where area = %s)
                     order by i.code""",
    # And those of the pools that it is in, by which its bills are settled meanwhile.
    PLANS: """select plan_id, scheme, title, valid_from, document from plans_planversion
              where state = 'adopted' and (area = %s or area in (
                  select pool_id from authority_pooling where area_id = %s and struck_at is null))
              order by scheme, valid_from""",
    MOVEMENTS: """select substr(cast(e.day as text), 1, 7), a.fund_id, a.code, e.kind,
                         cast(sum(p.amount) as bigint)
                  from funds_posting p join funds_entry e on e.id = p.entry_id
                  join funds_account a on a.id = p.account_id
                  where a.area = %s group by 1, 2, 3, 4 order by 1, 2, 3, 4""",
    KEYS: """select p.id, coalesce(stays.psn_no, p.psn_no) from people_person p
             left join people_person stays on stays.id = p.merged_into_id
             where p.area = %s order by p.id""",
}


def years_of(db: Snapshot, area: str) -> list[tuple[int, str]]:
    """Return the (year, scheme) in which the area has settlements."""
    return [(year, scheme) for year, scheme in db.rows(_YEARS, [area])]


def marks(db: Snapshot, area: str, year: int, scheme: str, width: int) -> dict[int, str]:
    """Return for each range of `width` persons that has settlements what tells its state.

    Nothing posted is ever changed, so that a count and the last number tell.
    """
    rows = db.rows(_MARKS, [width, area, year, scheme])
    return {at * width: f"{count}-{last}" for at, count, last in rows}


def settlements(
    db: Snapshot, area: str, year: int, scheme: str, persons: range
) -> Iterator[pa.Table]:
    """Yield the settlements of a range of persons, in ledger order for each."""
    sql = _SETTLEMENTS.format(identities="cast(s.identities as text)")
    params = [area, year, scheme, persons.start, persons.stop]
    for rows in _some(db.rows(sql, params)):
        columns = list(zip(*rows, strict=True))
        settled_at = [moment(value) for value in columns[7]]
        values: dict[str, Sequence[Any]] = dict(zip(_DIRECT, columns[:7], strict=True))
        values |= {
            "settled_at": settled_at,
            "settled_on": [at.date() for at in settled_at if at],
            "basis_date": [day(value) for value in columns[8]],
            **dict(zip(("plan_id", "visit", "level"), columns[9:12], strict=True)),
            "out_of_area": list(map(bool, columns[12])),
            "status": columns[13],
            "identities": [_identities(text) for text in columns[14]],
            "benefit": [not value for value in columns[15]],
            "one_stop": list(map(bool, columns[16])),
            "has_assumed": list(map(bool, columns[17])),
            **dict(zip(SETTLEMENTS.money, columns[18:], strict=True)),
        }
        yield _table(SETTLEMENTS, values)


_DIRECT = ("settlement", "person", "ordinal", "kind", "original", "channel", "institution")


@lru_cache(maxsize=4096)
def _identities(text: str) -> list[str]:
    found: list[str] = orjson.loads(text)
    return found


def lines(db: Snapshot, area: str, year: int, scheme: str, persons: range) -> Iterator[pa.Table]:
    """Yield the fee lines behind the settlements in force of a range of persons."""
    params = [area, year, scheme, persons.start, persons.stop]
    for rows in _some(db.rows(_LINES, params)):
        columns = list(zip(*rows, strict=True))
        columns[3] = tuple(moment(value) for value in columns[3])
        yield _table(LINES, dict(zip(LINES.schema.names, columns, strict=True)))


def sums(db: Snapshot, area: str, year: int, scheme: str) -> dict[str, int]:
    """Return rows and sums of money of the ledger's settlements."""
    count, *money = db.one(f"{_SUMS} {_OF_YEAR}", [area, year, scheme])
    return {"rows": int(count), **dict(zip(SETTLEMENTS.money, map(int, money), strict=True))}


def spent(db: Snapshot, area: str, year: int, scheme: str) -> dict[str, int]:
    """Return what the books say each fund spent on those settlements, fen."""
    accounts = [chart.SPENT_INPATIENT, chart.SPENT_OUTPATIENT]
    return {fund: int(fen) for fund, fen in db.rows(_SPENT, [area, year, scheme, *accounts])}


def spent_by_tiers(scheme: str, money: dict[str, int]) -> dict[str, int]:
    """Return what the funds must have spent, from the sums by tier."""
    found: dict[str, int] = {}
    for tier in TIERS:
        if money[tier]:
            fund = chart.FUND_OF_TIER[scheme, tier]
            found[fund] = found.get(fund, 0) + money[tier]
    return found


def balances(db: Snapshot, area: str) -> dict[tuple[str, str], int]:
    """Return the balance of each account of each fund that is not nothing, fen."""
    rows = db.rows(_BALANCES, [area])
    return {(fund, code): int(fen) for fund, code, fen in rows if fen}


def attributes(db: Snapshot, on: date, persons: range) -> list[tuple[int, date, str]]:
    """Return person, birth and town (as on that day) of a range of persons."""
    text = on.isoformat()
    rows = db.rows(_ATTRIBUTES, [text, text, persons.start, persons.stop])
    return [(person, day(birth) or date.min, town) for person, birth, town in rows]


def openings(db: Snapshot, year: int, scheme: str, persons: range) -> dict[int, list[int]]:
    """Return by person what a year begins with, of those that begin with something."""
    rows = db.rows(_OPENINGS, [year, scheme, persons.start, persons.stop])
    return {
        person: orjson.loads(state) if isinstance(state, str) else state for person, state in rows
    }


def of_area(db: Snapshot, area: str, table: Table) -> Iterator[pa.Table]:
    """Yield the rows of a table of the area."""
    sql = _AREA[table]
    days = [at for at, column in enumerate(table.columns) if pa.types.is_date(column.type)]
    for rows in _some(db.rows(sql, [area] * sql.count("%s"))):
        columns = list(zip(*rows, strict=True))
        for at in days:
            columns[at] = tuple(day(value) for value in columns[at])
        yield _table(table, dict(zip(table.schema.names, columns, strict=True)))


def _some(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    held: list[tuple[Any, ...]] = []
    for row in rows:
        held.append(row)
        if len(held) == _ROWS:
            yield held
            held = []
    if held:
        yield held


def _table(table: Table, values: dict[str, Sequence[Any]]) -> pa.Table:
    arrays = []
    for column in table.columns:
        plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        array = pa.array(values[column.name], plain)
        arrays.append(array.dictionary_encode() if plain is not column.type else array)
    return pa.table(arrays, names=table.schema.names)
