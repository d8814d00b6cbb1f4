"""`tongchou demo`: a county to try, with hospitals that send bills while one looks."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import click

from tongchou.commands.progress import Line
from tongchou.commands.stopping import stop, system_problem
from tongchou.core.money import format_yuan

FOLDER, CITY_FOLDER = Path("tongchou-demo"), Path("tongchou-city")
PERSONS_OF_A_CITY = 2_700_000


@click.command(name="demo")
@click.option(
    "--scale",
    type=click.IntRange(50, 2_700_000),
    help="参保人数；默认 20,000，--history-only 时 2,700,000",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"存放的文件夹；默认 {FOLDER}，--history-only 时 {CITY_FOLDER}",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="网页和接口的端口",
)
@click.option("--no-traffic", is_flag=True, help="医院不自动送单")
@click.option(
    "--lists",
    "lists_folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="只写十二个月的名单、登记和真值到这个文件夹，供 tongchou reconcile，不启动网页",
)
@click.option("--history-only", is_flag=True, help="只写一个城市一年的结算数据，不启动网页")
@click.option(
    "--year",
    type=click.IntRange(2019, 2100),
    help="--history-only 和 --lists 的年度；默认去年，可再写别的年度",
)
def demo(
    *,
    scale: int | None,
    folder: Path | None,
    port: int,
    no_traffic: bool,
    lists_folder: Path | None,
    history_only: bool,
    year: int | None,
) -> None:
    """建一个演示县（第二次直接用已有的），启动网页和接口，模拟医院不断送单。Ctrl-C 停止。

    --history-only 不建数据库：把一个城市一年的结算单直接写成数据副本，供重算、模拟和统计。
    """
    if lists_folder is not None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
        _write_lists(lists_folder, scale or 20_000, year)
        return
    folder = (folder or (CITY_FOLDER if history_only else FOLDER)).resolve()
    _set_environment(folder)
    import django

    django.setup()
    if history_only:
        _city_year(scale or PERSONS_OF_A_CITY, year)
    elif year is not None:
        stop("--year: 只和 --history-only 一起用")
    else:
        _county(scale or 20_000, folder, port, no_traffic)


def _write_lists(folder: Path, persons: int, year: int | None) -> None:
    """Write a year of lists with its register and its truth into a new folder."""
    from tongchou.demo.rosters.yearly import build_year
    from tongchou.platform import clock

    if folder.exists() and any(folder.iterdir()):
        stop(f"{folder} 里已有文件，请换一个空文件夹")
    year = year or clock.today().year - 1
    try:
        wrote = build_year(folder, persons, year, seed=1)
    except OSError as error:
        stop(system_problem(error))
    click.echo(
        f"写好了：{folder}\n"
        f"虚构的 {wrote.persons:,} 人，{len(wrote.months)} 个月 {wrote.rows:,} 行；"
        f"真值在 truth.csv 和 truth_links.csv，迟到的在 late/。\n"
        f"可以用：tongchou reconcile --month {wrote.months[0]} --dir {folder}"
    )


def _city_year(scale: int, year: int | None) -> None:
    """Write a city's year into the lake, or say why not; interrupted, nothing is left."""
    from tongchou.core.policy import NoPlanInForce
    from tongchou.demo import cityyear
    from tongchou.lake.manifest import LakeDamaged
    from tongchou.lake.services import lake_root
    from tongchou.platform import clock

    line, root = Line(), lake_root()
    year = year or clock.today().year - 1
    try:
        built = cityyear.build(
            root, scale, year, at=clock.now().isoformat(timespec="seconds"),
            say=lambda done, whole: line.show(f"{year} 年：{done:,} / {whole:,} 人"),
        )  # fmt: skip
    except (cityyear.Refused, NoPlanInForce, LakeDamaged, ValueError) as refused:
        stop(str(refused))
    except OSError as error:
        stop(system_problem(error))
    finally:
        line.clear()
    head = "已经有了" if built.already else "写好了"
    click.echo(
        f"{head}：{root}\n虚构的 {built.persons:,} 人，{year} 年 {built.bills:,} 张结算单，"
        f"基金支付 {format_yuan(built.fund_total)} 元。\n"
        f"可以用：tongchou replay --year {year} --lake {root}"
    )


def _county(scale: int, folder: Path, port: int, no_traffic: bool) -> None:
    from django.core.management import call_command

    from tongchou.demo import build, cast, traffic
    from tongchou.platform import server

    if not build.folder_is_ours(folder):
        raise click.ClickException(f"{folder} 里有别的文件，请换一个空文件夹（--dir）")
    folder.mkdir(parents=True, exist_ok=True)
    if not server.port_is_free(port):
        raise click.ClickException(f"端口 {port} 已被占用，请换一个（--port）")
    build.migrate()
    if build.is_built():
        click.echo(f"接着用 {folder} 里的演示县")
    else:
        build.build(scale, _say)
        click.echo("")
    known = cast.write(folder, port)
    call_command("collectstatic", interactive=False, verbosity=0)
    try:
        with server.running(port=port, work=True) as address:
            _introduce(address, known)
            build.ask_for_the_copy()
            build.ask_for_the_lists()
            stop = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            if not no_traffic:
                traffic.start(known, stop)
            stop.wait()
            click.echo("\n正在停止……")
    except RuntimeError as error:
        raise click.ClickException(f"服务没有启动，原因见上（{error}）") from None


def _set_environment(folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
    os.environ["TONGCHOU_DIR"] = str(folder)
    os.environ["TONGCHOU_DEMO"] = "1"


def _say(words: str) -> None:
    """Show progress in place on a terminal, a line each elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{words}", nl=False, err=True)
    else:
        click.echo(words, err=True)


def _introduce(address: str, cast: dict) -> None:  # type: ignore[type-arg]
    click.echo(f"\n统筹演示：{address}\n接口地址：{cast['gateway']}\n")
    for user in cast["users"]:
        click.echo(f"  {user['login']:<10} {user['password']}  {user['post']} {user['name']}")
    click.echo("\n十二个月的名单在后台收取和比对，一分钟左右，进度在“作业”。按 Ctrl-C 停止。")
