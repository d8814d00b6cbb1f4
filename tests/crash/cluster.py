"""A PostgreSQL server of the test's own that may be killed at any moment."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg

START_SECONDS = 30
PROGRAMS = "/usr/lib/postgresql"  # where Debian keeps them, outside the search path
# The defaults that a promise rests on are said aloud: an answered bill must be on the disk (P2).
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


def programs() -> Path | None:
    """Return the folder of initdb and postgres, or None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    debian = sorted(Path(PROGRAMS).glob("*/bin/initdb"))
    found = Path(on_path) if on_path else debian[-1] if debian else None
    return found.resolve().parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """initdb in a temporary folder, on a port of its own, on the loopback only."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self.bin = found
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="tongchou-crash-"))
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        initdb = [self.bin / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust",
                  "-E", "UTF8", "--locale", "C"]  # fmt: skip
        subprocess.run(initdb, check=True, capture_output=True, user=self.user, cwd=self.folder)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, again and again while children of a killed server still hold its memory."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            self._run()
            if self._answers(until):
                return
        raise AssertionError((self.folder / "log").read_text("utf-8", "replace"))

    def _run(self) -> None:
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, "-p", str(self.port),
                 "-k", self.folder, *options],
                stdout=log, stderr=log, user=self.user, cwd=self.folder,
            )  # fmt: skip

    def _answers(self, until: float) -> bool:
        assert self.process is not None
        while self.process.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(self.url.replace("postgres:", "postgresql:", 1)).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def kill(self) -> None:
        """End the postmaster and all that it started at once: nobody writes anything more."""
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in [pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait()

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
