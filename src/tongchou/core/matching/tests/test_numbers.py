"""An ID number as it stands in a list is read for what it is, and never repaired."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.identity import check_character
from tongchou.core.matching.numbers import (
    BROKEN,
    CUT,
    MISSING,
    OK,
    OTHER,
    one_slip_away,
    read_id,
)

GOOD = "11010519491231002X"  # the example of GB 11643


@st.composite
def numbers(draw: st.DrawFn) -> str:
    birth = draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2019, 12, 31)))
    first17 = f"370830{birth:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return first17 + check_character(first17)


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        (GOOD, OK, GOOD),
        (" 110105 19491231 002x ", OK, GOOD),
        ("１１０１０５１９４９１２３１００２Ｘ", OK, GOOD),
        ("'" + GOOD, OK, GOOD),
        ("身份证号：" + GOOD, OK, GOOD),
        ("11010519491231002*", OK, GOOD),
        ("11010519491231002×", OK, GOOD),
        ("110105491231002", OK, GOOD),  # of 15 places, before 1999
        (GOOD + "43", OK, GOOD),  # of a disability certificate
        (GOOD + "43B1", OK, GOOD),
        ("110105194912310021" + "43", BROKEN, "110105194912310021"),
        (110105194912310000.0, CUT, "110105194912310"),
        ("1.10105194912310E+17", CUT, "110105194912310"),
        ("110105194912310000", CUT, "110105194912310"),
        ("110105194912310021", BROKEN, "110105194912310021"),
        ("1101051949123100X", BROKEN, "1101051949123100X"),
        ("", MISSING, ""),
        ("无", MISSING, ""),
        ("不详", MISSING, ""),
        (None, MISSING, ""),
        ("军官证12345", OTHER, "军官证12345"),
        ("11O1O519491231002X", OK, GOOD),
        ("ll0l05l949l23l002x", OK, GOOD),
        ("110105-19491231-002X", OK, GOOD),
        (GOOD + "（长期）", OK, GOOD),
        (GOOD + "/13800000000", OK, GOOD),
        ("户口簿" + GOOD + "(已核)", OK, GOOD),
        (GOOD + "、" + GOOD, OK, GOOD),
        (GOOD + "、440524188001010014", BROKEN, GOOD + "、440524188001010014"),  # of two, neither
        ("6217001234567890123", BROKEN, "6217001234567890123"),  # of a bank card
    ],
)
def test_a_cell_is_read(cell: object, kind: str, value: str) -> None:
    found = read_id(cell)  # type: ignore[arg-type]
    assert (found.kind, found.value) == (kind, value)


def test_a_certificate_says_its_degree() -> None:
    assert (read_id(GOOD + "43").category, read_id(GOOD + "43").degree) == ("4", "3")


@given(numbers())
def test_what_excel_cuts_is_trusted_to_the_15th_digit(number: str) -> None:
    found = read_id(float(int(number[:15] + "000")))
    assert (found.kind, found.value) == (CUT, number[:15])


@given(numbers())
def test_of_another_program_s_number_only_sure_digits_are_trusted(number: str) -> None:
    if number.endswith("X") or int(number[15:]) < 64 or int(number[15:]) > 936:
        return  # within a step of a number that Excel could have cut
    found = read_id(float(int(number)))
    assert found.kind == CUT
    assert number.startswith(found.value)
    assert len(found.value) >= 12


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789"))
def test_a_wrong_digit_is_one_slip_away(number: str, at: int, digit: str) -> None:
    spoiled = number[:at] + digit + number[at + 1 :]
    assert spoiled == number or number in one_slip_away(spoiled)


@given(numbers(), st.integers(0, 17))
def test_a_digit_left_out_or_twice_is_one_slip_away(number: str, at: int) -> None:
    assert number in one_slip_away(number[:at] + number[at + 1 :])
    assert number in one_slip_away(number[:at] + number[at] + number[at:])


@given(numbers(), st.integers(0, 16))
def test_neighbours_swapped_are_one_slip_away(number: str, at: int) -> None:
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert swapped == number or number in one_slip_away(swapped)


@given(st.text(max_size=30))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = read_id(text)
    assert found.kind in (OK, CUT, BROKEN, MISSING, OTHER)
    if found.kind == OK:
        assert len(found.value) == 18
