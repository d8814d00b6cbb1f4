"""The staircase over any bill of any shipped plan: it adds up, and no layer is left unexplained."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.core.policy import (
    IDENTITIES,
    INITIAL_STATE,
    LEVELS,
    Claim,
    ClaimRefused,
    Plan,
    lines_to_json,
    settle,
    shipped_policies,
)
from tongchou.settlement.priced import Priced
from tongchou.settlement.queries.statement import accumulators_of, reasons_of
from tongchou.settlement.staircase import staircase
from tongchou.settlement.steps import WHOLE

PLANS = list(shipped_policies())
amounts = st.integers(0, 60_000_000)


@st.composite
def bills(draw: st.DrawFn) -> list[Priced]:
    """Up to four bills of one person-year under one plan, each priced on those before."""
    plan: Plan = draw(st.sampled_from(PLANS))
    status = draw(st.sampled_from(("active", "retired"))) if plan.scheme == "employee" else None
    held = tuple(draw(st.sets(st.sampled_from(IDENTITIES), max_size=2)))
    state = INITIAL_STATE
    found = []
    for _n in range(draw(st.integers(1, 4))):
        total = draw(amounts)
        claim = Claim(
            draw(st.sampled_from(plan.visits)),
            draw(st.sampled_from(LEVELS)),
            draw(st.booleans()),
            status,
            held,
            total,
            draw(st.integers(0, total)),
        )
        try:
            outcome = settle(plan, state, claim)
        except ClaimRefused:
            continue  # this plan has no numbers for the place
        found.append(
            Priced(
                plan=plan, claim=claim, own_pay=total - claim.in_scope, over_limit=0,
                first_self_pay=0, outcome=outcome, account_pays=0,
                lines=lines_to_json(outcome.lines), state_before=state, no_benefit=False,
                correction=False,
            )
        )  # fmt: skip
        state = outcome.state
    return found


@given(bills())
@settings(max_examples=300, deadline=None)
def test_any_bill_adds_up_and_is_explained(found: list[Priced]) -> None:
    for priced in found:
        total, *parts = staircase(priced)
        assert total.pay == sum(part.pay for part in parts) == priced.claim.total
        if priced.claim.total:
            assert sum(part.share or 0 for part in parts) == WHOLE
        for part in parts[:-1]:
            assert bool(part.reason) == (part.pay == 0), part.key
            assert part.formula and all(part.formula), part.key
            if part.bands is not None:
                assert part.bands.paid == part.pay
                assert sum(row.added for row in part.bands.rows) == part.bands.added
            elif part.steps:
                assert part.steps[-1].fen == part.pay
        assert all(one.added >= 0 and one.left >= 0 for one in accumulators_of(priced))
        assert all(reason.text for reason in reasons_of(priced))
