"""The tables of the area itself: who there is, where, in what scheme, known as what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.core.policy import IDENTITIES, STATUSES, Plan
from tongchou.demo.cityyear.people import (
    EMPLOYEE,
    NEVER,
    RESIDENT,
    SCHEMES,
    People,
    day_number,
)
from tongchou.demo.cityyear.places import Places
from tongchou.demo.cityyear.tables import days, words
from tongchou.demo.parameters import AREA
from tongchou.lake import schema
from tongchou.lake.schema import Table

SOURCE = "演示名册"
_EMPLOYED_SINCE = date(2015, 1, 1)

Batches = Iterator[pa.Table]


def tables(
    everybody: Callable[[], Iterator[People]],
    places: Places,
    plans: Sequence[tuple[Plan, str]],
    years: Sequence[int],
) -> dict[Table, Batches]:
    """Return the rows of each table of the area; `everybody` gives the people in their order."""
    return {
        schema.PERSONS: (_persons(people, places) for people in everybody()),
        schema.ENROLMENTS: (_enrolments(people, years) for people in everybody()),
        schema.IDENTITIES: (_identities(people) for people in everybody()),
        schema.RESIDENCES: (_residences(people, places) for people in everybody()),
        schema.INSTITUTIONS: iter([_institutions(places)]),
        schema.PLANS: iter([_plans(plans)]),
        schema.MOVEMENTS: iter(()),  # an invented city has bills and no books
        schema.KEYS: (_keys(people) for people in everybody()),
    }


def _persons(people: People, places: Places) -> pa.Table:
    return _table(
        schema.PERSONS,
        {
            "person": people.person,
            "sex": words(np.where(people.male, 0, 1), ["1", "2"]),
            "birth": days(people.birth),
            "died_on": days(people.died, never=True),
            "town": words(people.town, list(places.towns)),
            "village": words(people.village, list(places.villages)),
        },
    )


def _enrolments(people: People, years: Sequence[int]) -> pa.Table:
    """A resident's for each year of the lake, an employee's once; both end with death."""
    spells = [_spell(people, EMPLOYEE, _EMPLOYED_SINCE, None)]
    spells += [_spell(people, RESIDENT, date(year, 1, 1), date(year + 1, 1, 1)) for year in years]
    return pa.concat_tables(spells).sort_by([("person", "ascending"), ("start", "ascending")])


def _spell(people: People, scheme: int, since: date, until: date | None) -> pa.Table:
    start = np.maximum(people.birth, day_number(since))
    after = np.minimum(people.died, NEVER - 1) + 1  # the day of death is still covered
    end = np.minimum(after, NEVER if until is None else day_number(until))
    some = np.flatnonzero((people.scheme == scheme) & (start < end))
    status = people.retired[some] + 1 if scheme == EMPLOYEE else np.zeros(len(some))
    age = people.age_in(since.year)[some]
    kind = np.where(age < 18, 2, np.where(age < 60, 3, 4))
    if scheme == EMPLOYEE:
        kind = people.retired[some].astype(np.int64)
    known = np.maximum(people.birth[some], day_number(date(since.year - 1, 11, 20)))
    return _table(
        schema.ENROLMENTS,
        {
            "person": people.person[some],
            "scheme": words(np.full(len(some), scheme), list(SCHEMES)),
            "status": words(status, ["", *STATUSES]),
            "psn_type": words(kind, ["1101", "1201", "1403", "1501", "16"]),
            **_since(start[some], end[some], known, "税务缴费回传"),
        },
    )


def _identities(people: People) -> pa.Table:
    end = np.minimum(people.helped_until, np.minimum(people.died, NEVER - 1) + 1)
    some = np.flatnonzero((people.identity > 0) & (people.helped_from < end))
    since = people.helped_from[some]
    return _table(
        schema.IDENTITIES,
        {
            "person": people.person[some],
            "identity": words(people.identity[some] - 1, list(IDENTITIES)),
            **_since(since, end[some], since, SOURCE),
        },
    )


def _residences(people: People, places: Places) -> pa.Table:
    never = np.full(len(people.person), NEVER)
    return _table(
        schema.RESIDENCES,
        {
            "person": people.person,
            "town": words(people.town, list(places.towns)),
            "village": words(people.village, list(places.villages)),
            **_since(people.birth, never, people.birth, SOURCE),
        },
    )


def _since(start: Any, end: Any, known_on: Any, source: str) -> dict[str, Any]:
    return {
        "start": days(start),
        "end": days(end, never=True),
        "known_on": days(known_on),
        "source": words(np.zeros(len(start)), [source]),
    }


def _institutions(places: Places) -> pa.Table:
    rows = [
        {
            **{name: getattr(one, name) for name in ("name", "kind", "level", "area")},
            "institution": one.code,
            "town": places.towns[one.town] if one.town >= 0 else "",
        }
        for one in places.institutions
        if one.code
    ]
    return pa.Table.from_pylist(rows, schema=schema.INSTITUTIONS.schema)


def _plans(plans: Sequence[tuple[Plan, str]]) -> pa.Table:
    rows = [
        {
            "plan_id": plan.plan_id, "scheme": plan.scheme, "title": plan.title,
            "valid_from": plan.valid_from, "document": text,
        }
        for plan, text in plans
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.PLANS.schema)


def _keys(people: People) -> pa.Table:
    numbers = [f"{AREA}{person:020d}" for person in people.person.tolist()]
    return _table(schema.KEYS, {"person": people.person, "psn_no": numbers})


def _table(table: Table, columns: dict[str, Any]) -> pa.Table:
    return pa.table({name: columns[name] for name in table.schema.names}).cast(table.schema)
