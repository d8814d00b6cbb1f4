"""What a window without one-stop pays: 救助 withheld, the year's state as if it had been paid."""

from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.policy import (
    AID_TIERS,
    INITIAL_STATE,
    TIERS,
    Claim,
    paid_of_state,
    settle,
    shipped_policies,
    withhold,
)

WITH_AID = [plan for plan in shipped_policies() if plan.area == "370830"]
CLASSES = st.sampled_from([(), ("registered_poor",)])


@given(st.lists(st.tuples(CLASSES, st.integers(0, 20_000_000)), min_size=1, max_size=4))
def test_only_the_pay_moves(bills: list[tuple[tuple[str, ...], int]]) -> None:
    (plan,) = WITH_AID
    state = INITIAL_STATE
    for held, fen in bills:
        due = settle(plan, state, Claim("inpatient", "level3", False, None, held, fen, fen))
        window = withhold(due)
        aid = sum(due.pays[TIERS.index(tier)] for tier in AID_TIERS)
        assert window.state == due.state
        assert window.fund_total == sum(window.pays) == due.fund_total - aid
        assert window.fund_total + window.person_pays == fen
        assert window.lines[-1].amount == window.person_pays
        for tier in AID_TIERS:
            assert window.pays[TIERS.index(tier)] == 0
            paid = paid_of_state(state, due.state, tier)
            assert paid == due.pays[TIERS.index(tier)]
        if not aid:
            assert window is due
        state = due.state
