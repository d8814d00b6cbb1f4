"""How fast the engine is: medians of several rounds, and proof that both ways pay the same.

Needs numpy. The claims are a stress mix with a fixed seed: two and a half a person, all levels,
one person in twenty helped, every fourth claim in the critical-illness bands.
"""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace
from typing import NamedTuple

from tongchou.core.policy.batch import ClaimColumns, row_number, settle_many
from tongchou.core.policy.plan import Plan, compile_plan
from tongchou.core.policy.values import INITIAL_STATE, TIERS, Claim
from tongchou.core.policy.window import settle

SEED = 20191126
_PLACES = (("level1", False), ("level2", False), ("level3", False), ("level3", True))
_IDENTITIES = ((), ("destitute",), ("registered_poor",))


class Pace(NamedTuple):
    """Rounds of one measurement: claims a second, in columns, on `threads`."""

    tiers: int
    threads: int
    claims: int
    rounds: tuple[float, ...]  # a pace, not money

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


class Mix(NamedTuple):
    """Claims as columns, and the kind of claim behind each row number."""

    columns: ClaimColumns
    kinds: dict[int, Claim]


def two_tiers(plan: Plan) -> Plan:
    """Return the plan without its supplement: basic and critical illness, as the peers do."""
    kept = tuple(t for t in plan.document.tiers if t.name in ("basic", "critical_illness"))
    return compile_plan(replace(plan.document, tiers=kept))


def four_tiers(plan: Plan) -> Plan:
    """Return the plan with a further year tier, of the critical-illness numbers, as medical aid."""
    last = plan.document.tiers[-1]
    return compile_plan(
        replace(plan.document, tiers=(*plan.document.tiers, replace(last, name="medical_aid")))
    )


def make_mix(plan: Plan, count: int) -> Mix:
    """Return `count` seeded claims clustered by person."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    persons = max(1, count * 2 // 5)
    person = np.sort(chance.integers(0, persons, count)).astype(np.int32)
    place = chance.choice(4, count, p=[0.30, 0.35, 0.25, 0.10])
    helped = chance.choice(3, persons, p=[0.95, 0.015, 0.035])
    kinds: dict[int, Claim] = {}
    numbers = np.zeros((4, 3), np.int16)
    for p, (level, away) in enumerate(_PLACES):
        for h, identities in enumerate(_IDENTITIES):
            claim = Claim("inpatient", level, away, None, identities, 0, 0)
            numbers[p, h] = row_number(plan, claim)
            kinds[int(numbers[p, h])] = claim
    typical = np.array([300_000, 600_000, 1_400_000, 2_200_000])[place]
    sick = chance.lognormal(0, 0.6, persons)[person] * chance.lognormal(0, 0.8, count)
    fen = (typical * sick).astype(np.int64) + 1
    return Mix(ClaimColumns(person, numbers[place, helped[person]], fen), kinds)


def measure_columns(plan: Plan, mix: Mix, *, threads: int, rounds: int = 7) -> Pace:
    """Time `settle_many` on the whole mix; the first, compiling call is not counted."""
    answer = settle_many(plan, mix.columns, threads=threads)
    paces = []
    count = len(mix.columns.person)
    for _ in range(rounds):
        began = time.perf_counter()
        settle_many(plan, mix.columns, threads=threads, into=answer)
        paces.append(count / (time.perf_counter() - began))
    return Pace(len(plan.tiers), threads, count, tuple(paces))


def count_differences(plan: Plan, mix: Mix, *, claims: int) -> int:
    """Return how many of the first `claims` the window pays otherwise, by a fen or more."""
    whole = mix.columns
    columns = ClaimColumns(whole.person[:claims], whole.row[:claims], whole.in_scope[:claims])
    fast = settle_many(plan, columns)
    where = [TIERS.index(tier) for tier in plan.tiers]
    person, rows, amounts = (column.tolist() for column in columns)
    different, last, state = 0, -1, INITIAL_STATE
    for i, amount in enumerate(amounts):
        if person[i] != last:
            last, state = person[i], INITIAL_STATE
        outcome = settle(plan, state, mix.kinds[rows[i]]._replace(total=amount, in_scope=amount))
        state = outcome.state
        slow = [outcome.pays[k] for k in where]
        different += slow != fast.pays[i].tolist() or outcome.deductible != fast.deductible[i]
    return different


def measure_window(plan: Plan, *, claims: int = 20_000) -> tuple[int, int]:
    """Return p50 and p99 in nanoseconds of one claim with its cited lines."""
    chance = random.Random(SEED)
    took = []
    state = INITIAL_STATE
    for i in range(claims):
        state = INITIAL_STATE if i % 3 == 0 else state
        level, away = chance.choice(_PLACES)
        fen = int(chance.lognormvariate(13.5, 1)) + 1
        claim = Claim("inpatient", level, away, None, chance.choice(_IDENTITIES), fen, fen)
        began = time.perf_counter_ns()
        outcome = settle(plan, state, claim)
        took.append(time.perf_counter_ns() - began)
        state = outcome.state
    took.sort()
    return took[claims // 2], took[claims * 99 // 100]
