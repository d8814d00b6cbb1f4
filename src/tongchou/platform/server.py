"""The server's processes: granian over WSGI, its connections bounded, and the one that works.

On PostgreSQL a worker a core with two threads each, the measured optimum; on SQLite one process,
because a second one's writers would only poll, and threads enough that a commit serves several.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SQLITE_THREADS = 16
POSTGRESQL_THREADS = 2
# Connections a worker holds. granian calls it backpressure and counts idle connections too: with a
# place for each thread and a few more, some browsers left open would keep every hospital out.
MOST_CONNECTIONS = 1024
WORK = [sys.executable, "-m", "django", "work"]
WORKER_REST_SECONDS = 5
START_SECONDS = 60
STOP_SECONDS = 10


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def command(*, port: int, host: str = "127.0.0.1", workers: int | None = None) -> list[str]:
    """Return the command line of a server of this installation."""
    sqlite = connection.vendor == "sqlite"
    workers = 1 if sqlite else workers or os.cpu_count() or 1
    threads = SQLITE_THREADS if sqlite else POSTGRESQL_THREADS
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "tongchou.wsgi:application",
        "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", str(threads), "--backpressure", str(MOST_CONNECTIONS),
        "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip


@contextmanager
def running(
    *, port: int, host: str = "127.0.0.1", workers: int | None = None, work: bool = False
) -> Iterator[str]:
    """Run a server within the block; yields its address once it answers, stops it afterwards.

    With `work` the process that does the long work (platform.jobs) runs beside it.

    Raises RuntimeError when it stops by itself or does not answer.
    """
    address = f"http://{host}:{port}/"
    # A group of its own: Ctrl-C reaches us first, and we stop it in order.
    process = subprocess.Popen(
        command(port=port, host=host, workers=workers), start_new_session=True
    )
    worker: subprocess.Popen[bytes] | None = None
    try:
        _wait_until_it_answers(process, address)
        if work:
            worker = subprocess.Popen(WORK, start_new_session=True)
        yield address
    finally:
        for one in (worker, process):
            if one is not None:
                _stop(one)


def supervise(*, port: int, host: str, workers: int | None, work: bool) -> int:
    """Run the server, and with `work` the process of the long work, until told to stop.

    Returns the server's exit code. A working process that dies is started again.
    """
    process = subprocess.Popen(command(port=port, host=host, workers=workers))
    worker = subprocess.Popen(WORK) if work else None

    def end(_number: int, _frame: object) -> None:
        process.send_signal(signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while process.poll() is None:
        if worker is not None and worker.poll() is not None:
            time.sleep(WORKER_REST_SECONDS)
            worker = subprocess.Popen(WORK)
        time.sleep(0.5)
    if worker is not None:
        _stop(worker)
    return process.returncode


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
