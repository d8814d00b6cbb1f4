"""A comparison is the window's fold, counted: checked against the window claim by claim."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise, zip_longest
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Plan,
    apply_reform,
    load_policy,
    reform_of,
    settle,
    shipped_documents,
)
from tongchou.core.simulation import (
    CLASSES,
    Book,
    Codes,
    Comparison,
    Kind,
    Part,
    by,
    claim_of,
    classes,
    compare,
    comparing,
    persons,
    refolder,
    totals,
)
from tongchou.core.simulation.kernel import BLOCK

[RESIDENT] = [
    text for plan, text in shipped_documents() if (plan.area, plan.scheme) == ("441700", "resident")
]
BASE = load_policy(RESIDENT, source="2019")
KINDS = [
    Kind(0, "inpatient", level, away, None, identities, benefit)
    for level, away in (("level1", False), ("level2", False), ("level3", False), ("level3", True))
    for identities in ((), ("destitute",), ("low_income", "disabled"))
    for benefit in (True, False)
]
BOOK = Book(
    KINDS,
    Codes(("institution", "month"), [(f"H{n}", f"{m:02d}") for n in range(2) for m in (1, 2)]),
    Codes(("town",), [("北津镇",), ("平冈镇",)]),
    BASE.document.identities,
)


def reformed(*changes: dict[str, Any]) -> Plan:
    reform = reform_of({"name": "试", "changes": list(changes)}, source="r")
    return apply_reform(RESIDENT, reform, source="p")


LOWER = reformed({"path": "tiers.basic.deductible", "add": "-150.00"})
HELP = reformed({"path": "tiers.critical_illness.identity.*.bands.*.rate", "add_points": 7})
CUT = reformed(
    {"path": "tiers.basic.cap", "set": "3000"}, {"path": "tiers.basic.rate", "add_points": -9}
)

Bill = tuple[int, int, int]  # kind, fen, cell
Years = Sequence[tuple[int, Sequence[Bill]]]  # group, bills in order

bills = st.tuples(st.integers(0, len(KINDS) - 1), st.integers(0, 9_000_000), st.integers(0, 3))
years = st.lists(st.tuples(st.integers(0, 1), st.lists(bills, min_size=1, max_size=6)), max_size=8)


def part_of(of: Years, first: int = 0) -> Part:
    flat = [bill for _group, some in of for bill in some]
    lengths = [len(some) for _group, some in of]
    return Part(
        np.cumsum([0, *lengths]).astype(np.int64),
        np.array([b[0] for b in flat], np.int16),
        np.array([b[1] for b in flat], np.int64),
        np.array([b[2] for b in flat], np.int32),
        np.array([group for group, _some in of], np.int32),
        np.arange(first, first + len(of), dtype=np.int64),
    )


State = tuple[int, ...]
# What a year may begin with: nothing, or what another system had counted.
openings = st.one_of(
    st.none(),
    st.lists(st.integers(0, 9_000_000), min_size=len(INITIAL_STATE), max_size=len(INITIAL_STATE)),
)


def opened(part: Part, begin: Sequence[Sequence[int] | None]) -> Part:
    """Return `part` whose years begin as given; the rows of `openings` in another order."""
    rows = [list(INITIAL_STATE), *(list(one) for one in reversed(begin) if one)]
    numbers, left = [], len(rows)
    for one in begin:
        left -= bool(one)
        numbers.append(left if one else 0)
    return part._replace(opened=np.array(numbers, np.int32), openings=np.array(rows, np.int64))


def by_hand(
    of: Years, plan: Plan, begin: Sequence[Sequence[int] | None] = ()
) -> list[list[tuple[int, ...]]]:
    """What the window pays: years, bills, tiers."""
    found = []
    for (_group, some), first in zip_longest(of, begin):
        state, pays = tuple(first or INITIAL_STATE), []
        for kind, fen, _cell in some:
            if KINDS[kind].benefit:
                outcome = settle(plan, state, claim_of(KINDS[kind], fen))
                state = outcome.state
                pays.append(tuple(outcome.pays[TIERS.index(t)] for t in plan.tiers))
            else:
                pays.append((0,) * len(plan.tiers))
        found.append(pays)
    return found


VALUES: dict[str, Callable[[Bill], str]] = {
    "level": lambda b: "out_of_area" if KINDS[b[0]].out_of_area else KINDS[b[0]].level,
    "institution": lambda b: BOOK.cells.rows[b[2]][0],
    "month": lambda b: BOOK.cells.rows[b[2]][1],
}


def check(found: Comparison, of: Years, plans: Sequence[Plan]) -> None:
    before = by_hand(of, plans[0])
    for policy, plan in enumerate(plans):
        paid = by_hand(of, plan)
        assert sum(totals(found, policy)) == sum(x for y in paid for b in y for x in b)
        for dimension, value_of in VALUES.items():
            sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(plan.tiers))
            for (_g, some), pays in zip(of, paid, strict=True):
                for bill, tiers in zip(some, pays, strict=True):
                    for at, fen in enumerate(tiers):
                        sums[value_of(bill)][at] += fen
            rows = {row.value: list(row.after) for row in by(found, dimension, policy)}
            assert rows == dict(sums)
        change = [
            sum(map(sum, now)) - sum(map(sum, was)) for now, was in zip(paid, before, strict=True)
        ]
        if policy:
            moved = persons(found, policy)
            assert moved.better == sum(c > 0 for c in change)
            assert moved.worse == sum(c < 0 for c in change)
            assert moved.same == sum(c == 0 for c in change)
            assert moved.gained == sum(c for c in change if c > 0)
            assert moved.lost == -sum(c for c in change if c < 0)
            assert classes(found, policy) == (spread(change), spread([-c for c in change]))
            extremes = {(e.person, e.change) for e in found.examples if e.policy == policy}
            assert all(change[person] == fen for person, fen in extremes)
            if any(change):
                assert max(change, key=abs) in {fen for _p, fen in extremes}


def spread(change: Sequence[int]) -> tuple[int, ...]:
    """Count who gains up to each bound of CLASSES, the bound included, and above the last."""
    edges = [0, *CLASSES, 10**12]
    return tuple(sum(low < fen <= high for fen in change) for low, high in pairwise(edges))


@settings(deadline=None, max_examples=60)
@given(of=years)
def test_every_sum_is_the_windows(of: Years) -> None:
    plans = [BASE, LOWER, HELP, CUT]
    check(compare([lambda: part_of(of)], BOOK, [[plan] for plan in plans]), of, plans)


@settings(deadline=None, max_examples=25)
@given(of=years, at=st.integers(0, 8))
def test_interpreted_in_parts_and_in_threads_is_the_same(of: Years, at: int) -> None:
    policies = [[BASE], [LOWER], [CUT]]
    whole = compare([lambda: part_of(of)], BOOK, policies)
    parts = [lambda: part_of(of[:at]), lambda: part_of(of[at:], at)]
    same(whole, compare(parts, BOOK, policies, threads=3))
    with pytest.MonkeyPatch.context() as without:
        without.setattr(comparing, "compiler", tuple)
        same(whole, compare(parts, BOOK, policies))


@settings(deadline=None, max_examples=25)
@given(of=years, data=st.data())
def test_a_year_goes_on_from_what_it_begins_with(of: Years, data: st.DataObject) -> None:
    begin = [data.draw(openings) for _year in of]
    part = opened(part_of(of), begin)
    found = compare([lambda: part], BOOK, [[BASE], [CUT]])
    for policy, plan in enumerate((BASE, CUT)):
        paid = by_hand(of, plan, begin)
        assert sum(totals(found, policy)) == sum(x for y in paid for b in y for x in b)
    again = refolder(BOOK, [BASE])(part)
    flat = [tiers for year in by_hand(of, BASE, begin) for tiers in year]
    assert again.tiers == BASE.tiers
    assert [tuple(row) for row in again.pays.tolist()] == flat
    with pytest.MonkeyPatch.context() as without:
        without.setattr(comparing, "compiler", tuple)
        same(found, compare([lambda: part], BOOK, [[BASE], [CUT]]))


def same(one: Comparison, other: Comparison) -> None:
    for name in ("by_kind", "by_cell", "by_group", "bills", "persons", "taken", "classes"):
        assert (getattr(one.sums, name) == getattr(other.sums, name)).all(), name
    assert one.claims == other.claims and one.years == other.years
    assert {(e.policy, e.change) for e in one.examples} == {
        (e.policy, e.change) for e in other.examples
    }


def test_more_years_than_a_block() -> None:
    chance = np.random.default_rng(7)
    of = [
        (int(g), [(int(k), int(fen), int(c))])
        for g, k, fen, c in zip(
            chance.integers(0, 2, BLOCK * 2 + 5),
            chance.integers(0, len(KINDS), BLOCK * 2 + 5),
            chance.integers(0, 3_000_000, BLOCK * 2 + 5),
            chance.integers(0, 4, BLOCK * 2 + 5),
            strict=True,
        )
    ]
    check(compare([lambda: part_of(of)], BOOK, [[BASE], [CUT]]), of, [BASE, CUT])


def test_a_year_of_two_versions() -> None:
    """The state goes on when the version changes."""
    later = load_policy(
        RESIDENT.replace("valid_from: 2019-01-01", "valid_from: 2019-07-01").replace(
            'value: "60%", clause: basic', 'value: "70%", clause: basic'
        ),
        source="later",
    )
    kinds = [Kind(v, "inpatient", "level3", False, None, ()) for v in (0, 1)]
    book = Book(kinds, Codes((), [()]), Codes((), [()]))
    part = Part(
        np.array([0, 3], np.int64), np.array([0, 1, 1], np.int16),
        np.array([6_000_000] * 3, np.int64), np.zeros(3, np.int32), np.zeros(1, np.int32),
        np.zeros(1, np.int64),
    )  # fmt: skip
    state, paid = INITIAL_STATE, 0
    for plan in (BASE, later, later):
        outcome = settle(plan, state, claim_of(kinds[0], 6_000_000))
        state, paid = outcome.state, paid + outcome.fund_total
    assert sum(totals(compare([lambda: part], book, [[BASE, later]]), 0)) == paid


def test_a_source_that_fails_leaves_no_answer() -> None:
    def broken() -> Part:
        raise OSError("p00001.parquet is damaged")

    with pytest.raises(OSError, match="p00001"):
        compare([lambda: part_of([(0, [(0, 1, 0)])]), broken], BOOK, [[BASE]], threads=2)
