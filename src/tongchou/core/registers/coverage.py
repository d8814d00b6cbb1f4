"""The registered population beside the insured of a day: who is insured, who is not, and why.

Rows go through the register in chunks, by the same rules as every list; what is kept of a row lies
in the register's own DuckDB, so that 800,000 rows take a few hundred megabytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import duckdb
import pyarrow as pa

from tongchou.core.matching import AUTO, OK, Pin, Registry, link, sure
from tongchou.core.registers.pack import PopulationRules
from tongchou.core.registers.population import Population, Resident

CHUNK = 40_000
UNSETTLED = "?"  # the rules cannot settle who is meant: not insured, not uninsured

Progress = Callable[[int], None]


class Stands(NamedTuple):
    """What the register holds of a person on the day. `enrolled`: here, elsewhere or employee
    (as an employee in another place), "none"; `dead`: known to have died by then."""

    person_no: str
    enrolled: str
    dead: bool


class Told(NamedTuple):
    """What another office's list says of a number with a name: said as in PopulationRules."""

    id: str
    key: str
    said: str


class Counted(NamedTuple):
    """A person of the population, once. `outcome`: "" insured here, UNSETTLED, or a class.

    `subject`: the person's number where known, the row's provisional name otherwise; `repeats`:
    how many more rows say the same person; `age`: whole years on the day, -1 where unknown.
    """

    subject: str
    person_no: str
    sheet: str
    row: int
    name: str
    number: str
    sex: str
    birth: date | None
    age: int
    town: str
    village: str
    rule: str
    candidates: str
    outcome: str
    repeats: int


@dataclass(slots=True)
class Coverage:
    """What a run answers: read `counted` once, in order of the file."""

    rows: int
    db: duckdb.DuckDBPyConnection

    def counted(self, size: int = 20_000) -> Iterator[list[Counted]]:
        """Yield the persons, so many at a time."""
        self.db.execute(_COUNTED)
        while some := self.db.fetchmany(size):
            yield [Counted(*row) for row in some]


def rate(numerator: int, denominator: int) -> int:
    """Return a share in ten-thousandths, rounded half up; 0 of nothing.

    >>> rate(9895, 10000), rate(2, 3), rate(0, 0)
    (9895, 6667, 0)
    """
    return (numerator * 20_000 + denominator) // (2 * denominator) if denominator else 0


def run_id(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def cover(
    registry: Registry,
    population: Population,
    stands: Iterable[Sequence[Stands]],
    told: Sequence[Told],
    day: date,
    *,
    pins: Sequence[Pin] = (),
    progress: Progress = lambda _rows: None,
) -> Coverage:
    """Compare. `stands` answers for everyone insured or dead on the day, in batches.

    Raises SheetRefused where the file goes wrong after its beginning.
    """
    db = registry.db
    _prepare(db, stands, told)
    pinned = frozenset(pin.subject for pin in pins)
    left: list[Resident] = []
    rows = 0
    for chunk in population.chunks(CHUNK):
        settled = _settle(registry, chunk, pinned)
        rows += len(chunk)
        left += [one for at, one in enumerate(chunk) if at not in settled]
        if len(left) >= CHUNK:
            _look_closer(registry, left, pins)
            left = []
        progress(rows)
    _look_closer(registry, left, pins)
    _judge(db, population.rules, day)
    return Coverage(rows, db)


def _prepare(
    db: duckdb.DuckDBPyConnection, stands: Iterable[Sequence[Stands]], told: Sequence[Told]
) -> None:
    db.execute("create temp table stands (person_no varchar, enrolled varchar, dead bool)")
    for some in stands:
        db.register("given", _table(some, _STANDS))
        db.execute("insert into stands select * from given")
        db.unregister("given")
    db.register("given", _table(told, _TOLD))
    db.execute(
        "create temp table told as select id, key, min(said) as said from given group by id, key"
    )
    db.unregister("given")
    columns = ", ".join(f"{name} {kind}" for name, (_arrow, kind) in _ROW.items())
    db.execute(f"create temp table population ({columns})")


def _settle(registry: Registry, chunk: Sequence[Resident], pinned: frozenset[str]) -> set[int]:
    """Keep the rows that the first rule of the cascade settles; return their places.

    Of a population it settles nearly all, and the other rules look through the whole register.
    """
    places = [
        at for at, one in enumerate(chunk) if one.who.id.kind == OK and one.subject not in pinned
    ]
    settled = sure(registry, [chunk[at].who for at in places])
    found = {places[r]: person for r, person in settled.items()}
    _keep(registry.db, [(chunk[at], found[at], AUTO, "id_name", "") for at in sorted(found)])
    return set(found)


def _look_closer(registry: Registry, rows: Sequence[Resident], pins: Sequence[Pin]) -> None:
    """Put what is left through the whole cascade."""
    links = link(registry, [one.who for one in rows], [one.subject for one in rows], pins)
    kept = []
    for one, its in zip(rows, links, strict=True):
        shown = [[c.person_no, c.score, list(c.why)] for c in its.candidates]
        candidates = json.dumps(shown, ensure_ascii=False) if shown else ""
        person_no = its.person_no if its.tier == AUTO else ""
        kept.append((one, person_no, its.tier, its.rule, candidates))
    _keep(registry.db, kept)


def _keep(
    db: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Resident, str, str, str, str]]
) -> None:
    columns: dict[str, list[object]] = {name: [] for name in _ROW}
    for one, person_no, tier, rule, candidates in rows:
        who = one.who
        values = (
            person_no or one.subject, person_no, tier, rule, one.sheet, one.row, who.name.shown,
            who.name.key, who.raw_id, who.id.value, who.sex, who.born.day if who.born else None,
            one.town, one.village, one.said, candidates,
        )  # fmt: skip
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    schema = pa.schema([(name, arrow) for name, (arrow, _kind) in _ROW.items()])
    db.register("given", pa.table(columns, schema=schema))
    db.execute("insert into population select * from given")
    db.unregister("given")


def _judge(db: duckdb.DuckDBPyConnection, rules: PopulationRules, day: date) -> None:
    """Make table `judged`: one row a person, the first of the file, with the states' outcome."""
    db.execute(_STATES)
    table = rules.tables["P"]
    outcomes = [
        (link, life, enrolled, said,
         table.outcome({"link": link, "life": life, "enrolled": enrolled, "said": said}).code)
        for link, life, enrolled, said in db.execute(
            "select distinct link, life, enrolled, said from states"
        ).fetchall()
    ]  # fmt: skip
    names = ("link", "life", "enrolled", "said", "outcome")
    columns = {name: [row[at] for row in outcomes] for at, name in enumerate(names)}
    schema = pa.schema([(name, pa.string()) for name in names])
    db.register("given", pa.table(columns, schema=schema))
    db.execute("create temp table outcomes as select * from given")
    db.unregister("given")
    db.execute(_JUDGED, {"day": day})


def _table(rows: Sequence[NamedTuple], schema: pa.Schema) -> pa.Table:
    columns = {name: [row[at] for row in rows] for at, name in enumerate(schema.names)}
    return pa.table(columns, schema=schema)


_TEXT = (pa.string(), "varchar")
_ROW = {
    **dict.fromkeys(("subject", "person_no", "tier", "rule", "sheet"), _TEXT),
    "line": (pa.int32(), "integer"),
    **dict.fromkeys(("name", "key", "raw_id", "id", "sex"), _TEXT),
    "birth": (pa.date32(), "date"),
    **dict.fromkeys(("town", "village", "said", "candidates"), _TEXT),
}
_STANDS = pa.schema([("person_no", pa.string()), ("enrolled", pa.string()), ("dead", pa.bool_())])
_TOLD = pa.schema([("id", pa.string()), ("key", pa.string()), ("said", pa.string())])

# The first row of a person counts; the others are repeats. A number alone is nobody's: what
# another list says of it counts only where the name agrees.
_STATES = """create temp table states as
    with first as (
        select *, count(*) over (partition by subject) - 1 as repeats from population
        qualify row_number() over (partition by subject order by sheet, line) = 1)
    select first.* exclude (said), first.tier as link,
        case when coalesce(stands.dead, false) or first.said = 'dead' or told.said = 'dead'
            then 'dead' else 'alive' end as life,
        coalesce(stands.enrolled, 'none') as enrolled,
        case when told.said is not null and told.said != 'dead' then told.said
            when first.said = 'dead' then 'none' else first.said end as said
    from first
    left join stands on stands.person_no = first.person_no and first.person_no != ''
    left join told on told.id = first.id and told.key = first.key and first.id != ''"""
_JUDGED = """create temp table judged as
    select states.*, outcomes.outcome,
        case when birth is null then -1
            else date_diff('year', birth, $day::date)
                - (strftime(birth, '%m%d') > strftime($day::date, '%m%d'))::integer end as age
    from states join outcomes using (link, life, enrolled, said)"""
_COUNTED = """select subject, person_no, sheet, line, name, raw_id, sex, birth, age, town, village,
        rule, candidates, outcome, repeats
    from judged order by sheet, line"""
