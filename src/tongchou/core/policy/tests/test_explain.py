"""Why not more, how far the year has come, and what a new version changes."""

from tongchou.core.money import parse_yuan
from tongchou.core.policy import (
    INITIAL_STATE,
    Claim,
    Reason,
    accumulators,
    diff,
    settle,
    why_not_more,
)
from tongchou.core.policy.tests.make import RESIDENT, assumed, bands, document, plan_of, stay


def reasons(claim: Claim, state: tuple[int, ...] = INITIAL_STATE) -> dict[str, Reason]:
    found = why_not_more(RESIDENT, state, claim, settle(RESIDENT, state, claim))
    return {reason.kind: reason for reason in found}


def test_the_third_stay_of_the_year_as_the_statement_shows_it() -> None:
    state = INITIAL_STATE
    for claim in (stay("3000.00", level="level1"), stay("40000.00")):
        state = settle(RESIDENT, state, claim).state
    found = reasons(stay("60000.00"), state)
    assert found["限在比例"].text.startswith("三级支付比例 60%。")
    assert "在二级个人付 6,120.00，少付 3,648.00" in found["限在比例"].text
    assert found["限在分段"].distance == parse_yuan("23680.00")
    assert "自付累计 41,320.00" in found["限在分段"].text
    assert "特困" in found["限在身份"].text
    assert not {"限在封顶", "限在范围", "限在起付线"} & set(found)


def test_what_is_out_of_scope_and_under_the_deductible() -> None:
    claim = stay("1000.00", in_scope=parse_yuan("650.00"))
    found = reasons(claim)
    assert found["限在范围"].distance == parse_yuan("350.00")
    assert found["限在起付线"].distance == parse_yuan("50.00")
    assert "限在比例" not in found


def test_a_cap_met_is_named_and_the_helped_are_not_told_of_identity() -> None:
    found = reasons(stay("200000.00", "destitute"))
    assert "基本医保统筹本年已到封顶线 100,000.00" in found["限在封顶"].text
    assert "限在身份" not in found


def test_meters_of_the_year() -> None:
    state = settle(RESIDENT, INITIAL_STATE, stay("50000.00")).state
    meters = {m.path: (m.used, m.limit) for m in accumulators(RESIDENT, state)}
    assert meters == {
        "tiers.basic.cap": (2_958_000, 10_000_000),
        "tiers.supplement.cap": (0, 10_000_000),
        "tiers.critical_illness.bands.0.from": (2_042_000, 1_500_000),
        "tiers.critical_illness.bands.1.from": (2_042_000, 6_500_000),
        "tiers.critical_illness.cap": (325_200, 10_000_000),
    }
    helped = {m.path: m.limit for m in accumulators(RESIDENT, state, ("destitute",))}
    assert helped["tiers.critical_illness.identity.destitute.bands.0.from"] == 300_000
    assert helped["tiers.critical_illness.identity.destitute.cap"] is None
    assert [m.path for m in accumulators(RESIDENT, state) if m.assumed] == ["tiers.supplement.cap"]


def test_a_diff_names_what_changed_came_and_went() -> None:
    before = plan_of(document())
    content = document()
    content["tiers"]["basic"]["rate"]["level3"] = assumed("62%")
    content["tiers"]["critical_illness"]["bands"] = bands((1_300_000, 6000))
    changes = {c.path: (c.before, c.after) for c in diff(before, plan_of(content))}
    assert changes == {
        "tiers.basic.rate.level3": ("60%", "62%"),
        "tiers.critical_illness.bands.0.from": ("15,000.00", "13,000.00"),
        "tiers.critical_illness.bands.1.from": ("65,000.00", None),
        "tiers.critical_illness.bands.1.rate": ("70%", None),
    }
    assert diff(before, before) == []
