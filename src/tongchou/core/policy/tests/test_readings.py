"""The readings of the documents, one worked case each."""

from dataclasses import replace

import pytest

from tongchou.core.money import parse_yuan
from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Claim,
    ClaimRefused,
    Outcome,
    Plan,
    lines_to_json,
    settle,
    state_from_json,
    state_to_json,
)
from tongchou.core.policy.plan import compile_plan
from tongchou.core.policy.tests.make import (
    EMPLOYEE,
    HUZHOU,
    RESIDENT,
    WENSHANG,
    assumed,
    bands,
    document,
    plan_of,
    stay,
)


def paid(outcome: Outcome, tier: str) -> int:
    return outcome.pays[TIERS.index(tier)]


def year(plan: Plan, *claims: Claim) -> list[Outcome]:
    state, found = INITIAL_STATE, []
    for claim in claims:
        found.append(settle(plan, state, claim))
        state = found[-1].state
    return found


def test_a_new_identity_works_forward_from_its_day() -> None:
    # Two stays leave 10,420.00 each to the person; destitute only at the second: 80% of the
    # second, not of all above 3,000.00 (14,272.00).
    _, second = year(RESIDENT, stay("25000.00"), stay("25000.00", "destitute"))
    assert paid(second, "critical_illness") == parse_yuan("8336.00")


def test_an_identity_that_ends_takes_nothing_back() -> None:
    first, second = year(RESIDENT, stay("50000.00", "destitute"), stay("700.00"))
    assert paid(first, "critical_illness") == parse_yuan("13936.00")
    assert paid(second, "critical_illness") == parse_yuan("420.00")


@pytest.mark.parametrize(
    ("identities", "like"),
    [
        (("orphan",), "destitute"),
        (("registered_poor", "destitute"), "destitute"),
        (("disabled", "orphan"), "destitute"),
        (("low_income",), "registered_poor"),
        (("low_income_edge",), "registered_poor"),
        (("relapse_risk",), "registered_poor"),
        (("disabled", "low_income"), "registered_poor"),
    ],
)
def test_the_first_identity_in_the_plans_order_counts(
    identities: tuple[str, ...], like: str
) -> None:
    claim = stay("50000.00", *identities)
    assert settle(RESIDENT, INITIAL_STATE, claim) == settle(
        RESIDENT, INITIAL_STATE, stay("50000.00", like)
    )


def test_an_identity_without_a_row_does_not_hide_one_with() -> None:
    both = stay("50000.00", "orphan", "registered_poor")
    alone = stay("50000.00", "registered_poor")
    assert settle(WENSHANG, INITIAL_STATE, both) == settle(WENSHANG, INITIAL_STATE, alone)


@pytest.mark.parametrize(
    ("level", "active", "retired"),
    [
        ("community", "8600.00", "8800.00"),
        ("level1", "8200.00", "8400.00"),
        ("level2", "8000.00", "8200.00"),
        ("level3", "7600.00", "7800.00"),
    ],
)
def test_employees_by_level_and_status(level: str, active: str, retired: str) -> None:
    for status, expected in (("active", active), ("retired", retired)):
        claim = stay("10000.00", level=level, status=status)
        assert paid(settle(EMPLOYEE, INITIAL_STATE, claim), "basic") == parse_yuan(expected)


@pytest.mark.parametrize(
    ("plan", "claim", "field"),
    [
        (RESIDENT, stay("1.00", level="community"), "level"),
        (RESIDENT, stay("1.00", level="level9"), "level"),
        (RESIDENT, stay("1.00", visit="pharmacy"), "visit"),
        (RESIDENT, stay("1.00", status="active"), "status"),
        (EMPLOYEE, stay("1.00"), "status"),
        (EMPLOYEE, stay("1.00", status="asleep"), "status"),
        (EMPLOYEE, stay("1.00", status="active", out_of_area=True), "out_of_area"),
        (EMPLOYEE, stay("1.00", status="active", visit="chronic_outpatient"), "visit"),
        (HUZHOU, stay("1.00"), "visit"),
        (RESIDENT, stay("1.00", in_scope=101), "in_scope"),
        (RESIDENT, stay("1.00", in_scope=-1), "in_scope"),
        (RESIDENT, stay("1.00", "rich"), "identity"),
    ],
)
def test_a_claim_without_a_number_is_refused(plan: Plan, claim: Claim, field: str) -> None:
    with pytest.raises(ClaimRefused) as refused:
        settle(plan, INITIAL_STATE, claim)
    assert refused.value.field == field
    assert refused.value.reason


def test_the_deductible_that_a_tier_leaves_out_is_not_counted() -> None:
    content = document()
    critical = content["tiers"]["critical_illness"]
    critical["includes_deductible"] = assumed("否")
    critical["bands"] = bands((0, 5000))
    [outcome] = year(plan_of(content), stay("10700.00"))
    # 10,700 - 700 = 10,000; basic 6,000; the person bears 4,000 beside the deductible
    assert paid(outcome, "critical_illness") == parse_yuan("2000.00")


@pytest.mark.parametrize(
    ("residuals", "expected"),
    [
        (["5000.00"], ["0.00"]),
        (["12345.67"], ["5141.97"]),
        (["33571.42"], ["19999.99"]),
        (["60000.00"], ["20000.00"]),
        (["4000.00", "9000.00"], ["0.00", "5600.00"]),
    ],
)
def test_aid_again_on_what_five_layers_leave(residuals: list[str], expected: list[str]) -> None:
    claims = [stay(amount, "registered_poor") for amount in residuals]
    outcomes = year(_re_aid_alone(), *claims)
    assert [paid(o, "re_aid") for o in outcomes] == [parse_yuan(e) for e in expected]


def test_aid_again_counts_stays_only() -> None:
    at_home = stay("3000.00", "registered_poor", visit="chronic_outpatient", level="level3")
    outcomes = year(_re_aid_alone(), stay("6000.00", "registered_poor"), at_home)
    assert [paid(o, "re_aid") for o in outcomes] == [parse_yuan("700.00"), 0]


def _re_aid_alone() -> Plan:
    """Wenshang's plan with nothing before the last layer: all in scope is left to it."""
    tiers = {tier.name: tier for tier in WENSHANG.document.tiers}
    nothing = plan_of(
        document(
            tiers={
                "basic": {
                    "pays_on": "claim",
                    "visits": ["inpatient", "chronic_outpatient"],
                    "deductible": assumed("0.00"),
                    "rate": {"level3": assumed("0%")},
                }
            }
        )
    ).document.tiers[0]
    return compile_plan(replace(WENSHANG.document, tiers=(nothing, tiers["re_aid"])))


@pytest.mark.parametrize(
    ("visit", "used", "expected"),
    [
        ("chronic_outpatient", "980.00", "300.00"),
        ("outpatient", "980.00", "20.00"),
        ("chronic_outpatient", "1350.25", "149.75"),
    ],
)
def test_the_chronic_quota_is_500_more_a_year(visit: str, used: str, expected: str) -> None:
    before = settle(
        HUZHOU,
        INITIAL_STATE,
        stay("0.00", visit="chronic_outpatient")._replace(
            total=2 * parse_yuan(used), in_scope=2 * parse_yuan(used)
        ),
    )
    assert paid(before, "basic") == parse_yuan(used)
    after = settle(HUZHOU, before.state, stay("600.00", visit=visit))
    assert paid(after, "basic") == parse_yuan(expected)


def test_lines_add_up_tier_by_tier_and_carry_their_clause() -> None:
    outcome = settle(RESIDENT, INITIAL_STATE, stay("200000.00"))
    lines = lines_to_json(outcome.lines)
    for tier, pay in zip(TIERS, outcome.pays, strict=True):
        assert sum(parse_yuan(x["pay"]) for x in lines if x["tier"] == tier) == pay
    band = next(x for x in lines if x["tier"] == "basic" and x["kind"] == "band")
    assert band["cite"]["clause"] == "一（二）2(1)"
    assert band["cite"]["words"] == "三级医院报销提高到60%"
    assert band["assumed"] is False
    assert all(x["assumed"] for x in lines if x["tier"] == "supplement")


def test_a_state_survives_json_and_another_layout_is_refused() -> None:
    state = settle(RESIDENT, INITIAL_STATE, stay("50000.00")).state
    assert state_from_json(state_to_json(state)) == state
    with pytest.raises(ValueError, match="14 integers"):
        state_from_json([0] * 13)
