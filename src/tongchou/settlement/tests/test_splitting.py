"""A fee line's four parts: exact, and always the whole."""

from hypothesis import given
from hypothesis import strategies as st

from tongchou.settlement.services.splitting import Parts, amount_of, split

AMOUNTS = st.integers(0, 10**9)
SHARES = st.integers(0, 10_000)


def parts(**over: object) -> Parts:
    line = {
        "amount": 3000, "count": 20_000, "price": 15_000_000, "level": "02", "rate": 1000,
        "ceiling": 12_000_000,
    }  # fmt: skip
    return split(**{**line, **over})  # type: ignore[arg-type]


def test_worked_lines() -> None:
    # 2 x 15.00; 2 x 3.00 over the ceiling; 10% of 24.00 first; the rest in scope
    assert parts() == Parts(0, 600, 240, 2160)
    assert parts(ceiling=None) == Parts(0, 0, 300, 2700)
    assert parts(ceiling=20_000_000) == Parts(0, 0, 300, 2700)
    assert parts(ceiling=0) == Parts(0, 3000, 0, 0)
    assert parts(level="01", rate=0) == Parts(0, 600, 0, 2400)
    assert parts(level="03", rate=10_000) == Parts(3000, 0, 0, 0)
    assert parts(refused=True) == Parts(3000, 0, 0, 0)
    # Half a fen goes up: 10% of 0.05.
    assert parts(amount=5, count=10_000, price=50_000, ceiling=None) == Parts(0, 0, 1, 4)


def test_amounts() -> None:
    assert amount_of(10_000, 5_000) == 1
    assert amount_of(10_000, 4_999) == 0
    assert amount_of(-10_000, 5_000) == -1
    assert amount_of(15_000, 13_337_000) == 2001


@given(
    AMOUNTS, st.integers(0, 10**8), st.integers(0, 10**9), SHARES,
    st.none() | st.integers(0, 10**9), st.sampled_from(["01", "02", "03"]), st.booleans(),
)  # fmt: skip
def test_parts_make_up_the_amount_and_none_is_below_zero(
    amount: int, count: int, price: int, rate: int, ceiling: int | None, level: str, refused: bool
) -> None:
    found = split(
        amount=amount, count=count, price=price, level=level, rate=rate, ceiling=ceiling,
        refused=refused,
    )  # fmt: skip
    every = (found.own_pay, found.over_limit, found.first_self_pay, found.in_scope)
    assert sum(every) == amount
    assert min(every) >= 0


@given(st.integers(1, 10**6), st.integers(0, 10**9), SHARES, st.none() | st.integers(0, 10**9))
def test_lower_share_and_higher_ceiling_never_leave_less_in_scope(
    count: int, price: int, rate: int, ceiling: int | None
) -> None:
    amount = amount_of(count, price)
    given_terms = split(
        amount=amount, count=count, price=price, level="02", rate=rate, ceiling=ceiling
    )
    better = split(
        amount=amount, count=count, price=price, level="02", rate=rate // 2,
        ceiling=None if ceiling is None else 2 * ceiling,
    )  # fmt: skip
    assert better.in_scope >= given_terms.in_scope
