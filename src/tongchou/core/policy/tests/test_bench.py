"""The measurement proves what it measures: the columns pay what the window pays."""

from typing import Any

import pytest

from tongchou.core.policy import bench, settle_many
from tongchou.core.policy.plan import Plan
from tongchou.core.policy.shelf import shipped_policies

np = pytest.importorskip("numpy")
pytest.importorskip("numba")


@pytest.fixture(scope="module")
def plan() -> Plan:
    [plan] = [p for p in shipped_policies() if (p.area, p.scheme) == ("441700", "resident")]
    return plan


def test_a_column_that_differs_by_a_fen_is_found(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = bench.two_tiers(plan)
    mix = bench.make_mix(plan, 500)
    assert bench.count_differences(plan, mix, claims=500) == 0
    right = settle_many

    def wrong(*args: Any, **options: Any) -> Any:
        answer = right(*args, **options)
        answer.pays[7, 0] += 1
        return answer

    monkeypatch.setattr(bench, "settle_many", wrong)
    assert bench.count_differences(plan, mix, claims=500) == 1


def test_four_tiers_are_counted(plan: Plan) -> None:
    four = bench.four_tiers(plan)
    pace = bench.measure_columns(four, bench.make_mix(four, 200), threads=1, rounds=2)
    assert (pace.tiers, pace.claims, len(pace.rounds)) == (4, 200, 2) and pace.median > 0
