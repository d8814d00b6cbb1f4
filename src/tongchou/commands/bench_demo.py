"""`tongchou bench demo`: how long a newcomer waits for the first page; what the server takes."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click

from tongchou.commands.figures import Figure, as_table
from tongchou.commands.processes import family, resident_megabytes

_PROGRAM = "from tongchou.commands.main import main; main()"
_PATIENCE = 900.0  # seconds
_STOP_WITHIN = 20.0


@click.command()
@click.option("--scale", default=20_000, show_default=True, help="参保人数。")
@click.option("--port", default=8765, show_default=True, help="网页的端口。")
def demo(scale: int, port: int) -> None:
    """测量演示：从命令到第一个网页，第一次和再一次；服务占多少内存。"""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "county"
        for what in ("第一次，建演示县到第一页", "再一次，到第一页"):
            with _demonstration(scale, port, place) as (process, waited):
                held = resident_megabytes(set(family(process.pid)) - {process.pid})
            figures.append(Figure(what, (waited,), "秒"))
    figures.append(Figure("服务的内存", (held,), "MB"))
    click.echo(as_table(figures))


@contextlib.contextmanager
def _demonstration(
    scale: int, port: int, place: Path
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Give a running demonstration and the seconds until its first page."""
    words = ["demo", "--scale", str(scale), "--dir", str(place), "--port", str(port)]
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *words, "--no-traffic"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _first_page(port):
            if process.poll() is not None:
                raise click.ClickException(f"演示没有启动，端口 {port} 可能已被占用（--port）")
            if time.monotonic() - began > _PATIENCE:
                raise click.ClickException(f"{_PATIENCE:.0f} 秒内没有网页")
            time.sleep(0.05)
        yield process, time.monotonic() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_STOP_WITHIN)


def _first_page(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
