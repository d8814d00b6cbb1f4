"""What is found of a person, by what the lists say and what stands of him."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tongchou.core.matching import NONE, REVIEW, Candidate, Link
from tongchou.core.rosters import Entry, Flag, Insured, Known, Standing
from tongchou.core.rosters.findings import find
from tongchou.core.rosters.seen import Before
from tongchou.core.rosters.states import Frame, Month
from tongchou.core.rosters.tests.make import JUNE, PACK, entry, link, standing

FRAME = Frame(PACK, Month("2019-06", date(2019, 6, 1), JUNE))
ELSEWHERE = (Insured("resident", False, date(2019, 1, 1), None),)
EMPLOYEE = (Insured("employee", True, date(2018, 1, 1), None),)


def codes(
    rows: Sequence[Entry],
    of: Standing | None = None,
    links: Sequence[Link] | None = None,
    frame: Frame = FRAME,
) -> list[str]:
    told = of or standing()
    found = find(frame, rows, links or [link() for _ in rows], {told.person_no: told})
    return sorted(one.code for one in found)


def test_who_is_in_order_is_not_found() -> None:
    assert codes([entry(recognised_on="2018-01-01")]) == []


@pytest.mark.parametrize(
    ("row", "facts", "code"),
    [
        ({}, {"insured": (), "exempt_years": frozenset()}, "E1"),
        ({"recognised_on": "2019-06-03"}, {"insured": (), "exempt_years": frozenset()}, "E10"),
        ({"category": "registered_poor"}, {"payments": (date(2018, 11, 2),)}, "E2a"),
        ({"recognised_on": "2018-12-31"}, {"payments": (date(2018, 11, 2),)}, "E2b"),
        ({"recognised_on": "2019-01-01"}, {"payments": (date(2018, 11, 2),)}, "E2c"),
        ({"recognised_on": "2018年12月"}, {"payments": (date(2018, 11, 2),)}, "E2b"),
        ({"recognised_on": "2019年"}, {"payments": (date(2018, 11, 2),)}, "E2c"),
        ({}, {"refund": "bounced"}, "E2d"),
        ({}, {"exempt_years": frozenset({2018})}, "E3"),
        ({}, {"insured": ELSEWHERE}, "E4"),
        ({}, {"insured": EMPLOYEE}, "E5"),
        ({"statuses": ("missing",)}, {}, "E7"),
        ({"statuses": ("no_need",)}, {}, "E8"),
        ({"statuses": ("moved",)}, {}, "E9"),
    ],
)
def test_enrolment(row: Mapping[str, Any], facts: Mapping[str, Any], code: str) -> None:
    flags = (Flag(row.get("category", "low_income"), date(2018, 1, 1)),)
    told = {"recognised_on": "2018-01-01", **row}
    assert codes([entry(**told)], standing(flags=flags, **facts)) == [code]


def test_a_payment_for_next_year_is_not_for_this_one() -> None:
    assert codes([entry()], standing(payments=(date(2019, 11, 1),))) == []


def test_two_places_are_one_too_many() -> None:
    assert codes([entry(), entry(source="省平台", category="")]) == ["E6"]


def test_the_register_and_the_list_may_tell_the_same() -> None:
    rows = [entry(), entry(source="省平台", category="")]
    assert codes(rows, standing(insured=ELSEWHERE)) == ["E4"]


def test_a_signed_waiver_ends_the_matter() -> None:
    assert codes([entry()], standing(insured=ELSEWHERE, waiver=True)) == []


@pytest.mark.parametrize(
    ("rows", "facts", "code"),
    [
        ([{}], {"flags": ()}, "F4"),
        ([{}], {"flags": (Flag("destitute"),)}, "F6"),
        ([{"town": "次邱"}], {"town": "南旺"}, "F8"),
        ([], {}, "F5"),
        ([{"statuses": ("left",)}], {}, "F3"),
        ([{"left_on": "2019-05-31"}], {}, "F3"),
        ([{"category": ""}], {}, "F3"),
    ],
)
def test_flags(rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], code: str) -> None:
    assert codes([entry(**row) for row in rows], standing(**facts)) == [code]


def test_death_of_two_sources_ends_what_runs_on() -> None:
    deaths = [
        entry(source="公安", category="", died_on="2019-05-20"),
        entry(source="殡仪馆", category="", died_on="2019-05-21"),
    ]
    assert codes(deaths) == ["F1"]
    ended = standing(
        insured=(Insured("resident", True, date(2019, 1, 1), date(2019, 5, 31)),),
        flags=(Flag("low_income", date(2018, 1, 1), date(2019, 5, 31)),),
    )
    assert codes(deaths, ended) == []


@pytest.mark.parametrize(
    ("days", "last_bill"),
    [
        (("2019-05-20", None), None),  # one source only
        (("2019-05-20", "2019-03-01"), None),  # too far apart
        (("2019-05-20", "2019-05-21"), date(2019, 6, 2)),  # a bill after death
    ],
)
def test_death_that_is_doubtful(days: Sequence[str | None], last_bill: date | None) -> None:
    sources = ("公安", "殡仪馆")
    rows = [
        entry(source=source, category="", died_on=day)
        for source, day in zip(sources, days, strict=True)
        if day
    ]
    assert codes(rows, standing(last_bill=last_bill)) == ["F2"]


def test_a_list_of_the_dead_does_not_make_the_doubtful_uninsured() -> None:
    rows = [entry(), entry(source="公安", category="", died_on="2019-05-20")]
    assert codes(rows, standing(insured=(), exempt_years=frozenset())) == ["F2"]


def test_nobody_is_cleared_by_a_list_that_is_not_complete() -> None:
    month = replace(FRAME.month, incomplete=frozenset({"民政"}))
    assert codes([], frame=replace(FRAME, month=month)) == []


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (None, ["F5"]),
        ({"low_income", "disabled"}, ["F5"]),
        ({"disabled"}, []),  # 民政 has sent nothing
        ((), []),
    ],
)
def test_a_flag_is_without_ground_only_beside_a_list_of_its_kind(
    named: set[str] | None, found: list[str]
) -> None:
    month = replace(FRAME.month, named=None if named is None else frozenset(named))
    assert codes([], frame=replace(FRAME, month=month)) == found


def test_who_stood_on_last_month_s_list_has_left() -> None:
    before = Before({"民政": frozenset({"P1"})})
    assert codes([], frame=replace(FRAME, before=before)) == ["F3"]


def test_what_the_register_does_not_hold_is_not_concluded() -> None:
    known = Known(flags=False, exemptions=False)
    assert codes([entry()], standing(flags=()), frame=replace(FRAME, known=known)) == []


@pytest.mark.parametrize(("tier", "owned"), [(REVIEW, True), (NONE, False)])
def test_a_row_that_may_mean_him_keeps_his_flag(tier: str, owned: bool) -> None:
    who = standing(name="王伟")
    rows = [entry(name="王伟")]
    found = codes(rows, who, [Link(tier, "", "candidates", "", (), owned)])
    assert found == ["I1"]


def test_a_row_that_may_mean_him_may_be_his_other_identity() -> None:
    flagged = standing(flags=(Flag("disabled", date(2018, 1, 1)),))
    rows = [entry(), entry(source="残联", category="disabled", row=3)]
    candidate = Link(REVIEW, "P1", "candidates", "", (Candidate("P1", 80, ("姓名一致",)),), True)
    assert codes(rows[:1], flagged) == ["F6"]
    assert codes(rows, flagged, [link(), candidate]) == ["I1"]


def test_a_payment_of_another_insurance_is_not_refunded() -> None:
    paid = {"source": "税务", "category": "", "paid_on": "2018-11-02"}
    rows = [entry(recognised_on="2018-01-01"), entry(**paid)]
    assert codes(rows) == ["E2b"]
    assert codes([rows[0], entry(**paid, counts=False)]) == []


def test_one_person_has_at_most_one_finding_of_a_group() -> None:
    rows = [
        entry(recognised_on="2018-01-01"),
        entry(row=3, recognised_on="2018-01-01"),
        entry(source="扶贫", category="registered_poor", town="次邱"),
    ]
    found = codes(rows, standing(insured=(), exempt_years=frozenset(), flags=(), town="南旺"))
    assert [code[0] for code in found] == ["E", "F", "I"]


def test_the_key_is_class_person_and_year() -> None:
    told = standing(insured=(), exempt_years=frozenset())
    (one,) = find(FRAME, [entry()], [link()], {"P1": told})
    assert one.key == "E1|P1|2019"
    assert "当月没有参保" in one.facts
    assert "第 2 行" in one.facts


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"recognised_on": "2018-01-01"}], None),
        ([{"recognised_on": "2018-01-01", "change": "added", "changed_on": "2019-06-12"}], "06-12"),
        ([{"recognised_on": "2019-06-12", "change": "added", "changed_on": "2019-06-12"}], None),
        ([{"recognised_on": "2018-01-01", "change": "changed", "changed_on": "2019-06-12"}], None),
    ],
)
def test_who_was_added_again_is_told_with_his_return(
    rows: Sequence[Mapping[str, Any]], told: str | None
) -> None:
    entries, without = [entry(**row) for row in rows], standing(flags=())
    (one,) = find(FRAME, entries, [link() for _ in rows], {"P1": without})
    assert one.code == "F4"
    assert dict(one.told).get("back_on") == (f"2019-{told}" if told else None)


@pytest.mark.parametrize(("tier", "waits"), [(REVIEW, True), (NONE, False)])
def test_a_row_at_the_desk_that_may_be_his_stands_beside_the_finding(
    tier: str, waits: bool
) -> None:
    """It may be the very payment that is missing: whoever goes to see him looks at it first."""
    told = standing(insured=(), exempt_years=frozenset())
    paid = entry(source="税务", category="", paid_on="2018-11-02", name="王某", row=9)
    likely = (Candidate("P1", 80, ("姓名相近",)),) if waits else ()
    other = standing("P2", insured=(), exempt_years=frozenset())
    rows = [entry(), paid, entry("P2", row=3)]
    links = [link(), Link(tier, "", "candidates", "", likely, False), link("P2")]
    found = find(FRAME, rows, links, {"P1": told, "P2": other})
    facts = {one.subject: one.facts for one in found if one.code == "E1"}
    assert ("待核定：税务 Sheet1 第 9 行（缴费 2018-11-02）可能就是此人" in facts["P1"]) == waits
    assert "待核定" not in facts["P2"]
    assert find(FRAME, rows, links, {"P1": told, "P2": other}) == found
