"""The shell and the list by hand: keys, selection, the way back, the telephone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

SignIn = Callable[[str], None]
PHONE: ViewportSize = {"width": 390, "height": 844}


def test_rows_are_walked_and_opened_by_keys(page: Page, sign_in: SignIn) -> None:
    sign_in("sysadmin")
    page.goto("/users/?sort=login")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tr[data-tc-row]").nth(1)
    expect(second).to_be_focused()
    login = second.locator("a").inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/users/{login}/$"))
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/users/\?sort=login$"))
    expect(page.locator("tr.tc-at a")).to_have_text(login)


def test_a_selection_is_counted_and_let_go(page: Page, sign_in: SignIn) -> None:
    sign_in("sysadmin")
    page.goto("/users/")
    bar = page.locator("[data-tc-batch-bar]")
    expect(bar).to_be_hidden()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-tc-picked]")).to_have_text("3")
    with page.expect_download() as download:
        page.click("button[value=export]")
    assert download.value.suggested_filename.endswith(".xlsx")
    page.click("[data-tc-pick-none]")
    expect(bar).to_be_hidden()


def test_a_query_changes_the_list_alone_and_the_address(page: Page, sign_in: SignIn) -> None:
    sign_in("sysadmin")
    page.goto("/users/")
    before = page.locator("tr[data-tc-row]").count()
    page.select_option("[name=role]", "sysadmin")
    page.click(".tc-query button.btn-primary")
    expect(page).to_have_url(re.compile(r"role=sysadmin"))
    assert page.locator("tr[data-tc-row]").count() < before
    page.go_back()
    expect(page.locator("tr[data-tc-row]")).to_have_count(before)
    expect(page.locator(".tc-top")).to_have_count(1)


def test_letters_stay_letters_in_a_field_and_while_composing(page: Page, sign_in: SignIn) -> None:
    sign_in("sysadmin")
    page.goto("/users/")
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.type("jx")
    expect(page.locator("[name=q]")).to_have_value("jx")
    expect(page.locator("tr.tc-at")).to_have_count(0)
    page.keyboard.press("Escape")
    page.evaluate(
        "() => document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'j', bubbles: true, isComposing: true}))"
    )
    expect(page.locator("tr.tc-at")).to_have_count(0)


def test_a_card_reader_outside_fields_searches(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    page.keyboard.type("441721195606120028")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=441721195606120028$|/people/"))


@pytest.mark.parametrize("role", ["clerk", "reviewer", "finance", "director", "hospital"])
def test_every_entry_of_the_menu_opens(page: Page, sign_in: SignIn, role: str) -> None:
    sign_in(role)
    for address in [a.get_attribute("href") for a in page.locator(".tc-side a").all()]:
        answer = page.goto(str(address))
        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("role", ["clerk", "finance", "sysadmin"])
def test_no_page_scrolls_sideways_on_a_telephone(page: Page, sign_in: SignIn, role: str) -> None:
    sign_in(role)
    addresses = [a.get_attribute("href") for a in page.locator(".tc-side a").all()]
    page.set_viewport_size(PHONE)
    for address in addresses:
        page.goto(str(address))
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, address
