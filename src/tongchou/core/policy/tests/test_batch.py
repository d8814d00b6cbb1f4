"""Columns of claims pay what the window pays, compiled or not, whatever the number of threads."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Claim,
    ClaimColumns,
    ClaimRefused,
    Plan,
    batch,
    bench,
    settle,
    settle_many,
)
from tongchou.core.policy.tests.make import RESIDENT
from tongchou.core.policy.tests.test_laws import plans

np = pytest.importorskip("numpy")
LEVELS = ("level1", "level2", "level3")


def bills(count: int, seed: int) -> tuple[list[int], list[Claim]]:
    """Clustered bills in which a person's identity may change from one to the next."""
    chance = random.Random(seed)
    persons = sorted(chance.randrange(max(1, count // 4)) for _ in range(count))
    found = []
    for _ in persons:
        identities = chance.choice(((), (), ("destitute",), ("registered_poor",)))
        fen = chance.choice((chance.randrange(200_000), chance.randrange(40_000_000)))
        away = chance.random() < 0.2
        found.append(Claim("inpatient", chance.choice(LEVELS), away, None, identities, fen, fen))
    return persons, found


def at_the_window(plan: Plan, persons: list[int], claims: list[Claim]) -> list[list[int]]:
    found, last, state = [], -1, INITIAL_STATE
    for person, claim in zip(persons, claims, strict=True):
        if person != last:
            last, state = person, INITIAL_STATE
        outcome = settle(plan, state, claim)
        state = outcome.state
        pays = [outcome.pays[TIERS.index(tier)] for tier in plan.tiers]
        found.append([*pays, outcome.deductible])
    return found


def in_columns(plan: Plan, persons: list[int], claims: list[Claim], threads: int) -> Any:
    columns = ClaimColumns(
        np.array(persons, np.int32),
        batch.rows_of(plan, claims),
        np.array([claim.in_scope for claim in claims], np.int64),
    )
    answer = settle_many(plan, columns, threads=threads)
    return np.column_stack([answer.pays, answer.deductible]).tolist()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_columns_pay_what_the_window_pays(threads: int) -> None:
    persons, claims = bills(3_000, seed=threads)
    expected = at_the_window(RESIDENT, persons, claims)
    assert in_columns(RESIDENT, persons, claims, threads) == expected


def test_columns_without_a_compiler_pay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "compiler", lambda: ())
    persons, claims = bills(500, seed=9)
    expected = at_the_window(RESIDENT, persons, claims)
    assert in_columns(RESIDENT, persons, claims, 2) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_columns_agree_on_any_plan(plan: Plan) -> None:
    persons, claims = bills(200, seed=plan.width)
    expected = at_the_window(plan, persons, claims)
    assert in_columns(plan, persons, claims, 1) == expected


def test_no_person_is_cut_in_two() -> None:
    persons = np.array([0] * 7 + [1] * 2 + [2], np.int32)
    assert batch._cuts(persons, 2) == [0, 7, 10]
    assert batch._cuts(persons, 4) == [0, 7, 10]
    assert batch._cuts(np.arange(8), 4) == [0, 2, 4, 6, 8]


def test_columns_of_nothing() -> None:
    assert in_columns(RESIDENT, [], [], 4) == []


@pytest.mark.parametrize(("row", "fen"), [(-1, 1), (99, 1), (0, -1)])
def test_columns_that_no_row_answers_are_refused(row: int, fen: int) -> None:
    columns = ClaimColumns(
        np.array([0], np.int32), np.array([row], np.int16), np.array([fen], np.int64)
    )
    with pytest.raises(ClaimRefused):
        settle_many(RESIDENT, columns)


def test_an_answer_may_be_written_over_one_of_the_same_shape_only() -> None:
    mix = bench.make_mix(RESIDENT, 100)
    first = settle_many(RESIDENT, mix.columns)
    expected = first.pays.copy()
    first.pays[:] = -1
    assert settle_many(RESIDENT, mix.columns, into=first) is first
    assert (first.pays == expected).all()
    with pytest.raises(ValueError, match="shape"):
        settle_many(bench.two_tiers(RESIDENT), mix.columns, into=first)


def test_the_bench_compares_with_the_window() -> None:
    for plan in (bench.two_tiers(RESIDENT), RESIDENT, bench.four_tiers(RESIDENT)):
        mix = bench.make_mix(plan, 2_000)
        assert bench.count_differences(plan, mix, claims=2_000) == 0
    assert bench.measure_columns(plan, mix, threads=2, rounds=1).median > 0
