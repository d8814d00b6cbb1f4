"""`tongchou bench engine`: how fast the policy engine settles, beside its targets and its peers."""

from __future__ import annotations

import importlib.util
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from tongchou.commands.figures import Figure, as_table
from tongchou.commands.peers import PeersFailed, measure_peers
from tongchou.core.claims import Fold, Row, settle_rows
from tongchou.core.money import format_yuan
from tongchou.core.policy import INITIAL_STATE, Claim, Plan, PlanBook, settle, shipped_policies

AREA, SCHEME, DAY = "441700", "resident", date(2019, 3, 1)
_SAMPLE = 50_000
_SEED = 20191126
_NANOSECONDS_PER_MICROSECOND = 1000
_WINDOW_TARGET_MICROSECONDS = 20.0
_COMPARED = 20_000  # claims of which the columns must equal the window to the fen
# Tiers, threads, million claims a second.
_COLUMN_TARGETS = ((2, 1, 40.0), (2, 4, 60.0), (4, 1, 30.0), (4, 4, 50.0))


@click.command()
@click.option(
    "--claims", default=1_000_000, show_default=True, help="整列结算每轮多少笔；逐笔的至多 5 万笔。"
)
@click.option("--repeat", default=5, show_default=True, help="测几轮，取中位。")
@click.option(
    "--peers",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="同业引擎的测试脚本所在的文件夹，做同样的活来比较。",
)
def engine(claims: int, repeat: int, peers: Path | None) -> None:
    """测量政策引擎。"""
    book = PlanBook(shipped_policies())
    plan = book.for_date(AREA, SCHEME, DAY)
    bills = list(_bills(claims))
    sample = bills[:_SAMPLE]
    figures = [_window(plan, sample, repeat), _from_rows(book, sample, repeat)]
    if importlib.util.find_spec("numba") is None:
        click.echo("没有装 numba，不测整列结算；安装 tongchou[fast] 后再测", err=True)
    else:
        figures += _columns(plan, claims, repeat)
    if peers is not None:
        try:
            figures += measure_peers(peers, claims, lambda words: click.echo(words, err=True))
        except PeersFailed as failed:
            click.echo(str(failed), err=True)
            sys.exit(2)
    click.echo(as_table(figures))


def _bills(count: int) -> Iterator[tuple[str, Claim]]:
    """Seeded bills, about two and a half a person; all identities, levels and sizes occur."""
    chance = random.Random(_SEED)
    for _ in range(count):
        total = int(chance.lognormvariate(13.2, 1.0)) + 1
        identity = chance.choices(((), ("destitute",), ("registered_poor",)), (95, 2, 3))[0]
        level = chance.choice(("level1", "level2", "level3"))
        person = f"p{chance.randrange(max(1, count * 2 // 5))}"
        away = chance.random() < 0.1
        yield person, Claim("inpatient", level, away, None, identity, total, total - total // 10)


def _window(plan: Plan, bills: list[tuple[str, Claim]], repeat: int) -> Figure:
    clock = time.perf_counter_ns
    medians = []
    for _ in range(repeat):
        states: dict[str, tuple[int, ...]] = {}
        took = []
        for person, claim in bills:
            state = states.get(person, INITIAL_STATE)
            began = clock()
            outcome = settle(plan, state, claim)
            took.append(clock() - began)
            states[person] = outcome.state
        medians.append(statistics.median(took) / _NANOSECONDS_PER_MICROSECOND)
    return Figure(
        "窗口一笔，带引文明细",
        tuple(medians),
        "微秒",
        target=_WINDOW_TARGET_MICROSECONDS,
        at_most=True,
    )


def _columns(plan: Plan, claims: int, repeat: int) -> Iterator[Figure]:
    """Measure on two tiers, as the peers do, and on four.

    Raises ArithmeticError if the columns pay a claim other than the window does.
    """
    from tongchou.core.policy import bench

    for tiers, make in ((2, bench.two_tiers), (4, bench.four_tiers)):
        made = make(plan)
        mix = bench.make_mix(made, claims)
        if differing := bench.count_differences(made, mix, claims=min(claims, _COMPARED)):
            raise ArithmeticError(f"整列与窗口不一致：{differing} 笔")
        for of, threads, target in _COLUMN_TARGETS:
            if of == tiers:
                pace = bench.measure_columns(made, mix, threads=threads, rounds=repeat)
                what = f"整列结算，{'两四'[tiers // 4]}层，{threads} 线程"
                rounds = tuple(each / 1_000_000 for each in pace.rounds)
                yield Figure(what, rounds, "百万笔/秒", target)


def _from_rows(book: PlanBook, bills: list[tuple[str, Claim]], repeat: int) -> Figure:
    rows = [Row(number, _record(number, *bill)) for number, bill in enumerate(bills, 1)]
    paces = []
    for _ in range(repeat):
        fold = Fold(book, AREA, SCHEME, allow_assumed=True)
        began = time.perf_counter()
        for _ in settle_rows(rows, fold):
            pass
        paces.append(len(rows) / (time.perf_counter() - began))
    return Figure("settle 命令，读写文件除外", tuple(paces), "笔/秒")


def _record(number: int, person: str, claim: Claim) -> dict[str, object]:
    return {
        "claim_id": str(number),
        "person": person,
        "settled_at": f"{DAY}T09:00:00",
        "visit": claim.visit,
        "level": claim.level,
        "out_of_area": claim.out_of_area,
        "identity": list(claim.identities),
        "total": format_yuan(claim.total),
        "in_scope": format_yuan(claim.in_scope),
    }
