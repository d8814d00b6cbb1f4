"""A number is moved by hand, and what it costs is seen to change."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, ViewportSize, expect

SignIn = Callable[[str], None]
PHONE: ViewportSize = {"width": 390, "height": 844}
LEVEL3 = "tiers.basic.rate.level3"
COPY_SECONDS = 60


def open_page(page: Page) -> Locator:
    """Return the figures, once the demonstration's books are copied."""
    until = time.monotonic() + COPY_SECONDS
    page.goto("/whatif/")
    while page.locator("#whatif").count() == 0 and time.monotonic() < until:
        page.wait_for_timeout(1000)
        page.reload()
    figures = page.locator(".wi-figures .tc-figure-value")
    expect(figures.first).to_contain_text("0.00", timeout=30_000)
    return figures.first


def test_a_moved_number_redraws_the_effect(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    fund = open_page(page)
    row = page.locator(f"[data-wi-param='{LEVEL3}']")
    row.locator("[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(row.locator(".wi-field input")).to_have_value("61")
    expect(fund).to_have_text(re.compile(r"\+\d"))
    one = fund.inner_text()
    page.keyboard.press("Shift+ArrowRight")
    expect(row.locator(".wi-field input")).to_have_value("71")
    expect(fund).not_to_have_text(one)
    expect(page.locator("#wi-steps svg")).to_be_visible()
    page.get_by_role("button", name="复原").click()
    expect(fund).to_contain_text("0.00")
    expect(row.locator(".wi-field input")).to_have_value("60")


def test_a_reform_is_kept_and_compared(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    fund = open_page(page)
    for rate in ("62", "65"):
        page.locator(f"[name='n.{LEVEL3}']").fill(rate)
        expect(fund).to_have_text(re.compile(r"\+\d"))
        page.get_by_role("button", name="保存方案").click()
        page.fill("#keep-name", f"三级 {rate}%")
        page.get_by_role("button", name="保存为新方案").click()
        expect(page.locator("h1")).to_have_text(f"三级 {rate}%")
        expect(fund).to_have_text(re.compile(r"\+\d"))
    for box in page.locator(".wi-kept [name=c]").all():
        box.check()
    page.get_by_role("button", name="比较选中的方案").click()
    for name in ("三级 62%", "三级 65%"):
        expect(page.locator(".wi-compare").first).to_contain_text(name)


def test_the_page_fits_a_telephone(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    page.set_viewport_size(PHONE)
    open_page(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
