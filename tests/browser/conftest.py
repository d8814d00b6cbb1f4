"""A small demonstration county served by the real program, and a page of Chromium in front of it.

Marked `browser`; where Chromium is missing these tests fail rather than pass unseen.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

START_SECONDS = 120
DESK: ViewportSize = {"width": 1440, "height": 900}


class Served:
    """The address of the served county and its cast (`cast.json`)."""

    def __init__(self, url: str, cast: dict[str, Any]) -> None:
        self.url = url
        self.cast = cast

    def user(self, role: str) -> dict[str, str]:
        return next(user for user in self.cast["users"] if user["role"] == role)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
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
    folder = tmp_path_factory.mktemp("county")
    port = _free_port()
    log = folder / "server.log"
    command = [str(Path(sys.executable).with_name("tongchou")), "demo", "--no-traffic"]
    options = ["--scale", "400", "--port", str(port), "--dir", str(folder / "demo")]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TONGCHOU_")}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *options], stdout=out, stderr=subprocess.STDOUT, env=environment
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        yield Served(url, json.loads((folder / "demo" / "cast.json").read_text("utf-8")))
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    own = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container's root does not have.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=own, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    """An empty page at the desk's size; whatever the console complains of fails the test."""
    context = chromium.new_context(viewport=DESK, base_url=served.url, locale="zh-CN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def sign_in(page: Page, served: Served) -> Callable[[str], None]:
    """Sign in as the cast's user of one post, as a newcomer does: one click and Enter."""

    def enter(role: str) -> None:
        user = served.user(role)
        page.goto("/sign-in/")
        page.click(f"[data-tc-fill='{user['login']}']")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{served.url}/")

    return enter
