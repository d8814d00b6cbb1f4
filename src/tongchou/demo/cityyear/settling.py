"""What the plan pays for the city's bills: the engine's own columns over the stays.

A visit that the plan is silent about is settled as wholly the person's, as the demonstration's area
lets it be (`Area.self_paid_visits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tongchou.core.policy import IDENTITIES, STATUSES, TIERS, Claim, Plan, PlanBook
from tongchou.core.policy.batch import ClaimColumns, row_number, settle_many
from tongchou.demo.cityyear.bills import INPATIENT, PLACES, VISITS, Bills
from tongchou.demo.cityyear.people import SCHEMES, People
from tongchou.demo.parameters import AREA

Ints = NDArray[np.int64]


class Kinds(NamedTuple):
    """All kinds of bill that the city has under a plan. `number[visit, place, of]`, -1 for none.

    `of` is the status of an employee, the identity of a resident (0 for none). `plan_row` is the
    plan's own row for a kind, -1 where it has no benefit.
    """

    plan: Plan
    rows: list[dict[str, Any]]
    number: NDArray[np.int64]
    plan_row: NDArray[np.int16]


class Settled(NamedTuple):
    """Bills of one scheme with what was paid; fen."""

    bills: Bills
    kind: Ints
    benefit: NDArray[np.bool_]
    identity: NDArray[np.int8]
    deductible: Ints
    pays: Ints  # bills, TIERS
    account_pays: Ints

    @property
    def fund_total(self) -> Ints:
        found: Ints = self.pays.sum(axis=1)
        return found

    @property
    def person_pays(self) -> Ints:
        return self.bills.total - self.fund_total


def plan_of_year(book: PlanBook, scheme: str, year: int) -> Plan:
    """Return the plan in force all the year. Raises NoPlanInForce, ValueError."""
    plan = book.for_date(AREA, scheme, date(year, 1, 1))
    if book.for_date(AREA, scheme, date(year, 12, 31)) is not plan:
        raise ValueError(f"{AREA}-{scheme} {year} 年中途换了方案，城市年只会用一个方案")
    return plan


@lru_cache(maxsize=8)
def _values(scheme: str) -> Sequence[tuple[str | None, tuple[str, ...]]]:
    """Return status and identities for each `of` of a scheme."""
    if scheme == "employee":
        return [(status, ()) for status in STATUSES]
    return [(None, ()), *((None, (identity,)) for identity in IDENTITIES)]


def kinds_of(plan: Plan) -> Kinds:
    """Number the kinds of bill of the plan's scheme."""
    values = _values(plan.scheme)
    number = np.full((len(VISITS), len(PLACES), len(values)), -1, np.int64)
    rows: list[dict[str, Any]] = []
    plan_rows = []
    for v, visit in enumerate(VISITS):
        for place, out_of_area in _places(visit, plan.scheme):
            level = "level3" if out_of_area else place
            for of, (status, identities) in enumerate(values):
                number[v, PLACES.index(place), of] = len(rows)
                claim = Claim(visit, level, out_of_area, status, identities, 0, 0)
                benefit = visit in plan.visits
                plan_rows.append(row_number(plan, claim) if benefit else -1)
                rows.append(
                    {
                        "kind": len(rows), "plan_id": plan.plan_id, "visit": visit, "level": level,
                        "out_of_area": out_of_area, "status": status or "",
                        "identities": list(identities), "benefit": benefit, "one_stop": True,
                    }
                )  # fmt: skip
    return Kinds(plan, rows, number, np.array(plan_rows, np.int16))


def _places(visit: str, scheme: str) -> list[tuple[str, bool]]:
    if visit == "pharmacy":
        return [("level1", False)]
    if visit == "outpatient":
        return [(place, False) for place in PLACES[:-1]]
    stays = [(place, False) for place in PLACES[1:-1]]
    return stays + ([("out_of_area", True)] if scheme == "resident" else [])


def settle(kinds: Kinds, people: People, bills: Bills) -> Settled:
    """Return the plan's answer to the bills of its scheme among these."""
    mine = people.scheme[bills.who] == SCHEMES.index(kinds.plan.scheme)
    bills = bills.rows(mine)
    identity = _identity(people, bills)
    employee = kinds.plan.scheme == "employee"
    of = people.retired[bills.who].astype(np.int64) if employee else identity
    kind = kinds.number[bills.visit, bills.place, of]
    assert (kind >= 0).all(), "a bill of a kind that the city has not"
    pays = np.zeros((len(kind), len(TIERS)), np.int64)
    deductible = np.zeros(len(kind), np.int64)
    benefit = kinds.plan_row[kind] >= 0
    columns = ClaimColumns(
        bills.who[benefit].astype(np.int32), kinds.plan_row[kind[benefit]], bills.in_scope[benefit]
    )
    paid = settle_many(kinds.plan, columns)
    for at, tier in enumerate(paid.tiers):
        pays[benefit, TIERS.index(tier)] = paid.pays[:, at]
    deductible[benefit] = paid.deductible
    account = np.minimum(bills.account, bills.total - pays.sum(axis=1))
    return Settled(bills, kind, benefit, identity, deductible, pays, account)


def _identity(people: People, bills: Bills) -> NDArray[np.int8]:
    """Return what each person is known as on the day that decides."""
    since, until = people.helped_from[bills.who], people.helped_until[bills.who]
    held = (since <= bills.basis) & (bills.basis < until)
    return np.where(held, people.identity[bills.who], 0).astype(np.int8)


assert VISITS[INPATIENT] == "inpatient"
