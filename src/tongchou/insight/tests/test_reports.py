"""统计报表 as a page: figures with formulas, rows that open, a file, and who may not see it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from tongchou.core.money import format_yuan
from tongchou.funds import services as books
from tongchou.lake import services
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import at, make_county, make_settled

pytestmark = pytest.mark.django_db
URL = "/reports/"


@pytest.fixture
def bill(settings: LazySettings, tmp_path: Path) -> Settlement:
    settings.LAKE = tmp_path / "lake"
    make_county()
    return make_settled()


@pytest.fixture
def finance(client: Client, bill: Settlement) -> Client:
    client.force_login(make_user("finance"))
    return client


def exported() -> None:
    services.export_area(area="441700", actor="test", progress=lambda *_: None)


def test_without_a_copy_the_page_says_how_to_get_one(finance: Client) -> None:
    answer = finance.get(URL)
    assert answer.status_code == 200 and "还没有数据副本" in answer.content.decode()


def test_a_report_shows_its_formulas_and_where_it_comes_from(
    finance: Client, bill: Settlement
) -> None:
    exported()
    page = finance.get(URL, {"name": "balance", "year": "2019"}).content.decode()
    assert "这一层在有效结算单上的支付之和" in page
    assert f"{bill.basic // 100:,}" in page and "与各项之和相等" in page
    assert "虚构数据" not in page


def test_a_row_opens_to_its_bills_and_the_look_is_kept(finance: Client, bill: Settlement) -> None:
    exported()
    asked = {"name": "spending", "year": "2019", "row": "hospital"}
    page = finance.get(URL, asked).content.decode()
    assert reverse("bills:statement", args=[bill.pk]) in page
    assert "1 张结算单，合计" in page and "与“基金支付（元）”相等" in page
    assert "hospital" in Act.objects.get(verb="lake.opened").data
    assert 'id="behind"' not in finance.get(URL, {**asked, "row": "nowhere"}).content.decode()


def test_the_file_has_the_rows_and_the_total(finance: Client, bill: Settlement) -> None:
    exported()
    answer = finance.get("/reports/file/", {"name": "balance", "year": "2019"})
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head == ["险种", "基金层次", "支出（元）"]
    assert rows[-1][:2] == ["合计", ""]
    assert f"{rows[-1][2]:.2f}" == format_yuan(bill.fund_total)
    assert Act.objects.filter(verb="lake.reported").count() == 1


@pytest.mark.parametrize("asked", [{"name": "nothing"}, {"year": "2018"}])
def test_what_is_not_there_is_told(finance: Client, asked: dict[str, str]) -> None:
    exported()
    for address in (URL, "/reports/file/"):
        answer = finance.get(address, asked)
        assert answer.status_code == 409 and "有的是" in answer.content.decode()


def test_a_post_without_the_right_sees_none(client: Client, bill: Settlement) -> None:
    client.force_login(make_user("clerk"))
    assert client.get(URL).status_code == 403
    assert client.get("/reports/file/").status_code == 403


def test_in_english(finance: Client) -> None:
    exported()
    with translation.override("en"):  # and back: a request leaves its language behind
        answer = finance.get(URL, {"name": "aid"}, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert "Medical aid paid" in page and "Sum ÷ times, rounded to the fen" in page


def post_income(fen: int, day: str = "2019-02-01") -> None:
    for fund, code in (
        ("resident_pool", "4001"), ("critical_illness", "4001"), ("medical_aid", "4002"),
    ):  # fmt: skip
        lines = [(fund, "1001", fen), (fund, code, -fen)]
        books.post_entry(
            kind="income", area="441700", summary="筹资", actor="test", lines=lines,
            at=at(f"{day} 09:00"),
        )  # fmt: skip


def test_financing_by_head_and_source_opens_in_the_books(finance: Client) -> None:
    post_income(12_345_600)
    exported()
    page = finance.get(URL, {"name": "financing", "year": "2019"}).content.decode()
    assert "个人缴费" in page and "财政补助" in page
    assert page.count("123,456<") >= 2 and "与各项之和相等" in page
    assert f"{reverse('funds:trial-balance')}?on=2019-12-31&amp;fund=resident_pool" in page


def test_outgo_above_income_is_red(finance: Client, bill: Settlement) -> None:
    post_income(100)
    exported()
    page = finance.get(URL, {"name": "income", "year": "2019"}).content.decode()
    assert '<b class="tc-red">' in page
    assert "与各项之和相等" in page, "the books' outgo is that of the settlements"
    post_income(bill.fund_total * 2)
    exported()
    page = finance.get(URL, {"name": "income", "year": "2019"}).content.decode()
    assert '<b class="tc-red">' not in page


def test_refunds_and_subsidies_are_in_the_income_and_the_sums_agree(finance: Client) -> None:
    post_income(100_000)
    back = [("resident_pool", "4001", 30_000), ("resident_pool", "2102", -30_000)]
    aid = [
        ("medical_aid", "5103", 20_000), ("medical_aid", "1001", -20_000),
        ("resident_pool", "1001", 20_000), ("resident_pool", "4001", -20_000),
    ]  # fmt: skip
    for kind, lines in (("refund", back), ("subsidy", aid)):
        books.post_entry(
            kind=kind, area="441700", summary="测试", actor="test", lines=lines,
            at=at("2019-02-02 09:00"),
        )  # fmt: skip
    exported()
    for name in ("financing", "income"):
        page = finance.get(URL, {"name": name, "year": "2019"}).content.decode()
        assert "与各项之和相等" in page, name
        assert "900<" in page, "1,000 less 300 given back and with 200 that aid paid"
