"""What holds for every plan and every year of bills."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tongchou.core.money import format_yuan
from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Claim,
    Outcome,
    Plan,
    settle,
)
from tongchou.core.policy.tests.make import RESIDENT, assumed, bands, document, percent, plan_of

AMOUNTS = st.one_of(
    st.integers(0, 200_000),
    st.integers(0, 30_000_000),
    st.sampled_from([0, 1, 70_000, 70_001, 3_645_000, 16_145_000, 100_000_000]),
)
HELPED = (None, "destitute", "registered_poor")


@st.composite
def claims(draw: st.DrawFn, identity: str | None = None) -> Claim:
    in_scope = draw(AMOUNTS)
    identities = (identity,) if identity else ()
    level = draw(st.sampled_from(["level1", "level2", "level3"]))
    total = in_scope + draw(st.sampled_from([0, 1, 40_000]))
    return Claim("inpatient", level, draw(st.booleans()), None, identities, total, in_scope)


@st.composite
def years(draw: st.DrawFn) -> list[Claim]:
    identity = draw(st.sampled_from(HELPED))
    return draw(st.lists(claims(identity), min_size=1, max_size=6))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of two to five tiers: any rates, bands, caps, with or without the deductible."""
    rates = st.integers(0, 10_000)
    caps = st.one_of(st.just("不设"), st.integers(0, 20_000_000).map(format_yuan))
    content = document()
    places = ("level1", "level2", "level3", "out_of_area")
    basic = content["tiers"]["basic"]
    basic["deductible"] = {p: assumed(format_yuan(draw(st.integers(0, 200_000)))) for p in places}
    basic["rate"] = {p: assumed(percent(draw(rates))) for p in places}
    basic["cap"] = assumed(draw(st.integers(0, 20_000_000).map(format_yuan)))
    tiers: dict[str, Any] = {"basic": basic}
    if draw(st.booleans()):
        tiers["supplement"] = {
            "pays_on": "overflow",
            "visits": ["inpatient"],
            "entry": assumed("基本封顶线之后"),
            "cap": assumed(draw(caps)),
        }
    for name in draw(st.sets(st.sampled_from(TIERS[2:4]), min_size=1)):
        starts = sorted(draw(st.sets(st.integers(0, 10_000_000), min_size=1, max_size=3)))
        tiers[name] = {
            "pays_on": "self_pay",
            "visits": ["inpatient"],
            "includes_deductible": assumed(draw(st.sampled_from(["是", "否"]))),
            "bands": bands(*((start, draw(rates)) for start in starts)),
            "cap": assumed(draw(caps)),
            "identity": {
                "destitute": {
                    "bands": bands((draw(st.integers(0, 1_000_000)), draw(rates))),
                    "cap": {"change": "取消封顶", "assumed": "测试用"},
                }
            },
        }
    content["tiers"] = tiers
    return plan_of(content)


def fold(plan: Plan, bills: list[Claim]) -> list[Outcome]:
    state, found = INITIAL_STATE, []
    for bill in bills:
        found.append(settle(plan, state, bill))
        state = found[-1].state
    return found


@given(plans(), years())
def test_funds_and_person_pay_the_bill_to_the_fen(plan: Plan, bills: list[Claim]) -> None:
    for bill, outcome in zip(bills, fold(plan, bills), strict=True):
        assert all(pay >= 0 for pay in outcome.pays)
        assert outcome.fund_total == sum(outcome.pays) <= bill.in_scope
        assert outcome.fund_total + outcome.person_pays == bill.total
        assert 0 <= outcome.deductible <= bill.in_scope


@given(plans(), years())
def test_lines_add_up_to_each_tier(plan: Plan, bills: list[Claim]) -> None:
    for outcome in fold(plan, bills):
        for tier, pay in zip(TIERS, outcome.pays, strict=True):
            assert sum(line.pay for line in outcome.lines if line.tier == tier) == pay


@given(plans(), years())
def test_no_cap_is_passed_under_one_identity(plan: Plan, bills: list[Claim]) -> None:
    outcomes = fold(plan, bills)
    for cell in plan.row_for(bills[0]).cells:
        assert sum(outcome.pays[cell.slot] for outcome in outcomes) <= cell.cap


@given(years(), st.randoms())
def test_the_year_does_not_depend_on_the_order(bills: list[Claim], chance: Any) -> None:
    other = bills.copy()
    chance.shuffle(other)
    one, two = fold(RESIDENT, bills), fold(RESIDENT, other)
    # Where basic meets its cap, which bill meets it decides at whose rate the rest is paid.
    assume(sum(o.pays[0] for o in one) < 10_000_000)
    assert one[-1].state == two[-1].state
    assert sum(o.person_pays for o in one) == sum(o.person_pays for o in two)


@given(claims(), AMOUNTS)
def test_more_in_scope_never_pays_less(bill: Claim, more: int) -> None:
    larger = bill._replace(total=bill.total + more, in_scope=bill.in_scope + more)
    small = settle(RESIDENT, INITIAL_STATE, bill)
    large = settle(RESIDENT, INITIAL_STATE, larger)
    assert all(a <= b for a, b in zip(small.pays, large.pays, strict=True))
    assert small.person_pays <= large.person_pays


@given(claims())
def test_the_helped_never_pay_more(bill: Claim) -> None:
    ordinary = settle(RESIDENT, INITIAL_STATE, bill).person_pays
    for identity in HELPED[1:]:
        helped = settle(RESIDENT, INITIAL_STATE, bill._replace(identities=(str(identity),)))
        assert helped.person_pays <= ordinary


@given(years())
def test_critical_illness_of_a_year_is_its_entitlement(bills: list[Claim]) -> None:
    outcomes = fold(RESIDENT, bills)
    at = TIERS.index("critical_illness")
    row = RESIDENT.row_for(bills[0])
    kernel = RESIDENT.kernel
    borne = outcomes[-1].state[2 * at]
    due = kernel.entitlement(borne, 2 * RESIDENT.width, row.froms, row.rises, row.caps[2])
    assert sum(outcome.pays[at] for outcome in outcomes) == due


@given(st.integers(0, 20_000_000), st.integers(0, 20_000_000))
def test_splitting_a_stay_costs_its_deductible_and_at_most_a_fen_of_rounding(
    first: int, second: int
) -> None:
    def borne(*amounts: int) -> int:
        bills = [Claim("inpatient", "level3", False, None, (), a, a) for a in amounts]
        slot = TIERS.index("critical_illness")
        return fold(RESIDENT, bills)[-1].state[2 * slot]

    whole, split = borne(first + second), borne(first, second)
    assert whole - 1 <= split <= whole + 70_000 + 1
