"""Changes after a list: who stands on it then, what is told back, what they never clear."""

import io
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.matching import REVIEW
from tongchou.core.rosters.changes import Folded, fold
from tongchou.core.rosters.entries import Entry, RosterList, read_list
from tongchou.core.rosters.gates import Received, Sent, check_lists, full_gates, held_back
from tongchou.core.rosters.tests.make import JUNE, PACK, entry, link
from tongchou.core.sheets import SheetRefused

MONTH = "2019-06"
SOURCE = entry().sender


def full(*entries: Entry, day: date | None = None) -> RosterList:
    return RosterList(SOURCE, "民政.xlsx", "full", "", {}, entries, (), day=day)


def changes(*entries: Entry, file: str = "民政.changes.xlsx", sha256: str = "c") -> RosterList:
    rows = tuple(one._replace(file=file) for one in entries)
    last = max(one.changed_on.day for one in rows if one.changed_on)
    return RosterList(SOURCE, file, sha256, "", {}, rows, (), changes=True, day=last)


def change(person: str, what: str, on: str = "2019-06-12", **told: object) -> Entry:
    return entry(person, change=what, changed_on=on, **told)  # type: ignore[arg-type]


def folded(*lists: RosterList, held: Sequence[tuple[str, str]] = ()) -> Folded:
    entries = [one for some in lists for one in some.entries]
    links = [link(one.who.name.shown) for one in entries]
    return fold(lists, entries, links, JUNE, held)


def who(found: Folded) -> dict[str, tuple[str, bool]]:
    return {one.who.name.shown: (one.category, "left" in one.statuses) for one in found.entries}


def test_an_addition_a_removal_and_a_change_count_from_their_day() -> None:
    found = folded(
        full(entry("甲"), entry("乙"), entry("丙", recognised_on="2015-03-01")),
        changes(
            change("丁", "added"), change("乙", "removed"),
            change("丙", "changed", category="destitute"),
        ),
    )  # fmt: skip
    assert who(found) == {
        "甲": ("low_income", False), "乙": ("low_income", True), "丙": ("destitute", False),
        "丁": ("low_income", False),
    }  # fmt: skip
    assert found.unborne == []
    by_name = {one.who.name.shown: one for one in found.entries}
    told = {name: by_name[name].counts_from for name in ("丙", "丁")}
    assert {name: read and read.day for name, read in told.items()} == {
        "丙": date(2019, 6, 12),
        "丁": date(2019, 6, 12),
    }
    assert by_name["丙"].recognised_on.day == date(2015, 3, 1)  # type: ignore[union-attr]
    assert by_name["乙"].left_on.day == date(2019, 6, 12)  # type: ignore[union-attr]


def test_changes_count_in_order_of_day_whatever_the_file() -> None:
    late = changes(change("甲", "removed", "2019-06-20"), file="a.changes.xlsx")
    early = changes(change("甲", "added", "2019-06-03"), file="b.changes.xlsx")
    assert who(folded(full(), late, early)) == {"甲": ("low_income", True)}


def test_what_the_list_does_not_bear_out_is_told_and_counts() -> None:
    found = folded(
        full(entry("甲")),
        changes(change("甲", "added"), change("乙", "removed"), change("丙", "changed")),
    )
    assert [one.words.split(" ", 2)[2] for one in found.unborne] == [
        "第 2 行：新增 甲，已在名单上",
        "第 2 行：退出 乙，不在名单上",
        "第 2 行：变更 丙，不在名单上",
    ]  # fmt: skip
    assert who(found) == {
        "甲": ("low_income", False), "乙": ("low_income", True), "丙": ("low_income", False),
    }  # fmt: skip


def test_what_is_after_the_month_or_in_the_list_already_does_not_count() -> None:
    found = folded(
        full(entry("甲"), day=date(2019, 6, 10)),
        changes(change("甲", "removed", "2019-06-09"), change("乙", "added", "2019-07-01")),
    )
    assert who(found) == {"甲": ("low_income", False)}


def test_a_list_that_is_held_back_does_not_count() -> None:
    lists = full(entry("甲")), changes(change("甲", "removed"))
    assert who(folded(*lists, held=[("民政", "民政.changes.xlsx")])) == {
        "甲": ("low_income", False)
    }


def test_a_row_that_was_linked_to_nobody_takes_nobody_off() -> None:
    lists = full(entry("甲")), changes(change("乙", "removed"))
    entries = [one for some in lists for one in some.entries]
    found = fold(lists, entries, [link("甲"), link("甲", REVIEW)], JUNE)
    assert not found.unborne
    assert "left" not in found.entries[0].statuses


@given(
    st.lists(
        st.tuples(
            st.sampled_from("甲乙丙"), st.sampled_from(["added", "removed", "changed"]),
            st.integers(1, 30),
        ),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
def test_nobody_who_is_not_named_is_moved(rows: list[tuple[str, str, int]]) -> None:
    kept = (entry("戊"), entry("己", category="destitute"))
    some = changes(*(change(who, what, f"2019-06-{day:02d}") for who, what, day in rows))
    found = folded(full(*kept, entry("甲")), some)
    assert set(kept) <= set(found.entries)
    names = [one.who.name.shown for one in found.entries]
    assert len(names) == len(set(names))  # one row in force for each


NEW = changes(change("乙", "added"))


def codes(*lists: RosterList, sent: tuple[Sent, ...] = ()) -> list[str]:
    return [one.code for one in check_lists(PACK, MONTH, lists, [], sent)]


def test_changes_are_not_judged_by_what_a_full_list_is_judged_by() -> None:
    before = Received("民政", "2019-05", "", 1000, {"low_income": 1000}, ("姓名",))
    lists = [full(entry("甲"), day=None), changes(change("乙", "added"))]
    found = check_lists(PACK, MONTH, lists[1:], [before], ())
    assert [one.code for one in found] == ["L1"]  # the list itself is not there: nobody is cleared
    assert [one.subject for one in full_gates(PACK, MONTH, lists[1:], [before])] == ["民政"]


@pytest.mark.parametrize(
    ("lists", "sent", "code"),
    [
        ((full(), NEW), (), None),
        ((full(), changes(change("乙", "added", "2019-05-30"))), (), "L8"),
        ((full(day=date(2019, 6, 20)), NEW), (), "L6"),
        ((full(), NEW), (Sent("民政", "2019-05", "c", True),), "L2"),
        ((full(), NEW, changes(change("乙", "added"), file="x")), (), "L2"),
    ],
)  # fmt: skip
def test_a_gate_of_changes(
    lists: tuple[RosterList, ...], sent: tuple[Sent, ...], code: str | None
) -> None:
    assert codes(*lists, sent=sent) == ([code] if code else [])
    held = held_back(PACK, MONTH, lists, sent, frozenset())
    assert len(held) == (code is not None)
    assert not held_back(PACK, MONTH, lists, sent, frozenset({"c"}))


def sheet(*rows: Sequence[str], headings: Sequence[str] = ()) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    words = headings or ("姓名", "身份证号", "救助类别", "变动类型", "变动日期")
    for at, row in enumerate([words, *rows]):
        page.write_row(at, 0, row)
    book.close()
    return target.getvalue()


GOOD = ("王伟", "11010519491231002X", "低保")


def read(content: bytes, name: str = "民政0612.xlsx") -> RosterList:
    return read_list(PACK, SOURCE, name, content)


def test_changes_are_known_by_their_content() -> None:
    one = read(sheet((*GOOD, "新增", "2019-06-12"), (*GOOD, "因死亡减少", "2019.6.13")))
    assert one.changes
    assert one.day == date(2019, 6, 13)
    assert [row.change for row in one.entries] == ["added", "removed"]


@pytest.mark.parametrize(
    "content",
    [
        sheet((*GOOD, "", ""), (*GOOD, "新增", "2019-06-12")),
        sheet((*GOOD, "正常", ""), (*GOOD, "正常", ""), (*GOOD, "新增", "2019-06-12")),
        sheet((*GOOD, "新增"), headings=("姓名", "身份证号", "救助类别", "变动类型")),
        sheet(headings=("姓名", "身份证号", "救助类别", "变动类型", "变动日期")),
    ],
)
def test_a_full_list_that_marks_its_changes_stays_one(content: bytes) -> None:
    assert not read(content).changes


def test_by_its_name_a_file_is_of_changes_whatever_it_holds() -> None:
    with pytest.raises(SheetRefused, match="没有一行变动"):
        read(sheet(), "民政.changes.xlsx")
    with pytest.raises(SheetRefused, match="第 2 行 变动类型“正常”看不懂"):
        read(sheet((*GOOD, "正常", "2019-06-12")), "民政.changes.xlsx")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((*GOOD, "新赠", "2019-06-12"), "第 4 行 变动类型“新赠”"),
        ((*GOOD, "新增", "某日"), "第 4 行 没有变动日期"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: Sequence[str], says: str) -> None:
    good = (*GOOD, "新增", "2019-06-12")
    with pytest.raises(SheetRefused, match=says):
        read(sheet(good, good, row))


@pytest.mark.parametrize(
    ("title", "day"),
    [("2019年6月5日名单", date(2019, 6, 5)), ("20190605", date(2019, 6, 5)), ("201912", None)],
)
def test_the_day_of_a_full_list_is_what_it_says(title: str, day: date | None) -> None:
    assert (
        read(sheet(GOOD, headings=("姓名", "身份证号", "救助类别")), f"民政{title}.xlsx").day == day
    )
