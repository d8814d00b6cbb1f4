"""What befalls whom in the year of lists: assumed shares, enough to see every class."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from tongchou.demo.rosters.year import CHANGED, CONTRADICTED, LEAVE, MONTHS, Member


class Pools(NamedTuple):
    """Whom the stories take: those with a flag as (place, source, kind, since), others by place.

    `plain`: insured here, no flag; `uninsured`: in no scheme, no flag; `elsewhere`: insured in
    another place, no flag needed.
    """

    flagged: list[tuple[int, str, str, date]]
    plain: list[int]
    uninsured: list[int]
    elsewhere: list[int]


# Share of those with a flag.
SHARES = {
    "not_flagged": 0.010, "joins": 0.020, "listed_late": 0.005, "other_kind": 0.006,
    "uninsured": 0.006, "joins_uninsured": 0.006, "elsewhere": 0.004, "left_before": 0.004,
    "leaves": 0.015, "leaves_twice": 0.003, "dies": 0.012, "dies_once": 0.004,
    "dies_apart": 0.003, "dies_later": 0.004, "added": 0.006, "removed": 0.005, "rises": 0.002,
}  # fmt: skip
_ALL = frozenset(range(1, MONTHS + 1))


def plant(pools: Pools, months: Sequence[date], chance: random.Random) -> list[Member]:
    """Return everybody on the lists of the year. Takes out of the pools whom it uses."""
    many = {name: max(1, round(share * len(pools.flagged))) for name, share in SHARES.items()}
    found: list[Member] = []
    for name, story in _STORIES.items():
        for nth in range(many[name]):
            found += story(pools, months, chance, nth)
    found += [Member(*one) for one in pools.flagged]
    return sorted(found, key=lambda one: one.at)


def _from(n: int) -> frozenset[int]:
    return frozenset(range(n, MONTHS + 1))


def _flagged(pools: Pools, source: str = "", kind: str = "") -> Iterator[Member]:
    """Take one with a flag out of the pool, of a source and kind if wanted."""
    for at, one in enumerate(pools.flagged):
        if source in ("", one[1]) and kind in ("", one[2]):
            yield Member(*pools.flagged.pop(at))
            return


def _new(
    pool: list[int], months: Sequence[date], n: int, *, story: str, since: int = 0
) -> Iterator[Member]:
    """Take one without a flag: low income from the n-th month, recognised `since` months before."""
    if pool:
        on = months[max(0, n - 1 - since)].replace(day=5)
        on = on if n > 1 else on - timedelta(days=500)
        yield Member(
            pool.pop(), "民政", "low_income", on, _from(n), always=("F4",), story=story
        )  # fmt: skip


def _joins(
    pools: Pools, months: Sequence[date], chance: random.Random, nth: int
) -> Iterator[Member]:
    yield from _new(pools.plain, months, 2 + nth % (MONTHS - 1), story="unflagged")


def _leaves(pools: Pools, _m: Sequence[date], _c: random.Random, nth: int) -> Iterator[Member]:
    for one in _flagged(pools, "民政"):
        n = LEAVE[nth % len(LEAVE)]
        one.listed, one.story = _ALL - _from(n), "leaves"
        yield one


def _leaves_twice(
    pools: Pools, _m: Sequence[date], _c: random.Random, _nth: int
) -> Iterator[Member]:
    for one in _flagged(pools, "民政"):
        one.listed, one.story = _ALL - frozenset(LEAVE), "leaves_twice"
        yield one


def _left_before(
    pools: Pools, _m: Sequence[date], _c: random.Random, _nth: int
) -> Iterator[Member]:
    for one in _flagged(pools):
        one.listed, one.story = frozenset(), "left_before"
        yield one


def _other_kind(pools: Pools, _m: Sequence[date], _c: random.Random, _nth: int) -> Iterator[Member]:
    for one in _flagged(pools, "民政"):
        one.kind = "destitute" if one.kind != "destitute" else "low_income"
        one.always, one.story = ("F6",), "other_kind"
        yield one


def _dies(
    pools: Pools, months: Sequence[date], chance: random.Random, nth: int
) -> Iterator[Member]:
    n = 3 + nth % (MONTHS - 3)
    yield from _dead(pools, months, chance, {"公安": (n, 0), "殡仪馆": (n, 0)}, off=n, story="dies")


def _dies_once(
    pools: Pools, months: Sequence[date], chance: random.Random, nth: int
) -> Iterator[Member]:
    told = {("公安", "殡仪馆")[nth % 2]: (CONTRADICTED, 0)}
    yield from _dead(pools, months, chance, told, off=MONTHS + 1, story="dies_once")


def _dies_apart(
    pools: Pools, months: Sequence[date], chance: random.Random, _nth: int
) -> Iterator[Member]:
    told = {"公安": (CONTRADICTED, 60), "殡仪馆": (CONTRADICTED, 0)}
    yield from _dead(pools, months, chance, told, off=MONTHS + 1, story="dies_apart")


def _dies_later(
    pools: Pools, months: Sequence[date], chance: random.Random, _nth: int
) -> Iterator[Member]:
    told = {"公安": (CONTRADICTED, 0), "殡仪馆": (CONTRADICTED + 1, 0)}
    yield from _dead(pools, months, chance, told, off=CONTRADICTED, story="dies_later")


def _dead(
    pools: Pools,
    months: Sequence[date],
    chance: random.Random,
    told: dict[str, tuple[int, int]],
    *,
    off: int,
    story: str,
) -> Iterator[Member]:  # fmt: skip
    """`told`: agency -> (month from which it says so, days by which its date is earlier)."""
    for one in _flagged(pools):
        first = min(n for n, _days in told.values())
        day = months[first - 2] + timedelta(days=chance.randrange(28))
        one.told = {who: (n, day - timedelta(days=days)) for who, (n, days) in told.items()}
        one.listed, one.story = _ALL - _from(off), story
        yield one


def _added(pools: Pools, months: Sequence[date], _c: random.Random, nth: int) -> Iterator[Member]:
    pool = pools.uninsured if nth % 3 == 0 and pools.uninsured else pools.plain
    story = "unflagged, uninsured" if pool is pools.uninsured else "unflagged"
    for one in _new(pool, months, CHANGED[0], story=story):
        one.listed, one.changed = _from(CHANGED[0] + 1), "新增"
        yield one


def _removed(pools: Pools, _m: Sequence[date], _c: random.Random, _nth: int) -> Iterator[Member]:
    for one in _flagged(pools, CHANGED[1]):
        one.listed, one.changed, one.story = _ALL - _from(CHANGED[0] + 1), "退出", "removed"
        yield one


def _rises(pools: Pools, _m: Sequence[date], _c: random.Random, _nth: int) -> Iterator[Member]:
    for one in _flagged(pools, CHANGED[1], "low_income"):
        one.changed, one.kind_after, one.story = "变更", "destitute", "rises"
        yield one


Story = Callable[[Pools, Sequence[date], random.Random, int], Iterator[Member]]
_STORIES: dict[str, Story] = {
    "rises": _rises,
    "removed": _removed,
    "leaves": _leaves,
    "leaves_twice": _leaves_twice,
    "other_kind": _other_kind,
    "left_before": _left_before,
    "dies": _dies,
    "dies_once": _dies_once,
    "dies_apart": _dies_apart,
    "dies_later": _dies_later,
    "not_flagged": lambda pools, m, _c, _n: _new(pools.plain, m, 1, story="unflagged"),
    "joins": _joins,
    "listed_late": lambda pools, m, _c, _n: _new(pools.plain, m, 7, story="unflagged", since=4),
    "uninsured": lambda pools, m, _c, _n: _new(pools.uninsured, m, 1, story="unflagged, uninsured"),
    "joins_uninsured": lambda pools, m, _c, n: _new(
        pools.uninsured, m, 2 + n % 9, story="unflagged, uninsured"
    ),
    "elsewhere": lambda pools, _m, _c, _n: _elsewhere(pools),
    "added": _added,
}


def _elsewhere(pools: Pools) -> Iterator[Member]:
    if pools.elsewhere:
        at = pools.elsewhere.pop()
        yield Member(
            at, "民政", "low_income", date(2015, 1, 1), always=("E4", "F4"), story="elsewhere"
        )
