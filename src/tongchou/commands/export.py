"""`tongchou export`: the books as Parquet, for analysis and replay."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from tongchou.commands.installation import area_named, folder_option, use_installation
from tongchou.commands.progress import Line
from tongchou.commands.stopping import stop, system_problem


@click.command()
@click.option("--area", metavar="CODE", help="统筹区；只有一个时可省略。")
@folder_option
def export(*, area: str | None, folder: Path | None) -> None:
    """把结算单、明细、人员事实和机构导出成 Parquet，并逐列与账核对。

    位置由 TONGCHOU_LAKE 指定。只读有变动的部分；中断时原来的副本不变，下次接着做完。
    """
    use_installation(folder)
    from tongchou.lake import services
    from tongchou.platform.refusal import Refused

    line = Line()
    try:
        done = services.export_area(
            area=area_named(area),
            actor=getpass.getuser(),
            progress=lambda _done, _whole, words: line.show(words),
        )
    except Refused as refused:
        stop(refused.reason, 1)
    except OSError as error:
        stop(system_problem(error), 1)
    finally:
        line.clear()
    click.echo(
        f"副本与账相等：{done.settlements:,} 张结算单；"
        f"重读 {done.read} 段，沿用 {done.reused} 段（{services.lake_root()}）"
    )
