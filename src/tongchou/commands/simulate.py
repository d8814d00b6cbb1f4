"""`tongchou simulate`: what reforms of a policy would have cost on a year's bills."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from tongchou.commands.engines import engine_options
from tongchou.commands.plans import assumed_words, plan_and_texts
from tongchou.commands.progress import Line
from tongchou.commands.staging import staged_folder
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.claims import FileRefused
from tongchou.core.policy import NoPlanInForce, Plan, PolicyError, Reform, read_reform
from tongchou.core.simulation import (
    Book,
    Comparison,
    Policy,
    RowRefused,
    Source,
    compare,
    dimensions,
    heading,
    policies_of,
    read_claims,
    summary,
    table,
)
from tongchou.lake import spark
from tongchou.lake.manifest import LakeDamaged, NoLake
from tongchou.lake.reading import Year, open_year

MOST_REFORMS = 200


class _Year(NamedTuple):
    """A year of bills, wherever it comes from."""

    sources: Sequence[Source]
    book: Book
    versions: Sequence[Plan]
    texts: Mapping[str, str]
    bills: int
    opened: Year | None = None  # of the lake


@click.command()
@click.option(
    "--plan", "plan_name", required=True, metavar="AREA-SCHEME",
    help="统筹区和险种，如 441700-resident；每笔按结算日期取当时有效的政策。",
)  # fmt: skip
@click.option("--year", required=True, type=click.IntRange(1900, 2999), help="医保年度。")
@click.option(
    "--reform", "reforms", required=True, multiple=True, metavar="FILE",
    type=click.Path(path_type=Path), help="改革文件（YAML），可写多个，一次比较。",
)  # fmt: skip
@click.option(
    "--claims", metavar="FILE.parquet", type=click.Path(path_type=Path),
    help="费用，列与 tongchou settle 相同。",
)  # fmt: skip
@click.option(
    "--lake", metavar="DIR", type=click.Path(path_type=Path),
    help="数据副本的文件夹（tongchou export 所写），代替 --claims。",
)  # fmt: skip
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="结果文件夹：summary.json 和 by_<维度>.csv；原有的同名结果被替换。",
)  # fmt: skip
@click.option("--allow-assumed", is_flag=True, help="允许使用含待确认数值的政策。")
@engine_options
@click.option("--threads", type=click.IntRange(1, 256), help="线程数，默认每个处理器核一个。")
def simulate(
    *,
    plan_name: str,
    year: int,
    reforms: tuple[Path, ...],
    claims: Path | None,
    lake: Path | None,
    out: Path,
    allow_assumed: bool,
    engine: str,
    spark_master: str | None,
    threads: int | None,
) -> None:
    """把一年的费用按现行政策和每个改革方案各算一遍，比较各层支出和个人负担。

    假定就医行为不变。有误的输入写明文件、行、字段或路径和原因，退出码 2，不写出任何结果。
    """
    try:
        if len(reforms) > MOST_REFORMS:
            stop(f"--reform: 一次最多比较 {MOST_REFORMS} 个方案，这里有 {len(reforms)} 个")
        wanted = [_reform(path) for path in reforms]
        of = _year(plan_name, year, claims, lake)
        _pass_assumed(of.versions, allow_assumed)
        policies = policies_of(of.versions, of.texts, wanted)
        cores = threads or os.cpu_count() or 1
        if engine == "spark":
            found = _on_spark(of, policies, cores, spark_master)
        else:
            found = _compare(of, policies, cores)
        write_results(found, [one.name for one in wanted], out, plan=plan_name, year=year)
    except (PolicyError, FileRefused, NoPlanInForce, NoLake, LakeDamaged, spark.NoSpark) as refused:
        stop(str(refused))
    except RowRefused as refused:
        stop(f"{claims}: {refused}")
    except OSError as error:
        stop(system_problem(error))


def _year(plan_name: str, year: int, claims: Path | None, lake: Path | None) -> _Year:
    if claims is not None and lake is None:
        book, texts, area, scheme = plan_and_texts(plan_name)
        part, numbers, versions = read_claims(claims, book, area=area, scheme=scheme, year=year)
        return _Year([lambda: part], numbers, versions, texts, part.claims)
    if lake is not None and claims is None:
        area, _, scheme = plan_name.partition("-")
        opened = open_year(lake, area, year, scheme)
        if not opened.bills:
            stop(f"{lake}: {plan_name} {year} 年没有结算单")
        return _Year(
            opened.sources(), opened.book, opened.versions, opened.texts, opened.bills, opened
        )
    stop("费用从哪里来：--claims 和 --lake 写一个，只写一个")


def _compare(of: _Year, policies: Sequence[Policy], threads: int) -> Comparison:
    line, counted = Line(), 0

    def done(bills: int) -> None:
        nonlocal counted
        counted += bills
        line.show(f"已比较 {counted:,} / {of.bills:,} 张")

    try:
        return compare(of.sources, of.book, policies, threads=threads, done=done)
    finally:
        line.clear()


def _on_spark(
    of: _Year, policies: Sequence[Policy], threads: int, master: str | None
) -> Comparison:
    if of.opened is None:
        stop("--engine spark: 只能和 --lake 一起用")
    with spark.session(threads, master) as session:
        return spark.compare_year(session, of.opened, policies)


def _reform(path: Path) -> Reform:
    try:
        return read_reform(path.read_text(encoding="utf-8-sig"), source=str(path))
    except UnicodeDecodeError:
        raise FileRefused(f"{path}: 不是 UTF-8 文本") from None


def _pass_assumed(versions: Sequence[Plan], allowed: bool) -> None:
    for plan in versions:
        if plan.assumed and not allowed:
            stop(assumed_words(plan))


def write_results(
    found: Comparison, names: Sequence[str], out: Path, *, plan: str, year: int
) -> None:
    """Write all files of a comparison into `out`, or none. Raises OSError."""
    with staged_folder(out) as folder:
        whole = summary(found, names, plan=plan, year=year)
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
        for dimension in dimensions(found):
            # With a mark, or Excel takes the Chinese for another encoding.
            with (folder / f"by_{dimension}.csv").open("w", encoding="utf-8-sig", newline="") as f:
                writer = csv.writer(f)
                writer.writerow(heading(found, dimension))
                writer.writerows(table(found, dimension, names))
