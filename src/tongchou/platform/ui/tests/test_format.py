from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.platform import clock
from tongchou.platform.ui import format as fmt

NOW = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "0.00"),
        (7, "0.07"),
        (-7, "−0.07"),
        (1234567, "12,345.67"),
        (-1234567, "−12,345.67"),
        (99999999999, "999,999,999.99"),
    ],
)
def test_money(fen: int, written: str) -> None:
    assert fmt.money(fen) == written


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_money_reads_back(fen: int) -> None:
    assert fmt.parse_yuan(fmt.money(fen)) == fen
    assert fmt.yuan(fen) * 100 == fen
    assert fmt.yuan(fen).as_tuple().exponent == -2


@pytest.mark.parametrize("text", ["", "x", "1.234", "NaN", "Infinity", "1e400", "1 000", "٣.2.1"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError):
        fmt.parse_yuan(text)


def test_yuan_is_exact() -> None:
    assert fmt.yuan(999999999999) == Decimal("9999999999.99")


@pytest.mark.parametrize(
    ("bp", "settled", "ruled"),
    [
        (5930, "59.30%", "59.3%"),
        (6000, "60.00%", "60%"),
        (10000, "100.00%", "100%"),
        (5, "0.05%", "0.05%"),
    ],
)
def test_rates(bp: int, settled: str, ruled: str) -> None:
    assert fmt.percent(bp) == settled
    assert fmt.rate(bp) == ruled


def test_days_are_short_within_the_year() -> None:
    with clock.frozen(NOW):
        assert fmt.short_day(date(2019, 1, 9)) == "01-09"
        assert fmt.short_day(date(2018, 1, 9)) == "2018-01-09"
        assert fmt.short_time(NOW.replace(hour=9, minute=0)) == "09:00"
        assert fmt.short_time(NOW.replace(month=2)) == "02-01 15:42"
        assert fmt.or_now(None) == "至今"


@pytest.mark.parametrize(
    ("bp", "text"),
    [(6667, "66.7%"), (6665, "66.7%"), (6664, "66.6%"), (10000, "100.0%"), (0, "0.0%")],
)
def test_a_share_has_one_place(bp: int, text: str) -> None:
    assert fmt.share(bp) == text
