"""The persons among whom the rows of lists are looked for, folded for comparing, in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Self

import duckdb
import pyarrow as pa

from tongchou.core.identity import CHECKS, WEIGHTS
from tongchou.core.matching.days import read_day
from tongchou.core.matching.described import sex_of
from tongchou.core.matching.names import read_name, sound
from tongchou.core.matching.numbers import OK, read_id
from tongchou.core.matching.places import town_key, village_key

COLUMNS = ("person_no", "id_no", "name", "sex", "birth", "town", "village", "head_name")
_BATCH = 50_000  # texts folded at a time: what Python holds of them stays small
_SUM = "+".join(f"{weight}*(ascii(id_no[{at}])-48)" for at, weight in enumerate(WEIGHTS, 1))
# GB 11643: shape, a birth that is a day, and the check character.
_VALID = f"""regexp_full_match(id_no, '[0-9]{{17}}[0-9X]')
    and try_strptime(id_no[7:14], '%Y%m%d') is not null
    and '{CHECKS}'[({_SUM})%11+1] = id_no[18]"""


class Registry:
    """Persons with folded keys: table `people`, and `numbers` by which each is or was known.

    people(n, person_no, key, sound, sex, birth, town, village, head); numbers(n, id, current).
    Build it by `of_csv` or `of_table`; it lives as long as its connection.
    """

    def __init__(self, memory: str = "400MB", threads: int | None = None) -> None:
        self.db = duckdb.connect(config={"memory_limit": memory})
        self.db.execute("set preserve_insertion_order = true")
        self.db.execute(f"set temp_directory = '{gettempdir()}'")
        if threads:
            self.db.execute(f"set threads = {int(threads)}")

    @classmethod
    def of_table(
        cls, rows: pa.Table, earlier: Iterable[tuple[str, str]] = (), **options: Any
    ) -> Self:
        """Take persons as text columns (COLUMNS) and earlier numbers as (person_no, id_no)."""
        registry = cls(**options)
        registry.db.register("given", rows)
        columns = f"row_number() over () as line, {_text_columns()}"
        registry.db.execute(f"create temp table raw as select {columns} from given")
        registry.db.unregister("given")
        registry._fold(earlier)
        return registry

    @classmethod
    def of_csv(cls, path: Path, columns: Sequence[str], **options: Any) -> Self:
        """Take persons from a CSV whose headings are `columns`; the whole stays in table `raw`."""
        registry = cls(**options)
        registry.db.execute(
            "create temp table raw as select row_number() over () as line, *"
            " from read_csv(?, header = true, auto_detect = false, columns = ?, delim = ',',"
            " quote = '\"', escape = '\"', nullstr = '', null_padding = false)",
            [str(path), dict.fromkeys(columns, "varchar")],
        )
        registry._fold(())
        return registry

    def _fold(self, earlier: Iterable[tuple[str, str]]) -> None:
        db = self.db
        self._map("names", "select name from raw union select head_name from raw", _name)
        self._map("towns", "select distinct town from raw", lambda raw: {"key": town_key(raw)})
        self._map(
            "villages", "select distinct village from raw", lambda raw: {"key": village_key(raw)}
        )
        self._map("sexes", "select distinct sex from raw", lambda raw: {"key": sex_of(raw)})
        self._map("births", "select distinct birth from raw", _birth)
        self._map("strange", f"select distinct id_no from raw where not ({_VALID})", _strange)
        db.execute(
            """create temp table people as
            select row_number() over ()::integer - 1 as n, person_no, names.key, names.sound,
                coalesce(sexes.key, '') as sex, births.key::date as birth,
                coalesce(towns.key, '') as town, coalesce(villages.key, '') as village,
                coalesce(heads.key, '') as head,
                coalesce(strange.key, raw.id_no, '') as id
            from raw
            left join names on names.raw = raw.name
            left join names heads on heads.raw = raw.head_name
            left join towns on towns.raw = raw.town
            left join villages on villages.raw = raw.village
            left join sexes on sexes.raw = raw.sex
            left join births on births.raw = raw.birth
            left join strange on strange.raw = raw.id_no
            qualify row_number() over (partition by person_no order by line) = 1"""
        )
        self._number(earlier)

    def _number(self, earlier: Iterable[tuple[str, str]]) -> None:
        db = self.db
        db.execute(
            "create temp table numbers as select n, id, true as current from people"
            " where length(id) = 18"
        )
        pairs = [
            (person_no, number.value)
            for person_no, raw in earlier
            if (number := read_id(raw)).kind == OK
        ]
        if pairs:
            table = pa.table({"person_no": [p for p, _ in pairs], "id": [i for _, i in pairs]})
            db.register("earlier", table)
            db.execute(
                "insert into numbers select n, earlier.id, false from earlier"
                " join people using (person_no) where earlier.id != people.id"
            )
            db.unregister("earlier")

    def _map(self, table: str, query: str, fold: Callable[[str], Mapping[str, Any]]) -> None:
        """Fold each distinct text once, in Python, into a table (raw, ...) to join."""
        columns = ", ".join(f"{name} varchar" for name in ("raw", *fold("")))
        self.db.execute(f"create temp table {table} ({columns})")
        raws = self.db.sql(query).to_arrow_table().column(0).drop_null()
        for at in range(0, len(raws), _BATCH):
            some = raws.slice(at, _BATCH).to_pylist()
            folded = [fold(raw) for raw in some]
            columns_of = {name: [row[name] for row in folded] for name in folded[0]}
            self.db.register("folded", pa.table({"raw": some, **columns_of}))
            self.db.execute(f"insert into {table} select * from folded")
            self.db.unregister("folded")


def _text_columns() -> str:
    return ", ".join(f"{name}::varchar as {name}" for name in COLUMNS)


def _name(raw: str) -> dict[str, Any]:
    key = read_name(raw).key
    return {"key": key, "sound": sound(key)}


def _birth(raw: str) -> dict[str, Any]:
    read = read_day(raw)
    return {"key": read.day.isoformat() if read else None}


def _strange(raw: str) -> dict[str, Any]:
    """A number that is not in order as it stands: what can be read of it, or what stands."""
    number = read_id(raw)
    return {"key": number.value}
