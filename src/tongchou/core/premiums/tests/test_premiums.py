"""The window of a year, who may pay later, and the decision table of refunds."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.policy import IDENTITIES
from tongchou.core.premiums import PremiumsError, admit, average, day_of, decide, load_book
from tongchou.core.premiums.book import books_folder, states
from tongchou.core.premiums.refunds import group_of
from tongchou.core.rosters import load_pack

BOOK, PACK = load_book("441700"), load_pack("370830")


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        (date(2019, 10, 14), False),
        (date(2019, 10, 15), True),
        (date(2019, 12, 31), True),
        (date(2020, 1, 1), False),
    ],
)
def test_the_window_of_2020_is_that_of_the_document(day: date, taken: bool) -> None:
    assert admit(BOOK, 2020, day).taken is taken
    assert BOOK.season_of(2020).own == 25000
    assert not BOOK.season_of(2020).assumed


def test_the_last_second_of_the_window_in_beijing_is_in_it() -> None:
    last = datetime(2019, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert admit(BOOK, 2020, day_of(last)).taken
    assert not admit(BOOK, 2020, day_of(last + timedelta(seconds=1))).taken


def test_a_year_without_a_document_is_assumed() -> None:
    season = BOOK.season_of(2026)
    assert (season.opens, season.closes) == (date(2025, 10, 15), date(2025, 12, 31))
    assert season.assumed


def test_newborns_and_newly_recognised_may_pay_in_the_year() -> None:
    born = date(2020, 3, 1)
    assert admit(BOOK, 2020, born + timedelta(days=90), born=born).rule == "newborn"
    assert not admit(BOOK, 2020, born + timedelta(days=91), born=born).taken
    assert admit(BOOK, 2020, date(2020, 2, 1), recognised=date(2020, 1, 10)).rule == "recognised"
    # Who was helped or born before the window closed could have paid in it.
    assert not admit(BOOK, 2020, date(2020, 1, 5), recognised=date(2019, 12, 31)).taken
    assert not admit(BOOK, 2020, date(2020, 2, 1), born=date(1960, 1, 1)).taken
    assert not admit(BOOK, 2020, date(2021, 1, 5), born=date(2020, 12, 20)).taken


def test_262_and_119_are_given_back() -> None:
    """汶上⑤: the poor whenever recognised, relief until the cut date; 381 in all."""
    days = [date(2019, 1, 1) + timedelta(days=at) for at in range(700)]
    poor = [("registered_poor", days[at * 2]) for at in range(262)]
    relief = [("low_income" if at % 2 else "destitute", days[at * 3]) for at in range(119)]
    assert relief[-1][1] <= date(2019, 12, 31) < poor[-1][1]
    later = [("low_income", date(2020, 1, 1) + timedelta(days=at)) for at in range(40)]
    found = [
        decide(BOOK, PACK, year=2020, category=kind, recognised=day, paid=True)
        for kind, day in (*poor, *relief, *later)
    ]
    back = [one for one in found if one.refund]
    assert len(back) == 262 + 119 == 381
    assert [sum(one.code == code for one in found) for code in ("E2a", "E2b", "E2c")] == [
        262, 119, 40,
    ]  # fmt: skip
    assert all(one.exempt for one in back)
    assert all(not one.exempt and "不予退费" in one.words for one in found if one.code == "E2c")


@given(
    st.sampled_from(IDENTITIES),
    st.none() | st.dates(date(2018, 1, 1), date(2021, 12, 31)),
    st.booleans(),
)
def test_the_table_answers_everybody(kind: str, day: date | None, paid: bool) -> None:
    found = decide(BOOK, PACK, year=2020, category=kind, recognised=day, paid=paid)
    group = group_of(PACK, kind)
    assert found.words and found.cite
    assert not (found.refund and found.ask)
    if not paid:
        assert not found.refund and found.exempt is (group != "other")
    elif group == "poverty":
        assert found.refund and found.exempt
    elif group == "relief":
        assert found.refund is (day is not None and day <= date(2019, 12, 31))
        assert found.ask is (day is None)
    else:
        assert not found.refund


def test_every_state_is_answered_by_one_row() -> None:
    assert len(list(states())) == 18
    for state in states():
        assert any(rule.holds(state) for rule in BOOK.refunds)


def test_the_average_of_yangjiang() -> None:
    assert average(2_519_000_000, 113_980) == 22100
    assert average(2_000_000_000, 70_000) == 28571
    assert average(0, 0) == 0


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    shutil.copy(books_folder() / "rules.yaml", tmp_path)
    (tmp_path / "441799.yaml").write_text(
        "area: '441798'\n"
        "seasons:\n"
        "  2020: {opens: 2019-12-31, closes: 2019-10-15, own: 250.555, subsidy: '-1',"
        " critical_illness: '77'}\n"
        "aid: {amounts: {king: '1'}}\n"
        "in_year: [{ground: other, days: x}]\n"
        "refunds: [{code: E2a, when: {paid: maybe}, words: a, cite: b}]\n"
        "more: 1\n",
        encoding="utf-8",
    )
    with pytest.raises(PremiumsError) as refused:
        load_book("441799", tmp_path)
    text = "\n".join(refused.value.problems)
    for word in (
        "area: 应为 441799", "截止早于开始", "seasons.2020.own", "subsidy: 小于 0",
        "cite: 没有依据",
        "king", "in_year.0.ground", "in_year.0.days", "refunds.0.when.paid", "没有一行管",
        "more: 不认识",
    ):  # fmt: skip
        assert word in text
