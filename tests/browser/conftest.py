"""A page of Chromium in front of the served demonstration county.

Marked `browser`; where Chromium is missing these tests fail rather than pass unseen.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tongchou.demo.tests.served import Served

DESK: ViewportSize = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


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
