from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.platform.imports import cells
from tongchou.platform.imports.cells import CellProblem


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        (None, None),
        ("10%", 1000),
        ("１０％", 1000),
        ("12.5%", 1250),
        (0.1, 1000),
        (0.07, 700),
        (10, 1000),
        (10.0, 1000),
        ("0.1", 1000),
        ("0", 0),
        (1.0, 10_000),
        ("100%", 10_000),
        ("1%", 100),
    ],
)
def test_shares(cell: Any, share: int | None) -> None:
    assert cells.share(cell) == share


@pytest.mark.parametrize("cell", ["1", "一成", "101%", -0.1, 101, "0.12345", True, "nan", "inf%"])
def test_shares_that_are_not_taken(cell: Any) -> None:
    with pytest.raises(CellProblem):
        cells.share(cell)


@pytest.mark.parametrize(
    ("cell", "millionths"),
    [
        ("12.5", 12_500_000),
        (0.1, 100_000),
        (1234.56, 1_234_560_000),
        ("1,234.56", 1_234_560_000),
        ("0.000001", 1),
        (None, None),
    ],
)
def test_prices(cell: Any, millionths: int | None) -> None:
    assert cells.millionths(cell) == millionths


def test_a_price_finer_than_the_interface_is_refused() -> None:
    with pytest.raises(CellProblem, match="6 位"):
        cells.millionths("0.0000001")


@given(st.integers(0, 10**12))
def test_a_price_in_an_excel_cell_is_what_was_typed(fen: int) -> None:
    typed = Decimal(fen).scaleb(-2)
    assert cells.millionths(float(typed)) == fen * 10_000 == cells.millionths(f"{typed:,}")


@pytest.mark.parametrize("cell", [1102000000100.0, 44170, date(2019, 1, 1)])
def test_a_code_in_a_number_cell_is_refused(cell: Any) -> None:
    with pytest.raises(CellProblem, match="设为文本"):
        cells.code(cell)


def test_codes_lose_their_dress_only() -> None:
    assert cells.code(" '００1102000000100") == "001102000000100"
    assert cells.code(None) == ""


@pytest.mark.parametrize(
    "cell",
    [
        "2019-03-01",
        "2019/3/1",
        "20190301",
        "2019年3月1日",
        "2019.3.1",
        20190301,
        20190301.0,
        date(2019, 3, 1),
        datetime(2019, 3, 1, 8, 0),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_days(cell: Any) -> None:
    assert cells.day(cell) == date(2019, 3, 1)


@pytest.mark.parametrize("cell", ["2019-02-29", "43525", 43525.0, "三月一日", "2019-3"])
def test_days_that_are_not_taken(cell: Any) -> None:
    with pytest.raises(CellProblem, match="2019-03-01"):
        cells.day(cell)


def test_words() -> None:
    assert cells.text("  阿莫西林\n胶囊 ") == "阿莫西林 胶囊"
    assert cells.text(12.0) == "12"
