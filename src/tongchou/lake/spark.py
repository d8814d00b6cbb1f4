"""The same fold on Spark: each task folds whole parts of the year with the functions used here.

A part is a pair of files of whole person-years, so that no person's year is cut. Spark hands out
the parts through `mapInArrow`; the files must be where every worker sees them.
"""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import pyarrow as pa

from tongchou.core.simulation import Comparison, Policy, compare, together
from tongchou.lake.manifest import LakeDamaged
from tongchou.lake.reading import Pair, Year, part_of
from tongchou.lake.replaying import Replayed, gathered, refolded, replay_pairs

TASKS_OF_A_CORE = 2

T = TypeVar("T")


class NoSpark(Exception):
    """Spark cannot run here; str() says what is missing, with the remedy."""


@contextmanager
def session(threads: int, master: str | None = None) -> Iterator[Any]:
    """Give a Spark session, by default of `threads` on this machine. Raises NoSpark."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NoSpark("没有装 pyspark，请安装 tongchou[spark]") from None
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise NoSpark("没有找到 Java，请安装 Java 17，或用 JAVA_HOME 指定")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.appName("tongchou")
        .master(master or f"local[{threads}]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if master is None:
        builder = builder.config("spark.driver.host", "127.0.0.1")
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def replay(spark: Any, year: Year) -> Replayed:
    """Fold the year again and compare to the fen. Raises LakeDamaged."""
    return gathered(year, [one for some in _over_parts(spark, year, _replay) for one in some])


def compare_year(spark: Any, year: Year, policies: Sequence[Policy]) -> Comparison:
    """Fold the year under each policy. Raises ClaimRefused, LakeDamaged."""
    return together(_over_parts(spark, year, partial(_compare, policies)))


def _replay(year: Year, pairs: list[Pair]) -> list[tuple[int, list[Any]]]:
    return list(replay_pairs(year, refolded(year), pairs))


def _compare(policies: Sequence[Policy], year: Year, pairs: list[Pair]) -> Comparison:
    sources = [partial(part_of, year.root, *pair) for pair in pairs]
    return compare(sources, year.book, policies)


def _over_parts(spark: Any, year: Year, work: Callable[[Year, list[Pair]], T]) -> list[T]:
    """Return what each task makes of its parts: the largest parts are dealt out first."""
    context = spark.sparkContext
    parts = sorted(year.pairs(), key=lambda pair: -pair[0].rows)
    tasks = max(1, min(len(parts), TASKS_OF_A_CORE * context.defaultParallelism))
    told = context.broadcast((year, parts, work))

    def of_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        year, parts, work = told.value
        for batch in batches:
            for task in batch.column("task").to_pylist():
                yield _answer(partial(work, year, parts[task::tasks]))

    rows = context.parallelize([(task,) for task in range(tasks)], tasks).toDF("task int")
    answers = rows.mapInArrow(of_partition, "answer binary").collect()
    found = [pickle.loads(bytes(row.answer)) for row in answers]
    for one in found:
        if isinstance(one, LakeDamaged):
            raise one
    return found


def _answer(work: Callable[[], Any]) -> pa.RecordBatch:
    """Return what a task answers; a damaged file is an answer, so that its name comes through."""
    try:
        made = work()
    except LakeDamaged as damaged:
        made = damaged
    return pa.RecordBatch.from_pydict({"answer": pa.array([pickle.dumps(made)], pa.binary())})
