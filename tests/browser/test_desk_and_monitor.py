"""The desk, the monitor and paper by hand: from a count to its rows, the wall, one page."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[[str], None]


def test_the_desk_opens_what_waits_for_another(page: Page, sign_in: SignIn) -> None:
    sign_in("director")
    turn = page.locator(".tc-table tr[data-tc-href^='?tab=others']").first
    count = int(turn.locator(".tc-m-2").inner_text())
    turn.locator("a").click()
    expect(page).to_have_url(re.compile(r"tab=others&kind="))
    expect(page.locator(".in-tasks tr[data-tc-row]")).to_have_count(count)


def test_n_opens_the_nearest_limit(page: Page, sign_in: SignIn) -> None:
    sign_in("reviewer")
    first = page.locator(".in-tasks tr[data-tc-row] a").first.get_attribute("href")
    page.keyboard.press("n")
    assert first
    expect(page).to_have_url(re.compile(f"{re.escape(first)}$"))


def test_the_wall_asks_for_itself_and_says_when_it_is_not_answered(
    page: Page, sign_in: SignIn
) -> None:
    sign_in("director")
    page.goto("/gateway/")
    page.get_by_role("link", name="大屏").click()
    expect(page.locator(".gw-wall")).to_be_visible()
    assert page.locator(".gw-wall button, .gw-wall input").count() == 0
    shown = page.locator(".gw-wall-time b").inner_text()
    expect(page.locator(".gw-wall-time b")).not_to_have_text(shown, timeout=9000)
    expect(page.locator("[data-gw-stale]")).to_be_hidden()
    page.context.clear_cookies()
    expect(page.locator("[data-gw-stale]")).to_be_visible(timeout=9000)


def test_the_stream_is_paused_by_the_space_bar(page: Page, sign_in: SignIn) -> None:
    sign_in("reviewer")
    page.goto("/gateway/?tab=transactions")
    now = page.locator("[data-gw-now]")
    shown = now.inner_text()
    expect(now).not_to_have_text(shown, timeout=6000)
    page.keyboard.press(" ")
    expect(page.locator("[data-gw-pause]")).to_have_attribute("aria-pressed", "true")


def test_the_largest_bill_is_one_page_of_paper(page: Page, sign_in: SignIn) -> None:
    sign_in("reviewer")
    page.goto("/bills/?sort=-total&day_from=2000-01-01")
    bill = page.locator("tr[data-tc-row]").first.get_attribute("data-tc-href")
    page.goto(f"{bill}print/")
    expect(page.locator(".tc-paper")).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", paper) == [b"1"]
