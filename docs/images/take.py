"""Take the pictures of the README from a running demonstration: `make demo`, then this.

    .venv/bin/python docs/images/take.py [--dir tongchou-demo]

Needs Chromium. Each picture is at most 250 KiB; a picture that is larger is refused.
"""

import argparse
import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
MOST_BYTES = 250 * 1024
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def sign_in(page: Page, base: str, user: dict[str, str]) -> None:
    page.goto(f"{base}/sign-in/")
    page.click(f"[data-tc-fill='{user['login']}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")


def open_trial(page: Page, base: str) -> None:
    """A bill with both tiers: 陈国强, destitute, 15,200 yuan at level 3, as in the guides."""
    page.goto(f"{base}/bills/trial/")
    page.get_by_label(re.compile("参保人|Insured person")).fill("陈国强")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.get_by_label(re.compile(r"^(总费用|Total) ?[（(]")).fill("15200")
    page.keyboard.press("Enter")
    page.get_by_text("11,500.00").first.wait_for()


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(500)
    data = page.screenshot()
    if len(data) > MOST_BYTES:
        raise SystemExit(f"{name}: {len(data)} bytes")
    (HERE / name).write_bytes(data)
    print(f"{name}: {len(data) // 1024} KiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("tongchou-demo"))
    cast = json.loads((parser.parse_args().dir / "cast.json").read_text("utf-8"))
    base = "{0.scheme}://{0.netloc}".format(urlsplit(cast["gateway"]))
    clerk = next(user for user in cast["users"] if user["role"] == "clerk")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        own = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=own, args=arguments)
        for locale, suffix in (("zh-CN", "zh"), ("en-US", "en")):
            page = browser.new_page(viewport=DESK, locale=locale)
            sign_in(page, base, clerk)
            open_trial(page, base)
            keep(page, f"bill-{suffix}.png")
            page.close()
        page = browser.new_page(viewport=DESK, locale="zh-CN")
        sign_in(page, base, clerk)
        page.goto(f"{base}/plans/")
        page.get_by_role("link", name="阳江市城乡居民医疗保险待遇 2019").first.click()
        page.get_by_text("700.00", exact=True).first.click()
        page.get_by_text("三级医院700元").first.wait_for()
        keep(page, "policy-zh.png")
        browser.close()


if __name__ == "__main__":
    main()
