"""The first ten minutes of docs/newcomer.md, click by click."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tongchou.demo.tests.served import Served

SignIn = Callable[[str], None]


def test_a_trial_shows_the_guides_amounts(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    page.get_by_role("link", name="试算待遇").first.click()
    page.get_by_label("参保人").fill("陈国强")
    page.keyboard.press("Enter")
    total = page.get_by_label("总费用")
    expect(page.get_by_text("北津镇 港口村")).to_be_visible()
    total.fill("15200")
    page.get_by_role("button", name="试算待遇").click()
    text = page.locator("main")
    for amount in ("11,500.00", "3,700.00", "8,700.00", "2,800.00"):
        expect(text).to_contain_text(amount)


def test_a_reversal_takes_two_persons(page: Page, sign_in: SignIn) -> None:
    sign_in("clerk")
    page.goto("/bills/?day_from=2000-01-01")
    page.locator("tr[data-tc-row]", has_text="已结算").first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/bills/\d+/"))
    bill = page.url
    page.get_by_role("link", name="申请冲正").or_(
        page.get_by_role("button", name="申请冲正")
    ).click()
    page.get_by_label("理由").fill("医院多传一条明细")
    page.get_by_role("button", name="申请冲正，退回").click()
    page.get_by_role("link", name="打开申请").click()
    page.wait_for_url(re.compile("/reversals/"))
    request = page.url
    expect(page.get_by_role("button", name="同意冲正，退回")).to_have_count(0)
    page.context.clear_cookies()
    sign_in("reviewer")
    page.goto(request)
    page.get_by_role("button", name="同意冲正，退回").click()
    page.goto(bill)
    expect(page.locator("main")).to_contain_text("已冲正")


def test_a_number_shows_its_words(page: Page, sign_in: SignIn) -> None:
    sign_in("reviewer")
    page.get_by_role("link", name="政策与规则").first.click()
    page.get_by_role("link", name="阳江市城乡居民医疗保险待遇 2019").first.click()
    page.get_by_text("700.00", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("三级医院700元")
    expect(page.locator("main")).to_contain_text("22 个，全部通过")


def test_the_books_balance_and_the_trail_holds(page: Page, sign_in: SignIn) -> None:
    sign_in("auditor")
    page.get_by_role("link", name="基金").first.click()
    expect(page.locator("main")).to_contain_text("借贷相等，差 0.00")
    page.get_by_role("link", name="操作留痕").first.click()
    page.get_by_text("核对全部留痕").first.click()
    expect(page.locator("main")).to_contain_text("条留痕全部相符")


def test_a_hospital_sees_its_own_bills_only(page: Page, sign_in: SignIn, served: Served) -> None:
    own = next(i for i in served.cast["institutions"] if i["code"] == "H44170000001")
    sign_in("hospital")
    page.goto("/bills/?day_from=2000-01-01")
    rows = page.locator("tr[data-tc-row]")
    expect(rows.first).to_contain_text(own["name"])
    others = [i["name"] for i in served.cast["institutions"] if i != own]
    text = page.locator("tbody").inner_text()
    assert [name for name in others if name in text] == []
