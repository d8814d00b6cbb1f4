"""The invented people of the city as columns, a range of numbers at a time."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tongchou.core.policy import IDENTITIES
from tongchou.demo import parameters as county
from tongchou.demo.cityyear import parameters as p
from tongchou.demo.cityyear.places import Places

NEVER = np.iinfo(np.int32).max
NONE, RESIDENT, EMPLOYEE = 0, 1, 2
SCHEMES = ("", "resident", "employee")
_EPOCH = date(1970, 1, 1)
_YEAR = 365.25
_LONG = 80 * _YEAR  # what comes later than that, in days, does not come

Days = NDArray[np.int32]  # since 1970-01-01; NEVER for what does not come


class People(NamedTuple):
    """Columns. `identity`: 0 for none, or one more than its place in IDENTITIES."""

    person: NDArray[np.int64]
    male: NDArray[np.bool_]
    birth: Days
    died: Days
    town: NDArray[np.int16]
    village: NDArray[np.int32]
    scheme: NDArray[np.int8]
    retired: NDArray[np.bool_]
    identity: NDArray[np.int8]
    helped_from: Days
    helped_until: Days
    frailty: NDArray[np.float64]

    def age_in(self, year: int) -> NDArray[np.int64]:
        """Return whole years by the end of a year, as the export reckons them."""
        born = self.birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        return year - born


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def people_of(persons: range, reference: int, places: Places) -> People:
    """Return the people of a range, as old as they are at the end of the year `reference`."""
    chance = np.random.default_rng([p.SEED, 1, persons.start])
    many = len(persons)
    age = _ages(chance, many)
    birth = day_number(date(reference, 12, 31)) - (age * _YEAR).astype(np.int32)
    birth -= chance.integers(1, 365, many, dtype=np.int32)
    scheme = _schemes(chance, age)
    town = _towns(chance, many, len(places.towns))
    village = town.astype(np.int32) * p.VILLAGES_OF_A_TOWN
    village += chance.integers(0, p.VILLAGES_OF_A_TOWN, many, dtype=np.int32)
    identity = np.where(scheme == RESIDENT, _identities(chance, age), 0).astype(np.int8)
    since = np.maximum(birth, day_number(p.HELPED_SINCE)).astype(np.int32)
    first = day_number(date(reference, 1, 1))
    return People(
        person=np.arange(persons.start, persons.stop, dtype=np.int64),
        male=chance.random(many) < 0.5,
        birth=birth,
        died=_deaths(chance, age, first),
        town=town,
        village=village,
        scheme=scheme,
        retired=age >= 60,
        identity=identity,
        helped_from=since,
        helped_until=_ends(chance, many, first, since),
        frailty=_frailty(chance, many),
    )


def _ages(chance: np.random.Generator, many: int) -> NDArray[np.int64]:
    tops = np.array([top for top, _share in county.AGES])
    lows = np.concatenate([[0], tops[:-1] + 1])
    band = chance.choice(len(tops), many, p=np.array([share for _top, share in county.AGES]) / 1e4)
    return chance.integers(lows[band], tops[band] + 1)


def _schemes(chance: np.random.Generator, age: NDArray[np.int64]) -> NDArray[np.int8]:
    draw = chance.integers(0, 10_000, (2, len(age)))
    # Employees are adults: the share is raised so that it holds for the whole city.
    employee = (age >= 20) & (draw[0] < county.EMPLOYEES * 10 // 7)
    scheme = np.where(employee, EMPLOYEE, RESIDENT)
    return np.where(draw[1] < county.UNINSURED, NONE, scheme).astype(np.int8)


def _towns(chance: np.random.Generator, many: int, towns: int) -> NDArray[np.int16]:
    """The first town is the seat, four times the size of each other: assumed."""
    weights = np.ones(towns)
    weights[0] = 4
    return chance.choice(towns, many, p=weights / weights.sum()).astype(np.int16)


def _identities(chance: np.random.Generator, age: NDArray[np.int64]) -> NDArray[np.int64]:
    limits = np.cumsum(list(county.HELPED.values()))
    names = [*county.HELPED, ""]
    number = np.array([IDENTITIES.index(name) + 1 if name else 0 for name in names])
    found = number[np.searchsorted(limits, chance.integers(0, 10_000, len(age)), side="right")]
    grown = (found == IDENTITIES.index("orphan") + 1) & (age >= 18)
    return np.where(grown, IDENTITIES.index("low_income") + 1, found)


def _deaths(chance: np.random.Generator, age: NDArray[np.int64], first: int) -> Days:
    tops = np.array([top for top, _rate in county.DEATHS])
    rates = np.array([rate for _top, rate in county.DEATHS]) / 1e4
    days = chance.exponential(1 / rates[np.searchsorted(tops, age)]) * _YEAR
    return np.where(days < _LONG, first + days, NEVER).astype(np.int32)


def _ends(chance: np.random.Generator, many: int, first: int, since: Days) -> Days:
    """Return the first of the month from which each would lose the identity."""
    days = np.minimum(chance.exponential(1e4 / county.HELPED_ENDING, many) * _YEAR, _LONG)
    months = (first + days).astype("datetime64[D]").astype("datetime64[M]") + 1
    ends = months.astype("datetime64[D]").astype(np.int64)
    return np.where((ends > since) & (days < _LONG), ends, NEVER).astype(np.int32)


def _frailty(chance: np.random.Generator, many: int) -> NDArray[np.float64]:
    sigma = p.FRAILTY / 100
    return chance.lognormal(-sigma * sigma / 2, sigma, many)
