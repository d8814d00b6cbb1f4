"""Values as systems send them, read exactly or refused."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tongchou.exchange.fields import C, D, Misread, N, T


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        ("12.50", 1250), (" 12.5 ", 1250), (12, 1200), (Decimal("12.5"), 1250), ("-0.01", -1),
        ("12.5000", 1250), (Decimal("1.25E+1"), 1250), ("+3", 300), (0, 0),
        ("99999999999999.99", 10**16 - 1),
    ],
)  # fmt: skip
def test_amounts(value: Any, fen: int) -> None:
    assert N("x", 16, 2).read(value) == fen


@pytest.mark.parametrize(
    "value",
    [
        "12.505", "1e3", "１２", "12,50", "", "-", ".5", "NaN", True, None, [], {},
        "100000000000000", Decimal("1E+999999"), Decimal("1E-999999"), 10**4000, "9" * 30, "٣",
    ],
)  # fmt: skip
def test_no_amounts(value: Any) -> None:
    with pytest.raises(Misread):
        N("x", 16, 2).read(value)


@given(st.integers(-(10**16) + 1, 10**16 - 1))
def test_amounts_round_trip(fen: int) -> None:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    assert N("x", 16, 2).read(text) == fen
    assert N("x", 16, 2).read(Decimal(text)) == fen


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-22 08:30:15", (2026, 11, 22, 8, 30, 15)),
        ("2026-11-22 08:30", (2026, 11, 22, 8, 30)),
        ("2026-11-22T08:30:15", (2026, 11, 22, 8, 30, 15)),
        ("2026-11-22 08:30:15.123", (2026, 11, 22, 8, 30, 15)),
        ("2026-11-22", (2026, 11, 22)),
        ("20261122", (2026, 11, 22)),
        (20261122083015, (2026, 11, 22, 8, 30, 15)),
    ],
)
def test_times(value: Any, expected: tuple[int, ...]) -> None:
    moment = timezone.make_aware(datetime(*expected))  # type: ignore[arg-type]  # noqa: DTZ001
    assert T("x").read(value) == moment
    assert D("x").read(value) == date(*expected[:3])


@pytest.mark.parametrize(
    "value",
    ["2026-02-29", "2026-11-22 25:00", "22.11.2026", "2026-1-1", "0001-01-01", "9999-12-31",
     "２０２６-11-22", 5, True, [], "2026-11-22 08:30:15+08:00"],
)  # fmt: skip
def test_no_times(value: Any) -> None:
    with pytest.raises(Misread):
        T("x").read(value)


def test_texts() -> None:
    assert C("x", 3).read(" ab ") == "ab"
    assert C("x", 3).read(101) == "101"
    assert C("x", 3).read(Decimal("1.0")) == "1.0"
    wrong: list[Any] = ["abcd", True, 1.5, None, [], "\0", "\ud800"]
    for value in wrong:
        with pytest.raises(Misread):
            C("x", 3).read(value)
    with pytest.raises(Misread, match="请用 a、b"):
        C("x", 3, codes=("b", "a")).read("c")
