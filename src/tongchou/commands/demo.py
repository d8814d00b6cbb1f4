"""`tongchou demo`: a county to try, with hospitals that send bills while one looks."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import click


@click.command(name="demo")
@click.option(
    "--scale",
    type=click.IntRange(50, 2_700_000),
    default=20_000,
    show_default=True,
    help="参保人数",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("tongchou-demo"),
    show_default=True,
    help="演示县存放的文件夹",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="网页和接口的端口",
)
@click.option("--no-traffic", is_flag=True, help="医院不自动送单")
def demo(scale: int, folder: Path, port: int, no_traffic: bool) -> None:
    """建一个演示县（第二次直接用已有的），启动网页和接口，模拟医院不断送单。Ctrl-C 停止。"""
    folder = folder.resolve()
    _set_environment(folder)
    import django

    django.setup()
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
    click.echo("\n按 Ctrl-C 停止。")
