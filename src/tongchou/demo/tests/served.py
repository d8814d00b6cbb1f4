"""A small demonstration county served by the real program, for the tests of pages and guides.

A plugin (conftest.py names it), so that every folder of tests shares one.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

START_SECONDS = 180
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Served:
    """The address of the served county, its cast (`cast.json`), and the folder that holds
    `tongchou-demo`, as it is for a newcomer who runs `make demo`."""

    url: str
    cast: dict[str, Any]
    above: Path

    def user(self, role: str) -> dict[str, str]:
        return next(user for user in self.cast["users"] if user["role"] == role)


def environment() -> dict[str, str]:
    """Return an environment in which `tongchou` is this one, with nothing set for it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TONGCHOU_")}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            with urlopen(f"{url}/sign-in/", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"not served within {START_SECONDS} s\n{log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    above, port = tmp_path_factory.mktemp("county"), _free_port()
    log = above / "server.log"
    command = [str(BIN / "tongchou"), "demo", "--no-traffic", "--scale", "400"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=above, env=environment(), stdout=out, stderr=out
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        cast = json.loads((above / "tongchou-demo" / "cast.json").read_text("utf-8"))
        yield Served(url, cast, above)
    finally:
        process.terminate()
        process.wait(timeout=30)
