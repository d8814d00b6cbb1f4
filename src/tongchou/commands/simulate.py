"""`tongchou simulate`: what reforms of a policy would have cost on a year's bills."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from tongchou.commands.plans import assumed_words, plan_and_texts
from tongchou.commands.staging import staged_folder
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.claims import FileRefused
from tongchou.core.policy import NoPlanInForce, Plan, PolicyError, Reform, read_reform
from tongchou.core.simulation import (
    Comparison,
    RowRefused,
    compare,
    dimensions,
    heading,
    policies_of,
    read_claims,
    summary,
    table,
)

MOST_REFORMS = 200


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
    "--claims", required=True, metavar="FILE.parquet", type=click.Path(path_type=Path),
    help="费用，列与 tongchou settle 相同。",
)  # fmt: skip
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="结果文件夹：summary.json 和 by_<维度>.csv；原有的同名结果被替换。",
)  # fmt: skip
@click.option("--allow-assumed", is_flag=True, help="允许使用含待确认数值的政策。")
@click.option("--threads", type=click.IntRange(1, 256), help="线程数，默认每个处理器核一个。")
def simulate(
    *,
    plan_name: str,
    year: int,
    reforms: tuple[Path, ...],
    claims: Path,
    out: Path,
    allow_assumed: bool,
    threads: int | None,
) -> None:
    """把一年的费用按现行政策和每个改革方案各算一遍，比较各层支出和个人负担。

    假定就医行为不变。有误的输入写明文件、行、字段或路径和原因，退出码 2，不写出任何结果。
    """
    try:
        if len(reforms) > MOST_REFORMS:
            stop(f"--reform: 一次最多比较 {MOST_REFORMS} 个方案，这里有 {len(reforms)} 个")
        wanted = [_reform(path) for path in reforms]
        book, texts, area, scheme = plan_and_texts(plan_name)
        part, numbers, versions = read_claims(claims, book, area=area, scheme=scheme, year=year)
        _pass_assumed(versions, allow_assumed)
        policies = policies_of(versions, texts, wanted)
        found = compare([lambda: part], numbers, policies, threads=threads or os.cpu_count() or 1)
        write_results(found, [one.name for one in wanted], out, plan=plan_name, year=year)
    except (PolicyError, FileRefused, NoPlanInForce) as refused:
        stop(str(refused))
    except RowRefused as refused:
        stop(f"{claims}: {refused}")
    except OSError as error:
        stop(system_problem(error))


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
