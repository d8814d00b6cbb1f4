from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from tongchou.funds.models import Account
from tongchou.funds.tests.make import AREA, make_area, make_entry
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.tests.guards import guards_aside

pytestmark = pytest.mark.django_db
MORNING = datetime(2019, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BILL = [
    ("resident_pool", "5101", 3_558_000),
    ("resident_pool", "2101", -3_558_000),
    ("critical_illness", "5101", 1_465_200),
    ("critical_illness", "2101", -1_465_200),
]


@pytest.fixture
def number() -> int:
    make_area()
    with clock.frozen(MORNING):
        return make_entry(BILL, kind="settlement", slice_key=3)


@pytest.fixture
def finance(client: Client, number: int) -> Client:
    client.force_login(make_user("finance", login="cai"))
    return client


def page_of(client: Client, **params: str | int) -> str:
    answer = client.get("/funds/", params)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_trial_balance_says_that_each_fund_balances(finance: Client) -> None:
    page = page_of(finance, on="2019-03-01")
    assert "2 个基金各自平衡" in page and "借贷相等，差 0.00" in page
    assert page.count('50,232<span class="tc-fen">.00</span>') == 8  # two accounts and the sums
    alone = page_of(finance, on="2019-03-01", fund="critical_illness")
    assert '14,652<span class="tc-fen">.00</span>' in alone
    assert '50,232<span class="tc-fen">.00</span>' not in alone


def test_a_day_without_books_says_so(finance: Client) -> None:
    assert "还没有记过账" in page_of(finance, on="2019-02-28")


def test_an_account_opens_to_its_lines_and_an_entry_to_its_funds(
    finance: Client, number: int
) -> None:
    page = page_of(finance, on="2019-03-01", account="2101", entry=number)
    assert "2101 应付定点机构款" in page and "09:00" in page
    assert f"441700-20190301-{number % 10**8:06d}" in page
    assert "居民大病保险资金" in page and "凭证不可修改" in page
    assert "这段时间这个科目没有分录" in page_of(finance, on="2019-03-02", account="2101")
    assert "09:00" in page_of(finance, on="2019-03-02", account="2101", span="month")


def test_an_entrys_own_address_leads_into_the_books(finance: Client, number: int) -> None:
    answer = finance.get(f"/funds/entries/{number}/")
    assert answer["Location"] == f"/funds/?on=2019-03-01&entry={number}"
    assert finance.get("/funds/entries/1/").status_code == 404


def test_another_areas_entry_is_unknown(client: Client, number: int) -> None:
    client.force_login(make_user("finance", area="441800"))
    assert client.get(f"/funds/entries/{number}/").status_code == 404
    assert client.get("/funds/", {"entry": number}).status_code == 404
    assert "还没有记过账" in page_of(client, on="2019-03-01")


@pytest.mark.parametrize("role", ["clerk", "inspector", "sysadmin", "hospital"])
@pytest.mark.parametrize("address", ["", "print/", "export/", "entries/1/"])
def test_who_has_no_post_for_the_books_does_not_see_them(
    client: Client, role: str, address: str
) -> None:
    client.force_login(make_user(role))
    assert client.get(f"/funds/{address}").status_code == 403


def test_the_file_carries_the_amounts_and_leaves_a_trace(finance: Client) -> None:
    answer = finance.get("/funds/export/", {"on": "2019-03-01"})
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["2101", "应付定点机构款"] and rows[1][6] == 50232
    assert Act.objects.get(verb="funds.exported").actor == "cai"


def test_the_print_form_has_the_same_figures(finance: Client) -> None:
    page = finance.get("/funds/print/", {"on": "2019-03-01"}).content.decode()
    assert page.count("50,232.00") == 8


def test_books_that_do_not_balance_are_shouted(finance: Client) -> None:
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("update funds_posting set amount = amount + 123 where amount = 3558000")
    page = page_of(finance, on="2019-03-01")
    assert "账不平" in page and "居民基本医保基金 差 1.23" in page and "差 0.00" not in page
    assert Account.objects.filter(area=AREA).exists()


@pytest.mark.parametrize(
    "params",
    [
        {"on": "x"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"fund": "x"},
        {"account": "'"},
        {"page": "0"},
        {"account": "2101", "page": "9" * 18},
        {"institution": "²"},
        {"account": "2101", "institution": "9" * 18, "span": "x"},
    ],
)
def test_an_address_typed_by_hand_is_answered(finance: Client, params: dict[str, str]) -> None:
    page_of(finance, **params)


def test_turning_an_accounts_pages_does_not_sum_the_balance_anew(
    finance: Client, number: int
) -> None:
    answer = finance.get(
        f"/funds/?on=2019-03-01&account=2101&entry={number}",
        headers={"HX-Request": "true", "HX-Target": "books-under"},
    )
    page = answer.content.decode()
    assert "凭证不可修改" in page and "应付定点机构款" in page
    assert "<html" not in page and "借贷相等" not in page
