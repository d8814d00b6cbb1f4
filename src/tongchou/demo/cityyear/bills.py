"""A year of the people's bills as columns: when, where, what it cost. The law comes after."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tongchou.demo import parameters as county
from tongchou.demo.cityyear import parameters as p
from tongchou.demo.cityyear.people import EMPLOYEE, NONE, RESIDENT, People, day_number
from tongchou.demo.cityyear.places import BY_HAND, Places

VISITS = ("inpatient", "outpatient", "pharmacy")
INPATIENT, OUTPATIENT, PHARMACY = range(3)
PLACES = ("community", "level1", "level2", "level3", "out_of_area")
_OUT = PLACES.index("out_of_area")
_DAY = 86_400
_OPEN, _SHUT = 8 * 3600, 18 * 3600

Ints = NDArray[np.int64]


class Bills(NamedTuple):
    """Columns, by person and then in the order of settling. `who`: place in the people's columns.

    Days since 1970; `second`: of the local day, when it was settled. Money is fen.
    """

    who: Ints
    visit: NDArray[np.int8]
    place: NDArray[np.int8]  # in PLACES
    institution: NDArray[np.int32]
    basis: NDArray[np.int32]
    settled: NDArray[np.int32]
    second: NDArray[np.int32]
    total: Ints
    own_pay: Ints
    over_limit: Ints
    first_self_pay: Ints
    account: Ints  # most that the personal account pays
    taken_back: NDArray[np.bool_]

    def rows(self, where: NDArray[Any]) -> Bills:
        """Return some of the rows: of an order, or where a mask is true."""
        return Bills._make(column[where] for column in self)

    @property
    def in_scope(self) -> Ints:
        return self.total - self.own_pay - self.over_limit - self.first_self_pay


def bills_of(people: People, year: int, places: Places) -> Bills:
    """Return the year's bills of these people."""
    chance = np.random.default_rng([p.SEED, 2, year, int(people.person[0])])
    who, visit = _events(chance, people, year)
    basis = _days(chance, len(who), year)
    alive = (basis >= people.birth[who]) & (basis <= people.died[who])
    who, visit, basis = who[alive], visit[alive], basis[alive]
    place = _places(chance, visit, people.scheme[who])
    institution = _institutions(chance, people.town[who], visit, place, places)
    settled = _settled(chance, basis, place, institution, year)
    second = chance.integers(_OPEN, _SHUT, len(who), dtype=np.int32)
    style = places.style[institution]
    total = _totals(chance, people.scheme[who], visit, place, style=style, year=year)
    own_pay, over_limit, first_self_pay = (
        _part(chance, total, *of) for of in (p.OWN_PAY, p.OVER_LIMIT, p.FIRST_SELF_PAY)
    )
    account = chance.integers(0, p.ACCOUNT_OF_EMPLOYEE * 100, len(who))
    account[(people.scheme[who] != EMPLOYEE) | (visit == INPATIENT)] = 0
    taken_back = chance.integers(0, 10_000, len(who)) < p.TAKEN_BACK
    return _in_order(
        Bills(
            who, visit, place, institution, basis, settled, second,
            total, own_pay, over_limit, first_self_pay, account, taken_back,
        )
    )  # fmt: skip


def _events(
    chance: np.random.Generator, people: People, year: int
) -> tuple[Ints, NDArray[np.int8]]:
    """Return whose each event is, and what it is."""
    age = np.maximum(people.age_in(year), 0)
    stays = np.array([0, county.STAYS["resident"], county.STAYS["employee"]]) / 1e4
    rates = (
        stays[people.scheme] * _by_age(county.STAYS_BY_AGE, age),
        p.OUTPATIENT / 100 * _by_age(p.VISITS_BY_AGE, age),
        p.PHARMACY / 100 * _by_age(p.VISITS_BY_AGE, age),
    )
    who, visit = [], []
    for kind, rate in enumerate(rates):
        many = chance.poisson(np.where(people.scheme == NONE, 0, rate * people.frailty))
        who.append(np.repeat(np.arange(len(many)), many))
        visit.append(np.full(len(who[-1]), kind, np.int8))
    return np.concatenate(who), np.concatenate(visit)


def _by_age(table: tuple[tuple[int, int], ...], age: Ints) -> NDArray[np.float64]:
    tops = np.array([top for top, _factor in table])
    factors = np.array([factor for _top, factor in table]) / 100
    found: NDArray[np.float64] = factors[np.searchsorted(tops, age)]
    return found


def _days(chance: np.random.Generator, many: int, year: int) -> NDArray[np.int32]:
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    days = np.arange(first, last + 1).astype("datetime64[D]")
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    weight = np.array(p.MONTHS)[month] / 100
    # 1970-01-01 was a Thursday: days 2 and 3 of each week from it are Saturday and Sunday.
    weight[np.isin(days.astype(np.int64) % 7, (2, 3))] *= p.WEEKEND / 100
    limits = np.cumsum(weight)
    found = np.searchsorted(limits, chance.random(many) * limits[-1], side="right")
    on: NDArray[np.int32] = (first + np.minimum(found, last - first)).astype(np.int32)
    return on


def _places(
    chance: np.random.Generator, visit: NDArray[np.int8], scheme: NDArray[np.int8]
) -> NDArray[np.int8]:
    """Return where each bill arose, by PLACES."""
    draw = chance.integers(0, 10_000, len(visit))
    stays = [county.LEVELS["level1"][0], county.LEVELS["level2"][0], county.LEVELS["level3"][0]]
    of_stay = np.array([1, 2, 3, _OUT])[np.searchsorted(np.cumsum(stays), draw, side="right")]
    # The employees' plan has no number for a stay outside the area.
    of_stay[(of_stay == _OUT) & (scheme != RESIDENT)] = PLACES.index("level3")
    shares = np.cumsum([share for share, _usual in p.VISITS.values()])
    of_visit = np.minimum(np.searchsorted(shares, draw, side="right"), 3)
    at_pharmacy = PLACES.index("level1")
    found = np.where(
        visit == INPATIENT, of_stay, np.where(visit == OUTPATIENT, of_visit, at_pharmacy)
    )
    return found.astype(np.int8)


def _institutions(
    chance: np.random.Generator,
    town: NDArray[np.int16],
    visit: NDArray[np.int8],
    place: NDArray[np.int8],
    places: Places,
) -> NDArray[np.int32]:
    found = np.zeros(len(visit), np.int32)
    near, draw = chance.integers(0, 10_000, len(visit)) < p.NEAR_HOME, chance.random(len(visit))
    for at, level in enumerate(("community", "level1", "level2", "level3", "outside", "pharmacy")):
        at_pharmacy = visit == PHARMACY
        where = np.flatnonzero(at_pharmacy if level == "pharmacy" else ~at_pharmacy & (place == at))
        choices, starts = places.choices[level], places.of_town[level]
        low, high = np.zeros(len(where), np.int64), np.full(len(where), len(choices))
        if level in ("community", "level1", "pharmacy"):
            home, of = near[where], town[where].astype(np.int64)
            low, high = np.where(home, starts[of], low), np.where(home, starts[of + 1], high)
        found[where] = choices[(low + draw[where] * (high - low)).astype(np.int64)]
    by_hand = (place == _OUT) & (chance.integers(0, 10_000, len(visit)) < p.BY_HAND)
    found[by_hand] = BY_HAND
    return found


def _settled(
    chance: np.random.Generator,
    basis: NDArray[np.int32],
    place: NDArray[np.int8],
    institution: NDArray[np.int32],
    year: int,
) -> NDArray[np.int32]:
    """Return the day of settling: that of the bill, or later where it is paid out by hand."""
    later = basis + chance.integers(*p.BY_HAND_AFTER, len(basis), dtype=np.int32)
    by_hand = (institution == BY_HAND) & (place == _OUT) & (later <= day_number(date(year, 12, 31)))
    return np.where(by_hand, later, basis).astype(np.int32)


def _totals(
    chance: np.random.Generator,
    scheme: NDArray[np.int8],
    visit: NDArray[np.int8],
    place: NDArray[np.int8],
    *,
    style: NDArray[np.float64],
    year: int,
) -> Ints:
    stays = [0, *(usual for _share, usual in county.LEVELS.values()), county.OUT_OF_AREA[1]]
    visits = [*(usual for _share, usual in p.VISITS.values()), 0]
    usual = np.array([stays, visits, [p.AT_PHARMACY] * len(PLACES)])[visit, place]
    spread = np.array([county.SPREAD, p.SPREAD_OF_VISITS, p.SPREAD_OF_VISITS])[visit] / 100
    dearer = np.where((scheme == EMPLOYEE) & (visit == INPATIENT), p.STAY_OF_EMPLOYEE / 100, 1)
    prices = (1 + p.RISE / 1e4) ** (year - p.PRICES_OF)
    yuan = usual * dearer * style * prices * np.exp(spread * chance.standard_normal(len(visit)))
    return np.rint(yuan * 100).astype(np.int64) + 1


def _part(chance: np.random.Generator, total: Ints, least: int, most: int) -> Ints:
    part: Ints = total * chance.integers(least, most + 1, len(total)) // 10_000
    return part


def _in_order(bills: Bills) -> Bills:
    """By person and time; of a person's many on one day the last are left out."""
    moment = (bills.who * 100_000 + bills.settled) * _DAY + bills.second
    order = np.argsort(moment, kind="stable")
    ordered = bills.rows(order)
    day = ordered.who * 100_000 + ordered.settled
    kept = nth_in_run(day) < p.MOST_OF_A_DAY
    return ordered.rows(kept)


def nth_in_run(keys: Ints) -> Ints:
    """Return how many equal keys stand directly before each; equal keys stand together."""
    at = np.arange(len(keys))
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    found: Ints = at - np.repeat(at[starts], np.diff(starts, append=len(keys)))
    return found
