"""`tongchou bench city`: a city's year from Parquet on disk to the result, and a county in memory.

Each thing is measured in a process of its own, which has compiled beforehand on a few bills: what a
server that is up takes.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click

from tongchou.commands.figures import Figure, as_table
from tongchou.commands.progress import Line
from tongchou.commands.stopping import stop
from tongchou.core.policy import read_reform
from tongchou.core.simulation import (
    Book,
    Kind,
    Part,
    Source,
    compare,
    dimensions,
    policies_of,
    summary,
    table,
)
from tongchou.demo import cityyear
from tongchou.demo.parameters import AREA
from tongchou.lake.manifest import LakeDamaged, NoLake
from tongchou.lake.reading import Year, open_year
from tongchou.lake.replaying import replay

YEAR, SCHEMES = 2025, ("resident", "employee")
COUNTY = 1_000_000  # bills
MANY = 50
# Each moves something in every year of the scheme; how much differs from reform to reform.
_PATHS = {
    "resident": 'path: tiers.basic.deductible.level3, add: "-{}.00"',
    "employee": 'path: tiers.basic.cap, add: "-{}.00"',
}


class Task(NamedTuple):
    """`answered`: every bill is asked of the plan, as one whose visits all have benefit would."""

    lake: Path
    threads: int
    repeat: int
    reforms: int = 1
    answered: bool = False


class Taken(NamedTuple):
    """Seconds of each round, by the clock and of all cores together; the most memory in bytes."""

    seconds: tuple[float, ...]
    cores: tuple[float, ...]
    memory: int
    bills: int


@click.command()
@click.option("--scale", default=2_700_000, show_default=True, help="多少人的城市。")
@click.option(
    "--lake", metavar="DIR", type=click.Path(path_type=Path),
    help=f"用 demo --history-only 写好的 {YEAR} 年；默认临时另写一个。",
)  # fmt: skip
@click.option("--repeat", default=3, show_default=True, help="测几轮，取中位。")
@click.option("--threads", type=click.IntRange(1, 256), help="线程数，默认每个处理器核一个。")
def city(scale: int, lake: Path | None, repeat: int, threads: int | None) -> None:
    """测量城市年：重算、一个和五十个改革方案、内存里的一个县。"""
    with _city(scale, lake) as (root, making):
        task = Task(root, threads or os.cpu_count() or 1, repeat)
        try:
            figures = [*making, *_figures(task)]
        except (NoLake, LakeDamaged) as wrong:
            stop(str(wrong))
    click.echo(as_table(figures))


@contextmanager
def _city(scale: int, lake: Path | None) -> Iterator[tuple[Path, list[Figure]]]:
    """Give the lake to measure, and how long it took to make if it was made."""
    if lake is not None:
        yield lake, []
        return
    line = Line()
    with tempfile.TemporaryDirectory() as folder:
        root, began = Path(folder) / "lake", time.perf_counter()
        built = cityyear.build(
            root, scale, YEAR, say=lambda done, whole: line.show(f"{done:,} / {whole:,} 人")
        )
        line.clear()
        took = time.perf_counter() - began
        yield root, [Figure(f"写出城市年，{built.bills:,} 张", (took,), "秒")]


def _figures(task: Task) -> Iterator[Figure]:
    again = _apart(_replayed, task)
    click.echo(f"{again.bills:,} 张结算单，{task.threads} 线程", err=True)
    yield Figure("整年重算，与账相等", again.seconds, "秒", 60.0, at_most=True)
    yield Figure("　占用处理器", again.cores, "核秒")
    most = again.memory
    for reforms, target in ((1, 3.0), (MANY, 30.0)):
        for answered, which in ((False, ""), (True, "，每张都有待遇")):
            taken = _apart(_compared, task._replace(reforms=reforms, answered=answered))
            most = max(most, taken.memory)
            what = f"{reforms} 个方案，从文件到结果表{which}"
            yield Figure(what, taken.seconds, "秒", target, at_most=True)
            yield Figure("　占用处理器", taken.cores, "核秒")
    yield Figure("以上最多的内存", (most / 2**30,), "GiB", 4.0, at_most=True)
    for answered, which in ((False, ""), (True, "，每张都有待遇")):
        taken = _apart(_moved, task._replace(answered=answered, repeat=4 * task.repeat))
        milliseconds = tuple(each * 1000 for each in taken.seconds)
        what = f"县里 {taken.bills:,} 张在内存，改一个数{which}"
        yield Figure(what, milliseconds, "毫秒", 300.0, at_most=True)


def _apart(measure: Callable[[Task], Taken], task: Task) -> Taken:
    """Measure in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(measure, task).result()


def _replayed(task: Task) -> Taken:
    def once() -> int:
        found = [replay(_year(task, scheme), threads=task.threads) for scheme in SCHEMES]
        if any(one.different for one in found):
            click.echo("重算与账不等", err=True)
            sys.exit(1)
        return sum(one.bills for one in found)

    return _timed(once, task.repeat)


def _compared(task: Task) -> Taken:
    """From the manifest on disk to every row of every result table, in both schemes."""

    def once() -> int:
        claims = 0
        for scheme in SCHEMES:
            year = _year(task, scheme)
            claims += _results(task, year, year.sources(), range(1, task.reforms + 1))
        return claims

    return _timed(once, task.repeat)


def _moved(task: Task) -> Taken:
    """A county's bills in memory: another number at each round, until the tables."""
    year = _year(task, SCHEMES[0])
    held: list[Part] = []
    for source in year.sources():
        if sum(part.claims for part in held) < COUNTY:
            held.append(source())
    sources: list[Source] = [lambda part=part: part for part in held]  # type: ignore[misc]
    numbers = iter(range(1, 10_000))
    return _timed(lambda: _results(task, year, sources, islice(numbers, 1)), task.repeat)


def _results(task: Task, year: Year, sources: Sequence[Source], amounts: Any) -> int:
    path = _PATHS[year.partition.scheme]
    reforms = [
        read_reform(f"{{name: '{n}', changes: [{{{path.format(n)}}}]}}", source=str(n))
        for n in amounts
    ]
    names = [one.name for one in reforms]
    policies = policies_of(year.versions, year.texts, reforms)
    book = _answered(year.book) if task.answered else year.book
    found = compare(sources, book, policies, threads=task.threads)
    summary(found, names, plan=year.partition.scheme, year=YEAR)
    for dimension in dimensions(found):
        list(table(found, dimension, names))
    return found.claims


def _answered(book: Book) -> Book:
    return replace(book, kinds=[_as_a_stay(kind) for kind in book.kinds])


def _as_a_stay(kind: Kind) -> Kind:
    level = "level1" if kind.level == "community" else kind.level
    return kind._replace(visit="inpatient", level=level, benefit=True)


def _year(task: Task, scheme: str) -> Year:
    return open_year(task.lake, AREA, YEAR, scheme)


def _timed(run: Callable[[], int], rounds: int) -> Taken:
    """The first round, which compiles, is not counted."""
    bills = run()
    taken, cores = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        run()
        taken.append(time.perf_counter() - began)
        cores.append(time.process_time() - busy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return Taken(
        tuple(taken), tuple(cores), peak * (1 if sys.platform == "darwin" else 1024), bills
    )
