from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.money import (
    allocate,
    chinese_capital,
    format_yuan,
    format_yuan_grouped,
    parse_yuan,
    share_half_up,
)

FEN = st.integers(-(10**15), 10**15)


@given(FEN)
def test_written_and_read_again(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert Decimal(format_yuan(fen)) == Decimal(fen) / 100


@pytest.mark.parametrize(
    ("text", "fen"), [("12", 1200), ("12.3", 1230), ("12.30", 1230), ("-0.05", -5), ("0", 0)]
)
def test_amounts_are_read(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "12.345", "1,000.00", "1e3", " 12", "+1", ".5", "12.", "１２", "NaN", "1" * 15]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="两位小数"):
        parse_yuan(text)


def test_grouped_with_the_true_minus() -> None:
    assert format_yuan_grouped(-1_234_567) == "−12,345.67"
    assert format_yuan_grouped(99) == "0.99"


@given(FEN, st.integers(0, 10_000))
def test_shares_round_half_away_from_zero(fen: int, rate: int) -> None:
    exact = (Decimal(fen) * rate / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    assert share_half_up(fen, rate) == int(exact)


@given(FEN, st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_allocation_leaves_no_residue(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_allocation_needs_a_weight(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (5_023_200, "伍万零贰佰叁拾贰元整"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (1_010, "壹拾元壹角整"),
        (1_000_000_000, "壹仟万元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (-12_345, "负壹佰贰拾叁元肆角伍分"),
    ],
)
def test_capital_characters(fen: int, words: str) -> None:
    assert chinese_capital(fen) == words
