"""`tongchou replay`: a year folded again under the plans it was settled under, to the fen."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import click

from tongchou.commands.engines import Run, engine_options, replaying
from tongchou.commands.installation import folder_option, use_installation
from tongchou.commands.progress import Line
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.money import format_yuan
from tongchou.core.policy import LABELS, TIERS
from tongchou.lake.manifest import NAME, LakeDamaged, NoLake, read_manifest
from tongchou.lake.reading import Year, open_year
from tongchou.lake.replaying import Difference, Replayed
from tongchou.lake.spark import NoSpark

SHOWN = 20


@click.command()
@click.option("--year", required=True, type=click.IntRange(1900, 2999), help="医保年度。")
@click.option("--area", metavar="CODE", help="统筹区；省略则数据副本里的全部。")
@click.option(
    "--lake", metavar="DIR", type=click.Path(path_type=Path),
    help="数据副本的文件夹；默认 TONGCHOU_LAKE，或安装文件夹下的 lake。",
)  # fmt: skip
@folder_option
@engine_options
@click.option("--threads", type=click.IntRange(1, 256), help="线程数，默认每个处理器核一个。")
def replay(
    *,
    year: int,
    area: str | None,
    lake: Path | None,
    folder: Path | None,
    engine: str,
    spark_master: str | None,
    threads: int | None,
) -> None:
    """把一年的结算单按当时的方案全部重算，逐张与账上的支付比较。

    用数据副本；还没有副本的安装先导出。有一分不等就列出来，退出码 1；数据副本缺文件或有损坏，
    退出码 2，什么也不算。
    """
    try:
        root = lake or _own_lake(folder, area)
        keys = [
            key
            for key in sorted(read_manifest(root).partitions)
            if key[1] == year and area in (None, key[0])
        ]
        if not keys:
            raise NoLake(f"{root} 里没有{f' {area}' if area else ''} {year} 年")
        with replaying(engine, threads or os.cpu_count() or 1, spark_master) as run:
            different = sum(_one(open_year(root, *key), run) for key in keys)
    except (NoLake, LakeDamaged, NoSpark) as wrong:
        stop(str(wrong))
    except OSError as error:
        stop(system_problem(error))
    sys.exit(1 if different else 0)


def _own_lake(folder: Path | None, area: str | None) -> Path:
    """Return this installation's lake; make it where there is only a database yet."""
    use_installation(folder)
    from tongchou.lake import services
    from tongchou.platform.authority.models import Area
    from tongchou.platform.refusal import Refused

    root = services.lake_root()
    if (root / NAME).exists():
        return root
    try:
        for code in Area.objects.values_list("code", flat=True):
            if area in (None, code):
                services.export_area(area=code, actor=getpass.getuser(), progress=_nothing)
    except Refused as refused:
        stop(refused.reason)
    return root


def _nothing(_done: int, _whole: int | None, _words: str) -> None:
    pass


def _one(year: Year, run: Run) -> int:
    area, number, scheme = year.partition.key
    line, counted = Line(), 0

    def done(bills: int) -> None:
        nonlocal counted
        counted += bills
        line.show(f"{area}-{scheme} {number}：{counted:,} / {year.bills:,} 张")

    found = run(year, done)
    line.clear()
    click.echo(_words(found, f"{area}-{scheme} {number}"))
    for one in found.differences[:SHOWN]:
        click.echo(_difference(one))
    return found.different


def _words(found: Replayed, what: str) -> str:
    counted = f"{what}：{found.bills:,} 张结算单，{found.years:,} 个人年"
    if not found.different:
        return f"{counted}，与账逐张相等"
    return f"{counted}，{found.different:,} 张不等"


def _difference(one: Difference) -> str:
    names = [*(LABELS[tier] for tier in TIERS), "起付线"]
    parts = [
        f"{name} 账上 {format_yuan(posted)}，重算 {format_yuan(again)}"
        for name, posted, again in zip(names, one.posted, one.recomputed, strict=True)
        if posted != again
    ]
    return f"  {one.settlement}：{'；'.join(parts)}"
