"""Lists that cannot be relied on, and what a run may close."""

from dataclasses import replace
from typing import Any

import pytest

from tongchou.core.lists import Finding
from tongchou.core.rosters.comparing import Past, compare
from tongchou.core.rosters.entries import RosterList
from tongchou.core.rosters.gates import Received, Sent, blocked, check_lists, received
from tongchou.core.rosters.tests.make import PACK, entry


def roster(rows: int = 100, **told: Any) -> RosterList:
    source = PACK.source_of("民政")
    assert source is not None
    number = told.pop("id_no", "11010519491231002X")
    entries = tuple(entry(id_no=number, row=at) for at in range(rows))
    headings = {"Sheet1": told.pop("headings", ("姓名", "身份证号"))}
    return RosterList(
        source, "民政.xlsx", told.pop("sha256", "new"), told.pop("month", ""), headings, entries, ()
    )


def earlier(rows: int = 100, **told: Any) -> Received:
    return received(roster(rows, **told), "2019-05")


def codes(one: RosterList | None, *before: Received, sent: tuple[Sent, ...] = ()) -> list[str]:
    found = check_lists(PACK, "2019-06", [one] if one else [], before, sent)
    return [finding.code for finding in found]


def test_a_list_in_order_passes() -> None:
    assert codes(roster(), earlier(), sent=(Sent("民政", "2019-05", "old"),)) == []


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (None, "L1"),
        (roster(sha256="old"), "L2"),
        (roster(headings=("姓名", "证件号")), "L3"),
        (roster(rows=79), "L4"),
        (roster(rows=121), "L4"),
        (roster(id_no="无"), "L5"),
    ],
)
def test_a_gate(one: RosterList | None, code: str) -> None:
    assert codes(one, earlier(), sent=(Sent("民政", "2019-05", "old"),)) == [code]


def test_a_list_of_deaths_may_grow_and_is_doubted_when_it_shrinks() -> None:
    source = PACK.source_of("公安")
    assert source is not None
    before = received(replace(roster(100), source=source), "2019-05")
    assert codes(replace(roster(180), source=source), before) == []
    assert codes(replace(roster(70), source=source), before) == ["L4"]


def test_a_small_count_may_stray_by_its_root_after_months_that_were_alike() -> None:
    alike = [received(roster(60), f"2019-{month:02d}") for month in range(1, 6)]
    alike.append(received(roster(61), "2018-12"))
    assert codes(roster(64), *alike) == []
    assert codes(roster(48), *alike) == ["L4"]
    many = [received(roster(6000), f"2019-{month:02d}") for month in range(1, 6)]
    many.append(received(roster(6000), "2018-12"))
    assert codes(roster(6400), *many) == ["L4"]


def test_a_list_that_says_the_month_of_the_last_one_is_old() -> None:
    assert codes(roster(month="2019-05"), earlier(month="2019-04")) == []
    assert codes(roster(month="2019-05"), earlier(month="2019-05")) == ["L6"]
    assert codes(roster(month="2019-06"), earlier(month="2019-05")) == []


def test_a_first_list_has_nothing_to_be_compared_with() -> None:
    assert codes(roster()) == []


def test_only_some_gates_block() -> None:
    found = check_lists(PACK, "2019-06", [roster(rows=50, headings=("姓名",))], [earlier()])
    assert {one.code for one in found} == {"L3", "L4"}
    assert blocked(PACK, found) == {"民政"}


def finding(key: str) -> Finding:
    return Finding(key, "E1", "P1", ("民政",), "")


def test_what_is_new_reopened_open_and_may_close() -> None:
    months = [
        [Past("a", ("民政",)), Past("b", ("民政",))],
        [Past("b", ("民政",)), Past("c", ("民政",)), Past("d", ("扶贫",))],
    ]
    got = compare(
        [finding("a"), finding("b"), finding("e")], months, frozenset({"扶贫"}), frozenset()
    )
    assert got.keys == {
        "new": ("e",),
        "reopened": ("a",),
        "open": ("b",),
        "may_close": ("c",),
        "held": ("d",),
    }
    assert got.words.startswith("新发现 1，复发 1，仍未解决 1，可销号 1")


def test_what_no_row_told_of_waits_for_every_list() -> None:
    got = compare([], [[Past("F5|P1|2019", ())]], frozenset({"残联"}), frozenset({"民政", "残联"}))
    assert got.keys["held"] == ("F5|P1|2019",)
