"""Every shipped policy: its cases pass and reach every number, and every number is cited."""

from datetime import date
from pathlib import Path

import pytest

from tongchou.core.policy import (
    NoPlanInForce,
    PlanBook,
    coverage,
    load_cases,
    load_policy,
    policy_files,
    run_cases,
)
from tongchou.core.policy.tests.make import BOOK, RESIDENT, document, plan_of

FILES = policy_files()
IDS = ["-".join(path.parts[-3:]) for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_cases_pass_and_reach_every_number(path: Path) -> None:
    plan = load_policy(path.read_text(encoding="utf-8"), source=path.name)
    beside = path.with_name(f"{path.stem}.cases.yaml")
    cases = load_cases(beside.read_text(encoding="utf-8"), source=beside.name)
    assert [r for r in run_cases(plan, cases) if not r.passed] == []
    assert coverage(plan, cases) == []


def test_a_wrong_case_fails_and_a_lone_case_leaves_numbers_unreached() -> None:
    case = {"id": "x", "claims": [{"total": "50000.00"}], "expect": [{"basic": "29580.01"}]}
    [result] = run_cases(RESIDENT, [case])
    assert result.differences == ("第 1 笔 basic：算得 29580.00，应为 29580.01",)
    left = coverage(RESIDENT, [case])
    assert "tiers.basic.rate.level1" in left
    assert "tiers.critical_illness.identity.destitute.bands.0.rate" in left
    assert "tiers.basic.rate.level3" not in left


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_number_has_a_ground_and_its_words_are_in_the_clause(path: Path) -> None:
    plan = load_policy(path.read_text(encoding="utf-8"), source=path.name)
    numbers = list(plan.document.numbers())
    assert numbers
    for number in numbers:
        assert number.cite or number.assumed, number.path
        if number.cite:
            assert number.clause_id is not None
            assert number.cite.words in plan.document.clauses[number.clause_id].words


def test_the_identity_of_a_plan_is_its_content() -> None:
    one = plan_of(document())
    assert one.plan_id == plan_of(document()).plan_id
    assert len(one.plan_id) == 64
    other = document()
    other["tiers"]["basic"]["rate"]["level3"]["value"] = "61%"
    assert plan_of(other).plan_id != one.plan_id


def test_plans_by_date() -> None:
    assert BOOK.for_date("441700", "resident", date(2019, 1, 1)) is not None
    with pytest.raises(NoPlanInForce, match="2019-01-01 起执行"):
        BOOK.for_date("441700", "resident", date(2018, 12, 31))
    with pytest.raises(NoPlanInForce, match="没有 500110-resident"):
        BOOK.for_date("500110", "resident", date(2023, 1, 1))


def test_a_plan_ends_before_its_last_day_and_a_later_one_takes_over() -> None:
    first = plan_of(document(valid_to=date(2020, 1, 1)))
    book = PlanBook([first])
    assert book.for_date("000001", "resident", date(2019, 12, 31)) is first
    with pytest.raises(NoPlanInForce, match="不含"):
        book.for_date("000001", "resident", date(2020, 1, 1))
    second = plan_of(document(valid_from=date(2019, 6, 1)))
    book = PlanBook([first, second])
    assert book.for_date("000001", "resident", date(2019, 5, 31)) is first
    assert book.for_date("000001", "resident", date(2019, 6, 1)) is second
