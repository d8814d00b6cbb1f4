"""Names and days as lists write them, folded to what two offices agree on."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.matching.days import read_birth, read_day, unread
from tongchou.core.matching.names import agree, read_name, sound
from tongchou.core.matching.places import town_before, town_key, village_key


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("王 伟", "王伟"),
        ("王\u3000伟", "王伟"),
        ("張麗華", "张丽华"),
        ("王伟（户主）", "王伟"),
        ("买买提·吐尔逊", "买买提吐尔逊"),
        ("买买提•吐尔逊", "买买提吐尔逊"),
        ("王□", "王?"),
        ("王?", "王?"),
        ("王_伟", "王?伟"),
        ("王(王旁)伟", "王?伟"),
        ("李%", "李?"),
        (None, ""),
    ],
)
def test_a_name_is_folded(cell: str | None, key: str) -> None:
    assert read_name(cell).key == key


def test_a_note_says_that_somebody_is_dead() -> None:
    assert read_name("王伟（亡）").says_dead
    assert not read_name("王伟（户主）").says_dead


def test_homophones_have_one_sound() -> None:
    assert sound("王伟") == sound("王炜") != sound("王秀")


def test_a_lost_character_is_any_one() -> None:
    assert agree("王?", "王伟")
    assert not agree("王?", "王伟华")
    assert not agree("李?", "王伟")


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2020-01-15", date(2020, 1, 15), "day"),
        ("2020/1/15", date(2020, 1, 15), "day"),
        ("2020.1.15", date(2020, 1, 15), "day"),
        ("2020年1月15日", date(2020, 1, 15), "day"),
        ("20200115", date(2020, 1, 15), "day"),
        (20200115, date(2020, 1, 15), "day"),
        (43845, date(2020, 1, 15), "day"),
        (43845.0, date(2020, 1, 15), "day"),
        (datetime(2020, 1, 15, 8, 30), date(2020, 1, 15), "day"),  # noqa: DTZ001 (a cell has no zone)
        ("2020-01-15 08:30:00", date(2020, 1, 15), "day"),
        ("2020.1", date(2020, 1, 1), "month"),
        (2020.1, date(2020, 1, 1), "month"),
        ("2020年1月", date(2020, 1, 1), "month"),
        ("202001", date(2020, 1, 1), "month"),
        ("2020年", date(2020, 1, 1), "year"),
        ("2020.1.15.", date(2020, 1, 15), "day"),
        ("2020、1、15", date(2020, 1, 15), "day"),
        ("2020年1月15日上午", date(2020, 1, 15), "day"),
        ("2020年1月15日10时", date(2020, 1, 15), "day"),
        ("2020年1月上旬", date(2020, 1, 1), "month"),
        ("二〇二〇年十一月二十三日", date(2020, 11, 23), "day"),
        ("二零二〇年十月三十日", date(2020, 10, 30), "day"),
        ("43845", date(2020, 1, 15), "day"),
        (2020, date(2020, 1, 1), "year"),
        # The year last: a number above 12 is the day, two that are the same are one day.
        ("25/03/2019", date(2019, 3, 25), "day"),
        ("03/25/2019", date(2019, 3, 25), "day"),
        ("3-25-2019", date(2019, 3, 25), "day"),
        ("05/05/2019", date(2019, 5, 5), "day"),
        ("25/03/2019 00:00:00", date(2019, 3, 25), "day"),
        # Two digits of the year.
        ("19.3.5", date(2019, 3, 5), "day"),
        ("19、03、05", date(2019, 3, 5), "day"),
        ("１９．３．５", date(2019, 3, 5), "day"),
        ("19年3月5日", date(2019, 3, 5), "day"),
        ("19年3月", date(2019, 3, 1), "month"),
        ("62/3/5", date(1962, 3, 5), "day"),
        ("3/25/19", date(2019, 3, 25), "day"),
        ("05/05/05", date(2005, 5, 5), "day"),
    ],
)
def test_a_day_is_read_with_its_precision(cell: object, day: date, precision: str) -> None:
    found = read_day(cell)  # type: ignore[arg-type]
    assert found is not None
    assert (found.day, found.precision) == (day, precision)


@pytest.mark.parametrize(
    "cell",
    [
        "", "无", "2020-13-01", "20200231", True, None, "长期", 5, "20201", "2020.1-2020.12",
        "05/03/2019", "13/13/2019", "31/02/2019", "19/03/05", "05.03.19", "35.3.5", "9.3.5", "19.3",
        "19.13.5", "35年3月",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(cell: object) -> None:
    assert read_day(cell) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "dead"),
    [
        ("王伟（亡）", True),
        ("王伟[已死亡]", True),
        ("王伟（夫亡）", False),
        ("王伟（事故致残）", False),
    ],
)
def test_a_note_says_who_is_dead(name: str, dead: bool) -> None:
    assert read_name(name).says_dead is dead


def test_a_month_ends_on_its_last_day() -> None:
    found = read_day("2020年2月")
    assert found is not None
    assert found.last == date(2020, 2, 29)


def test_towns_and_villages_lose_what_stands_around_them() -> None:
    assert town_key("汶上县南旺镇人民政府") == town_key("南旺镇") == town_key("南旺")
    assert village_key("南旺镇东村村委会") == village_key("东村") == village_key("东村村")
    assert (
        village_key("东村（原西村）") == village_key("东村二组") == village_key("东村12号") == "东"
    )


@pytest.mark.parametrize(
    ("address", "town", "village"),
    [
        ("山东省济宁市汶上县南旺镇东村12号", "南旺", "东"),
        ("汶上县中都街道办事处柳园社区3号楼2单元101室", "中都", "柳园"),
        ("南旺镇东村村民委员会3组15号", "南旺", "东"),
        ("汶上县军屯乡大庄", "军屯", "大庄"),
        ("东村", "", "东"),
    ],
)
def test_a_house_does_not_hide_its_village(address: str, town: str, village: str) -> None:
    assert (town_before(address), village_key(address)) == (town, village)


@pytest.mark.parametrize(
    ("cell", "birth", "why"),
    [
        ("05/03/2019", False, "可能是 2019-03-05，也可能是 2019-05-03"),
        ("19/03/05", False, "可能是 2005-03-19，也可能是 2019-03-05"),
        ("2020-13-01", False, "看不出是哪一天"),
        ("2020.1-2020.12", False, "看不出是哪一天"),
        ("19.3.5", True, "年份只有两位，不知道是哪个世纪"),
        ("19.3.5", False, ""),
        ("62.3.5", True, ""),
        ("2019-03-05", True, ""),
        ("长期", False, ""),
        ("无", False, ""),
        (None, False, ""),
        (43845, False, ""),
    ],
)
def test_why_a_day_is_not_read(cell: object, birth: bool, why: str) -> None:
    said = unread(cell, birth=birth)  # type: ignore[arg-type]
    assert said.startswith(why) and bool(said) == bool(why)


def test_a_birth_of_two_digits_is_of_the_last_century_or_of_none() -> None:
    assert read_birth("62.3.5") == read_day("1962-03-05")
    assert read_birth("19.3.5") is None
    assert read_birth("2019.3.5") == read_day("2019-03-05") == read_birth("二〇一九年三月五日")


SHORT = ("{y2:02}.{m}.{d}", "{y2:02}/{m}/{d}", "{m}-{d}-{y2:02}", "{y2:02}年{m}月{d}日")


@given(
    st.dates(date(1940, 1, 1), date(2029, 12, 31)),
    st.sampled_from(["{d:02}/{m:02}/{y}", "{m}/{d}/{y}", *SHORT]),
)
def test_no_order_makes_another_day_of_a_day(day: date, form: str) -> None:
    """The law: whatever order a day is written in, it is read as that day or not at all."""
    text = form.format(y=day.year, y2=day.year % 100, m=day.month, d=day.day)
    found = read_day(text)
    assert found is None or found == (day, "day")
    assert (found is None) == bool(unread(text))
