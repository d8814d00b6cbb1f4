from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongchou.people import lanes
from tongchou.people.hooks import Mark
from tongchou.people.timeline import Known, Lane

TODAY = date(2019, 3, 1)
DAYS = lanes.Window(date(2018, 1, 1), date(2020, 1, 1))


def known(
    lane: Lane = "identity",
    key: str = "orphan",
    start: date = date(2018, 2, 1),
    end: date | None = None,
    known_on: date = date(2018, 2, 1),
) -> Known:
    return Known(lane, 1, key, "孤儿", start, end, known_on, "名单", None, "")


def left(percent: str) -> int:
    return int(percent.removesuffix("%").replace(".", ""))


def test_spans() -> None:
    facts = [known(start=date(2014, 5, 1)), known("number", "id", start=date(1960, 1, 1))]
    assert lanes.window("year", TODAY, facts) == lanes.Window(date(2019, 1, 1), date(2020, 1, 1))
    assert lanes.window("two", TODAY, facts) == DAYS
    assert lanes.window("all", TODAY, facts).first == date(2014, 1, 1)
    assert lanes.window("all", TODAY, []) == DAYS


def test_spells_that_meet_touch_and_those_outside_are_not_drawn() -> None:
    facts = [
        known(end=date(2018, 7, 1)),
        known(start=date(2018, 7, 1)),
        known(start=date(2016, 1, 1), end=date(2018, 1, 1)),
    ]
    drawing = lanes.draw(facts, [], DAYS, known_on=TODAY, today=TODAY)
    (row,) = [row for row in drawing.rows if row.label == "身份"]
    first, second = row.bars
    gap = left(second.x) - left(first.x) - left(first.width)
    assert 0 <= gap <= 5


def test_two_identities_have_a_row_each() -> None:
    facts = [known(), known(key="disabled")]
    drawing = lanes.draw(facts, [], DAYS, known_on=TODAY, today=TODAY)
    assert [row.label for row in drawing.rows] == ["参保", "身份", "", "住址", "号码"]


def test_numbers_that_run_side_by_side_have_a_row_each() -> None:
    ids = [known("number", "id", start=date(1960, 1, 1)) for _ in range(2)]
    ended = known("number", "card", end=date(2018, 7, 1))
    later = known("number", "card", start=date(2018, 7, 1))
    drawing = lanes.draw([*ids, ended, later], [], DAYS, known_on=TODAY, today=TODAY)
    rows = [row for row in drawing.rows if row.bars]
    assert [len(row.bars) for row in rows] == [2, 1, 1]


def test_late_knowledge_is_a_point_and_timely_knowledge_is_not() -> None:
    late = known(end=date(2018, 7, 1), known_on=date(2018, 8, 6))
    timely = known(end=date(2018, 7, 1), known_on=date(2018, 7, 5))
    for fact, points in ((late, 1), (timely, 0)):
        drawing = lanes.draw([fact], [], DAYS, known_on=TODAY, today=TODAY)
        assert sum(len(row.points) for row in drawing.rows) == points
    (point,) = [
        p for r in lanes.draw([late], [], DAYS, known_on=TODAY, today=TODAY).rows for p in r.points
    ]
    assert point.text == "07-01 退出，08-06 才得知"


def test_bills_of_one_day_are_one_column_and_words_cover_no_others() -> None:
    day = date(2019, 2, 1)
    marks = [Mark(day, 7_000_00, "/a"), Mark(day, 46_90, "/b"), Mark(date(2019, 2, 3), 100, "/c")]
    drawing = lanes.draw([], marks, DAYS, known_on=TODAY, today=TODAY)
    both, near = drawing.columns
    assert (both.fen, both.count, both.text) == (7_046_90, 2, "2 单 7,046.90")
    assert both.url == "#person-bills-title" and near.url == "/c"
    assert near.text == "" and near.height < both.height
    (alone,) = lanes.draw([], marks[:1], DAYS, known_on=TODAY, today=TODAY).columns
    assert (alone.text, alone.url) == ("7,000.00", "/a")


days = st.dates(date(2010, 1, 1), date(2030, 1, 1))


@given(start=days, length=st.none() | st.integers(1, 4000), heard=days)
def test_nothing_is_drawn_outside(start: date, length: int | None, heard: date) -> None:
    end = start + timedelta(days=length) if length else None
    facts = [known(start=start, end=end, known_on=heard)]
    marks = [Mark(day, 100, "/") for day in (start, heard) if DAYS.holds(day)]
    drawing = lanes.draw(facts, marks, DAYS, known_on=TODAY, today=TODAY)
    for row in drawing.rows:
        for bar in row.bars:
            assert lanes.LEFT <= left(bar.x) and left(bar.x) + left(bar.width) <= lanes.RIGHT + 20
        for point in row.points:
            assert lanes.LEFT <= left(point.x) <= lanes.RIGHT
    for column in drawing.columns:
        assert lanes.LEFT <= left(column.x) <= lanes.RIGHT
        assert 0 < column.height <= lanes.MONEY
