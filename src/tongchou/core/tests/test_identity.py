"""ID numbers, names, masks, pseudonyms and code formats."""

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core import identity
from tongchou.core.identity import (
    CODE_FORMATS,
    IdNumberError,
    check_character,
    code_kinds,
    is_id_number,
    mask_id_number,
    name_key,
    normalise_id_number,
    normalise_name,
    parse_id_number,
    pinyin_initials,
    pseudonym,
    upgrade_id_number,
)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    birth = draw(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
    sequence = draw(st.integers(0, 999))
    first17 = f"{draw(st.integers(110000, 659999))}{birth:%Y%m%d}{sequence:03d}"
    return first17 + check_character(first17)


def test_doctests_hold() -> None:
    result = doctest.testmod(identity)
    assert result.attempted >= 8
    assert result.failed == 0


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female"),
        ("440524188001010014", date(1880, 1, 1), "male"),
    ],
)
def test_the_standards_own_examples(number: str, birth: date, sex: str) -> None:
    found = parse_id_number(number)
    assert (found.number, found.birth, found.sex) == (number, birth, sex)


@pytest.mark.parametrize(
    "raw",
    [
        "11010519491231002x",
        " 110105 19491231 002X\t",
        "'11010519491231002X",
        "‘11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002*",
        "11010519491231002×",
        "11010519491231002χ",
        "\ufeff11010519491231002\u0425",
        "110105491231002",
    ],
)
def test_dress_is_taken_off(raw: str) -> None:
    assert parse_id_number(raw).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "没有身份证号"),
        ("1101051949123100", "这里有 16 位"),
        ("110105194912310021", "末位校验不对"),
        ("11010519491331002X", "不是日期"),
        ("11010519490229002X", "不是日期"),
        ("1101051949123X002X", "只能是数字"),
        ("11010549X231002", "只能是数字"),
        ("110105000000000000", "不是日期"),
    ],
)
def test_a_wrong_number_says_why(raw: str, why: str) -> None:
    with pytest.raises(IdNumberError, match=why):
        parse_id_number(raw)
    assert not is_id_number(raw)


def test_a_fake_superscript_digit_is_no_digit() -> None:
    assert not is_id_number("1101051949123100٢X")


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    assert is_id_number(number)
    assert not is_id_number(number[:place] + wrong + number[place + 1 :])


@given(id_numbers().filter(lambda number: number[6:8] == "19"))
def test_an_old_number_upgrades_to_its_own_new_one(number: str) -> None:
    assert upgrade_id_number(number[:6] + number[8:17]) == number


@given(st.text(max_size=30))
def test_any_text_is_accepted_or_refused_in_words(raw: str) -> None:
    if is_id_number(raw):
        number = parse_id_number(raw).number
        assert parse_id_number(number).number == number


@given(st.text(max_size=40))
def test_a_mask_hides_the_middle_and_keeps_the_length(number: str) -> None:
    masked = mask_id_number(number)
    assert len(masked) == len(number)
    assert number == "" or "*" in masked


def test_the_mask_hides_birth_and_keeps_both_ends() -> None:
    assert mask_id_number("441721195606120028") == "4417**********0028"
    assert mask_id_number("110105491231002") == "1101*******1002"
    assert mask_id_number("AB") == "**"


@pytest.mark.parametrize("dot", ["•", ".", "・", "‧", "･", "．", " · ", "●"])
def test_dots_of_all_kinds_become_the_official_one(dot: str) -> None:
    assert normalise_name(f"买买提{dot}艾力") == "买买提·艾力"
    assert name_key(f"买买提{dot}艾力") == name_key("买买提艾力")


@given(st.text("0１9Xx×Ｘ*χ '‘\u200b\ufeff\t\u3000", max_size=19))
def test_normalising_a_number_twice_changes_nothing(raw: str) -> None:
    once = normalise_id_number(raw)
    assert normalise_id_number(once) == once


@given(st.text("梁秀英𬉼艾aZＡ·•.・ \u3000\u200b1", max_size=20))
def test_normalising_a_name_twice_changes_nothing(raw: str) -> None:
    assert normalise_name(normalise_name(raw)) == normalise_name(raw)


def test_a_rare_character_outside_the_first_plane_is_kept() -> None:
    assert normalise_name("𬉼 明") == "𬉼明"
    assert pinyin_initials("𬉼明") == "om"


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("梁秀英", "lxy"),
        ("曾国藩", "zgf"),
        ("仇英", "qy"),
        ("区海燕", "ohy"),
        ("查良镛", "zly"),
        ("翟志刚", "zzg"),
        ("单于强", "cyq"),
        ("万俟卨", "mqx"),
        ("长孙无忌", "zswj"),
        ("尉迟恭", "ycg"),
        ("买买提·艾力", "mmtal"),
        ("李A娜", "lan"),
        ("John Smith", "js"),
        ("", ""),
    ],
)
def test_pinyin_initials_read_surnames_as_surnames(name: str, initials: str) -> None:
    assert pinyin_initials(name) == initials


def test_a_pseudonym_depends_on_key_kind_and_value() -> None:
    key, other = b"0123456789abcdef", b"0123456789abcdeF"
    one = pseudonym(key, "person", "441721195606120028")
    assert one == pseudonym(key, "person", "441721195606120028")
    assert len(one) == 32
    assert one not in {
        pseudonym(other, "person", "441721195606120028"),
        pseudonym(key, "institution", "441721195606120028"),
        pseudonym(key, "person", "441721195606120029"),
    }
    with pytest.raises(ValueError, match="16"):
        pseudonym(b"short", "person", "x")


def test_each_format_has_its_example_and_no_other_format_has_it() -> None:
    for name, form in CODE_FORMATS.items():
        assert code_kinds(form.example) == (name,)
        assert not form.matches(form.example + "\n")
        assert not form.matches(form.example[:-1])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("icd10", "I10.x05"),
        ("icd10", "E11.900"),
        ("icd10", "A18.814+K77.0*"),
        ("icd9", "51.2300"),
        ("icd9", "59.5x00"),
        ("icd9", "17.972K0"),
        ("icd9", "86.700x0013"),
        ("consumable", "C02010105200001012340000001"),
        ("service", "003105120040000"),
    ],
)
def test_odd_but_genuine_codes_are_accepted(name: str, code: str) -> None:
    assert CODE_FORMATS[name].matches(code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("icd10", "10.x05"),
        ("icd10", "i10.x05"),
        ("hospital", "H4417000001"),
        ("doctor", "D44170000000１"),
        ("service", "00310512004000"),
    ],
)
def test_near_misses_are_refused(name: str, code: str) -> None:
    assert not CODE_FORMATS[name].matches(code)
