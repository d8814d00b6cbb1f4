"""From a part's settlements to its bills, and from bills to person-years, with their numbers.

Numbers are given once: an export that goes on from an earlier one keeps those of its files.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from tongchou.core.policy import TIERS
from tongchou.lake.schema import BILLS, Table

_KIND = ("plan_id", "visit", "level", "out_of_area", "status", "identities", "benefit",
         "one_stop")  # fmt: skip
_CELL = ("institution", "month")
_GROUP = ("town", "age", "decile")

# A bill that stands: settled and not reversed; paid what it and its adjustments come to.
_STANDING = f"""
select s.settlement, s.person, s.ordinal, s.total, s.in_scope, s.deductible,
       s.plan_id::varchar as plan_id, s.visit::varchar as visit, s.level::varchar as level,
       s.out_of_area, s.status::varchar as status, array_to_string(s.identities, '|') as identities,
       s.benefit, s.one_stop, s.institution::varchar as institution,
       strftime(s.settled_on, '%m') as month,
       {", ".join(f"s.{tier} + coalesce(a.{tier}, 0)::bigint as {tier}" for tier in TIERS)}
from settlements s
left join (
    select original, {", ".join(f"sum({tier}) as {tier}" for tier in TIERS)}
    from settlements where kind = 'adjustment' group by original
) a on a.original = s.settlement
where s.kind = 'settle'
  and s.settlement not in (select original from settlements where kind = 'reversal')
order by s.person, s.ordinal
"""


class Numbers:
    """Numbers for combinations of values, in the order in which they are first asked for."""

    def __init__(self, columns: Sequence[str], rows: Iterable[dict[str, Any]] = ()) -> None:
        self.columns = tuple(columns)
        self._known: dict[tuple[Hashable, ...], int] = {}
        for row in rows:
            self._known[self._key(row)] = len(self._known)

    @classmethod
    def of_kinds(cls, rows: Iterable[dict[str, Any]] = ()) -> Numbers:
        return cls(_KIND, rows)

    @classmethod
    def of_cells(cls, rows: Iterable[dict[str, Any]] = ()) -> Numbers:
        return cls(_CELL, rows)

    @classmethod
    def of_groups(cls) -> Numbers:
        return cls(_GROUP)

    def _key(self, row: dict[str, Any]) -> tuple[Hashable, ...]:
        return tuple("|".join(row[c]) if isinstance(row[c], list) else row[c] for c in self.columns)

    def column(self, table: pa.Table) -> Any:
        """Return the number of each row's combination; new ones are added."""
        code = np.zeros(table.num_rows, np.int64)
        values = []
        for name in self.columns:
            encoded = table[name].combine_chunks().dictionary_encode()
            values.append(encoded.dictionary.to_pylist())
            code = code * max(len(values[-1]), 1) + encoded.indices.to_numpy(zero_copy_only=False)
        distinct, inverse = np.unique(code, return_inverse=True)
        numbers = [
            self._known.setdefault(_digits(one, values), len(self._known))
            for one in distinct.tolist()
        ]
        return np.array(numbers, np.int64)[inverse]

    def rows(self) -> list[dict[str, Any]]:
        """Return the combinations in the order of their numbers."""
        return [dict(zip(self.columns, key, strict=True)) for key in self._known]

    def goes_on(self, older: Numbers) -> bool:
        """Say whether these numbers mean what `older` ones mean, with others added."""
        return list(self._known)[: len(older._known)] == list(older._known)

    def as_table(self, table: Table) -> pa.Table:
        """Return all combinations as the small table of the lake."""
        number = table.columns[0].name
        rows = [{number: at, **row} for at, row in enumerate(self.rows())]
        for row in rows:
            if "identities" in row:
                row["identities"] = [one for one in row["identities"].split("|") if one]
        return pa.Table.from_pylist(rows, schema=table.schema)


def _digits(code: int, values: list[list[Hashable]]) -> tuple[Hashable, ...]:
    found = []
    for of_column in reversed(values):
        code, at = divmod(code, max(len(of_column), 1))
        found.append(of_column[at])
    return tuple(reversed(found))


def bills_of(settlements: pa.Table, kinds: Numbers, cells: Numbers) -> pa.Table:
    """Return the bills that stand, in the order of the fold."""
    with duckdb.connect() as db:
        db.register("settlements", settlements)
        standing: pa.Table = db.sql(_STANDING).to_arrow_table()
    filled = standing.set_column(
        standing.schema.get_field_index("institution"), "institution",
        standing["institution"].fill_null(""),
    )  # fmt: skip
    for name, numbers, kind in (("kind", kinds, pa.int16()), ("cell", cells, pa.int32())):
        filled = filled.append_column(name, pa.array(numbers.column(filled)).cast(kind))
    return filled.select(BILLS.schema.names).cast(BILLS.schema)


def years_of(bills: pa.Table) -> pa.Table:
    """Return person, bills, total and fund_total of each person-year, in the order of `bills`."""
    person = np.array(bills["person"])
    start = np.flatnonzero(np.diff(person, prepend=-1))
    if not len(start):
        return pa.table({name: pa.array([], pa.int64()) for name in _YEAR})
    funds = np.zeros(len(person), np.int64)
    for tier in TIERS:
        funds += np.array(bills[tier])
    return pa.table(
        {
            "person": person[start],
            "bills": np.diff(start, append=len(person)),
            "total": np.add.reduceat(np.array(bills["total"]), start),
            "fund_total": np.add.reduceat(funds, start),
        }
    )


_YEAR = ("person", "bills", "total", "fund_total")
