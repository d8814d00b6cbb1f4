"""Spells: the doctests, and the laws of sets of days."""

import doctest
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core import spells
from tongchou.core.spells import Spell, insurance_year, merge, subtract, year_spell

FIRST = date(2019, 1, 1)
HORIZON = [FIRST + timedelta(days=offset) for offset in range(40)]


@st.composite
def some_spells(draw: st.DrawFn) -> Spell:
    start = draw(st.integers(0, 30))
    length = draw(st.none() | st.integers(1, 9))
    begin = FIRST + timedelta(days=start)
    return Spell(begin, None if length is None else begin + timedelta(days=length))


def days(*several: Spell) -> set[date]:
    return {day for day in HORIZON if any(day in spell for spell in several)}


def test_doctests_hold() -> None:
    result = doctest.testmod(spells)
    assert result.attempted >= 10
    assert result.failed == 0


@pytest.mark.parametrize("length", [0, -1])
def test_a_spell_without_a_day_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="不晚于"):
        Spell(FIRST, FIRST + timedelta(days=length))


@given(some_spells(), some_spells())
def test_pairs_behave_as_sets_of_days(one: Spell, other: Spell) -> None:
    shared = one.intersection(other)
    assert one.overlaps(other) is bool(days(one) & days(other))
    assert (set() if shared is None else days(shared)) == days(one) & days(other)
    assert days(*one.minus(other)) == days(one) - days(other)
    if one.covers(other):
        assert days(one) >= days(other)


@given(some_spells(), st.lists(some_spells(), max_size=5))
def test_subtract_leaves_the_days_of_no_other(one: Spell, others: list[Spell]) -> None:
    rest = subtract(one, others)
    assert days(*rest) == days(one) - days(*others)
    assert not any(a.overlaps(b) for a in rest for b in rest if a is not b)


@given(st.lists(some_spells(), max_size=6))
def test_merge_keeps_the_days_and_leaves_a_gap_between(several: list[Spell]) -> None:
    merged = merge(several)
    assert days(*merged) == days(*several)
    for left, right in itertools.pairwise(merged):
        assert left.end is not None and left.end < right.start


def test_covers_is_decided_by_the_open_end() -> None:
    assert Spell(FIRST).covers(Spell(FIRST))
    assert not Spell(FIRST, date(2030, 1, 1)).covers(Spell(FIRST))


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(9000, 1, 1)))
def test_a_day_lies_in_its_insurance_year_only(day: date) -> None:
    year = insurance_year(day)
    assert day in year_spell(year)
    assert day not in year_spell(year + 1)
