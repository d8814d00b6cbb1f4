"""Where a year is folded: on this machine's threads, or on Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from tongchou.lake import spark
from tongchou.lake.reading import Year
from tongchou.lake.replaying import Replayed, replay

Done = Callable[[int], None]
Run = Callable[[Year, Done], Replayed]


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --engine and --spark-master to a command."""
    master = click.option(
        "--spark-master", metavar="URL",
        help="Spark 集群，如 spark://host:7077；默认在本机按 --threads 运行。",
    )  # fmt: skip
    engine = click.option(
        "--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True,
        help="在本机算，或在 Spark 上算（要装 tongchou[spark] 和 Java 17）；结果相同。",
    )  # fmt: skip
    return engine(master(command))


@contextmanager
def replaying(engine: str, threads: int, master: str | None) -> Iterator[Run]:
    """Give the function that replays a year on the engine. Raises NoSpark."""
    if engine == "local":
        yield lambda year, done: replay(year, threads=threads, done=done)
        return
    with spark.session(threads, master) as session:
        yield lambda year, _done: spark.replay(session, year)
