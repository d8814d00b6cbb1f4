"""统一社会信用代码: the standard's own example, every slip found, nothing repaired."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.registers.codes import (
    BROKEN,
    CUT,
    MISSING,
    OK,
    SIGNS,
    check_sign,
    is_credit_code,
    read_code,
    read_licence,
)

EXAMPLE = "91350100M000100Y43"  # GB 32100-2015, annex


def test_the_standard_s_example_is_in_order() -> None:
    assert is_credit_code(EXAMPLE)
    assert read_code(f" {EXAMPLE.lower()} ") == (OK, EXAMPLE)


first17 = st.builds(
    lambda a, b, c: a + b + c,
    st.text(SIGNS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(SIGNS, min_size=9, max_size=9),
)


@given(first17, st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(first: str, at: int, sign: str) -> None:
    code = first + check_sign(first)
    assert is_credit_code(code)
    wrong = code[:at] + sign + code[at + 1 :]
    assert is_credit_code(wrong) == (wrong == code)


@given(first17, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_found(first: str, at: int) -> None:
    code = first + check_sign(first)
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert is_credit_code(wrong) == (wrong == code)


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (None, MISSING, ""),
        ("无", MISSING, ""),
        ("０", MISSING, ""),
        ("９１３５０１００Ｍ０００１００Ｙ４３", OK, EXAMPLE),
        ("'91350100-M000100Y4-3", OK, EXAMPLE),
        ("91350100M000100Y44", BROKEN, "91350100M000100Y44"),
        ("440100000012345", BROKEN, "440100000012345"),  # a number of before 2015
        (914417001234567890, CUT, "914417001234568"),
        (12345.0, BROKEN, "12345"),
    ],
)
def test_a_cell_is_read_and_not_repaired(cell: object, kind: str, value: str) -> None:
    assert read_code(cell) == (kind, value)  # type: ignore[arg-type]


def test_a_licence_number_that_excel_has_cut_is_none() -> None:
    assert read_licence(" pdy-00001 ") == "PDY00001"
    assert read_licence(1234567890123456789) == ""
    assert read_licence(441700123) == "441700123"
