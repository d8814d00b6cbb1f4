"""From the city's columns to the lake's tables: the columns that an export writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.core.policy import IDENTITIES, STATUSES, TIERS
from tongchou.core.simulation import DECILES
from tongchou.demo.cityyear.bills import PLACES, VISITS, Bills, nth_in_run
from tongchou.demo.cityyear.people import NEVER, People
from tongchou.demo.cityyear.places import BY_HAND, Places
from tongchou.demo.cityyear.settling import Kinds, Settled
from tongchou.lake.schema import AGE_BANDS, BILLS, CELLS, GROUPS, SETTLEMENTS, Table, age_band

AGES = (*(band for _last, band in AGE_BANDS), age_band(200))
_SECOND = 1_000_000  # microseconds
_DAY = 86_400
_AHEAD = 8 * 3600  # seconds that the place's time is ahead of UTC
_MINUTE = 60
_DAYS_NUMBERS = 10**8  # settlements are numbered by day: 2019030100000001
_STEPS = 3  # rows of a bill that was taken back: settled, reversed, settled again

Ints = NDArray[np.int64]


class Rows(NamedTuple):
    """Settlements as they are posted: a bill that was taken back is three of them.

    `of`: the bill's place in the columns; `sign`: -1 for a reversal; `number`: of the settlement.
    """

    of: Ints
    step: Ints
    last: NDArray[np.bool_]
    sign: Ints
    number: Ints
    ordinal: Ints
    moment: Ints  # seconds of the local clock since 1970


def rows_of(people: People, bills: Bills) -> Rows:
    many = np.where(bills.taken_back, _STEPS, 1)
    of = np.repeat(np.arange(len(many)), many)
    who = bills.who[of]
    step = nth_in_run(of)
    last = step == many[of] - 1
    reversal = (many[of] == _STEPS) & (step == 1)
    moment = bills.settled[of].astype(np.int64) * _DAY + bills.second[of] + step * _MINUTE
    # A bill of the minutes between is settled after.
    wide = who * 10**11
    moment = np.maximum.accumulate(wide + moment) - wide
    day = bills.settled[of].astype(np.int64)
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype(np.int64) + 1970
    in_month = (date - month.astype("datetime64[D]")).astype(np.int64) + 1
    stamp = year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + in_month
    of_day = nth_in_run(who * 10**6 + day)
    # Ten settlements and as many taken back: MOST_OF_A_DAY bills of a person have room.
    serial = people.person[who] * 30 + of_day
    return Rows(
        of, step, last, np.where(reversal, -1, 1), stamp * _DAYS_NUMBERS + serial,
        nth_in_run(who) + 1, moment,
    )  # fmt: skip


def settlements(
    people: People, settled: Settled, rows: Rows, kinds: Kinds, places: Places
) -> pa.Table:
    bills, of = settled.bills, rows.of
    place = bills.place[of]
    institution = bills.institution[of]
    reversal = rows.sign < 0
    original = np.zeros(len(of), np.int64)
    original[reversal] = rows.number[np.flatnonzero(reversal) - 1]
    # Out of the area all are of level 3. Each word stands once: the bytes of a file whose
    # dictionary holds one twice are not the same each time.
    level = np.minimum(place, PLACES.index("level3"))
    employee = kinds.plan.scheme == "employee"
    status = people.retired[bills.who[of]] + 1 if employee else np.zeros(len(of))
    codes = [one.code or None for one in places.institutions]
    columns: dict[str, Any] = {
        "settlement": rows.number,
        "person": people.person[bills.who[of]],
        "ordinal": rows.ordinal.astype(np.int32),
        "kind": words(reversal, ["settle", "reversal"]),
        "original": pa.array(original, mask=~reversal),
        "channel": words(institution == BY_HAND, ["gateway", "manual"]),
        "institution": words(institution, codes),
        "settled_at": pa.array((rows.moment - _AHEAD) * _SECOND, pa.timestamp("us", "UTC")),
        "settled_on": pa.array((rows.moment // _DAY).astype(np.int32)).cast(pa.date32()),
        "basis_date": pa.array(bills.basis[of]).cast(pa.date32()),
        "plan_id": words(np.zeros(len(of)), [kinds.plan.plan_id]),
        "visit": words(bills.visit[of], list(VISITS)),
        "level": words(level, PLACES[:-1]),
        "out_of_area": place == PLACES.index("out_of_area"),
        "status": words(status, ["", *STATUSES]),
        "identities": _lists(settled.identity[of]),
        "benefit": settled.benefit[of],
        "one_stop": np.ones(len(of), np.bool_),
        **{name: fen[of] * rows.sign for name, fen in _money(settled).items()},
        # The plans' assumed numbers meet every bill they answer (a test holds it): a resident's
        # self-pay counts towards critical illness, an employee has no deductible.
        "has_assumed": settled.benefit[of] & (bills.in_scope[of] > 0) & bool(kinds.plan.assumed),
    }
    return _table(SETTLEMENTS, columns)


def _money(settled: Settled) -> dict[str, Ints]:
    bills = settled.bills
    return {
        "total": bills.total,
        "own_pay": bills.own_pay,
        "over_limit": bills.over_limit,
        "first_self_pay": bills.first_self_pay,
        "in_scope": bills.in_scope,
        "deductible": settled.deductible,
        **{tier: settled.pays[:, at] for at, tier in enumerate(TIERS)},
        "fund_total": settled.fund_total,
        "person_pays": settled.person_pays,
        "account_pays": settled.account_pays,
    }


def bills(people: People, settled: Settled, rows: Rows) -> pa.Table:
    of_bill = settled.bills
    month = of_bill.settled.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    money = _money(settled)
    return _table(
        BILLS,
        {
            "settlement": rows.number[rows.last],
            "person": people.person[of_bill.who],
            "kind": settled.kind.astype(np.int16),
            "cell": (of_bill.institution * 12 + month).astype(np.int32),
            **{name: money[name] for name in BILLS.money},
        },
    )


class Years(NamedTuple):
    """The person-years of a file; `group` but for the decile, which everybody's costs decide."""

    person: Ints
    bills: NDArray[np.int32]
    group: NDArray[np.int32]
    total: Ints
    fund_total: Ints


def years(people: People, settled: Settled, year: int) -> Years:
    who = settled.bills.who
    start = np.flatnonzero(np.diff(who, prepend=-1))
    mine = who[start]
    tops = np.array([last for last, _band in AGE_BANDS])
    age = np.searchsorted(tops, people.age_in(year)[mine])
    group = (people.town[mine].astype(np.int32) * len(AGES) + age) * len(DECILES)
    return Years(
        people.person[mine],
        np.diff(start, append=len(who)).astype(np.int32),
        group.astype(np.int32),
        _sum(settled.bills.total, start),
        _sum(settled.fund_total, start),
    )


def _sum(fen: Ints, start: Ints) -> Ints:
    found: Ints = np.add.reduceat(fen, start) if len(start) else np.zeros(0, np.int64)
    return found


def cells(places: Places) -> pa.Table:
    pairs = [(one.code, f"{month:02d}") for one in places.institutions for month in range(1, 13)]
    return _table(
        CELLS,
        {
            "cell": np.arange(len(pairs), dtype=np.int32),
            "institution": [code for code, _month in pairs],
            "month": [month for _code, month in pairs],
        },
    )


def groups(places: Places) -> pa.Table:
    whole = [(town, age, tenth) for town in places.towns for age in AGES for tenth in DECILES]
    columns: dict[str, Any] = {"group": np.arange(len(whole), dtype=np.int32)}
    for at, name in enumerate(("town", "age", "decile")):
        columns[name] = [one[at] for one in whole]
    return _table(GROUPS, columns)


def words(number: Any, values: Sequence[str | None]) -> pa.DictionaryArray:
    """Return a column of words from their numbers; None stands for a missing one."""
    assert len(set(values)) == len(values)
    number = np.asarray(number).astype(np.int32)
    missing = [at for at, value in enumerate(values) if value is None]
    mask = np.isin(number, missing) if missing else None
    plain = pa.array([value or "" for value in values], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(number, mask=mask), plain)


def _lists(identity: NDArray[np.int8]) -> pa.ListArray:
    held = identity > 0
    offsets = np.concatenate([[0], np.cumsum(held)]).astype(np.int32)
    names = pa.array(IDENTITIES, pa.string())
    values = names.take(pa.array(identity[held].astype(np.int64) - 1))
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def days(numbers: Any, *, never: bool = False) -> pa.Array:
    """Return a column of dates; `never`: NEVER is a missing one."""
    mask = numbers >= NEVER if never else None
    return pa.array(numbers.astype(np.int32), mask=mask).cast(pa.date32())


def _table(table: Table, columns: dict[str, Any]) -> pa.Table:
    return pa.table({name: columns[name] for name in table.schema.names}).cast(table.schema)
