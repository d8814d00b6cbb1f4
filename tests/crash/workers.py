"""The program's own server processes on a port of their own, to be killed one by one."""

import os
import random
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from .cluster import free_port

WORKERS = 3
START_SECONDS = 40


class Workers:
    """granian with workers that come back when they die, and itself when it gives up."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "workers.log"
        self.environment = environment
        self._run()

    def _run(self) -> None:
        options = ["--interface", "wsgi", "--port", str(self.port), "--workers", str(WORKERS),
                   "--blocking-threads", "2", "--respawn-failed-workers",
                   "--respawn-interval", "0.2"]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "granian", *options, "tongchou.wsgi:application"],
                stdout=log, stderr=log, env=self.environment,
            )  # fmt: skip

    def wait(self) -> None:
        """Return once a message is answered (405: a GET is none)."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.said()
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/fsi/api")
                if connection.getresponse().status == 405:
                    return
            except (OSError, HTTPException):
                time.sleep(0.1)
        raise AssertionError(self.said())

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4000:]

    def pids(self) -> list[int]:
        """Return the workers: the supervisor's children that serve."""
        own = self.process.pid
        try:
            children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        except OSError:
            return []
        return [int(pid) for pid in children if _serves(int(pid))]

    def kill_one(self, chance: random.Random) -> None:
        """Kill a worker, once there is one."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if pids := self.pids():
                os.kill(chance.choice(pids), signal.SIGKILL)
                return
            self.tend()
            time.sleep(0.05)
        raise AssertionError(self.said())

    def tend(self) -> None:
        """Start again if it has stopped: it gives up when workers die in quick succession."""
        if self.process.poll() is not None:
            self._run()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in [*self.pids(), self.process.pid]:
                os.kill(pid, signal.SIGKILL)
            self.process.wait()


def _serves(pid: int) -> bool:
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
