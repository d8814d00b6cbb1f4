"""`tongchou night`: what a county's night does for its lists, now and by hand."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.commands.installation import area_named, folder_option, use_installation


@click.command()
@click.option("--area", metavar="CODE", help="统筹区；只有一个时可省略。")
@folder_option
def night(*, area: str | None, folder: Path | None) -> None:
    """做名单的每晚巡查：例外到期、职工参保中断、超期上报、按当天的登记再比对。

    `tongchou serve` 每晚 1:30 自己做；再做一次，办过的不重复办，没有办完的接着办。
    """
    use_installation(folder)
    from tongchou.rosters.services import keep_watch

    done = keep_watch(area=area_named(area))
    up = "，".join(f"满 {days} 个工作日 {count}" for days, count in done.went_up.items())
    click.echo(f"例外到期 {done.ended}；职工参保中断 {done.lapsed}；超期上报：{up}")
    if done.month:
        click.echo(f"{done.month} 再比对：{done.words}")
