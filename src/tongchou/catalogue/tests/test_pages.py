"""The pages of the catalogue, as their users meet them."""

import io
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tongchou.catalogue import services
from tongchou.catalogue.models import ImportFile, Item
from tongchou.catalogue.tests.make import make_disease, make_item
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.imports.tests.make import make_xlsx

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
HEAD = ["国家编码", "药品名称", "甲乙类", "执行日期"]
CODE = "XJ01CAA040E001010100001"


@pytest.fixture(autouse=True)
def first_of_march() -> Any:
    with clock.frozen(DAY):
        yield


def sign_in(client: Client, role: str = "clerk", **more: Any) -> Client:
    client.force_login(make_user(role, **more))
    return client


def upload(client: Client, *lines: list[Any]) -> Any:
    content = SimpleUploadedFile("目录.xlsx", make_xlsx(HEAD, *lines))
    data = {"kind": "items", "source": "医保发〔2019〕46号", "file": content}
    return client.post(reverse("catalogue:upload"), data)


def test_upload_preview_accept(client: Client) -> None:
    sign_in(client, name="陈静")
    answer = upload(client, [CODE, "阿莫西林", "甲", "2019-04-01"])
    file = ImportFile.objects.get()
    assert answer["Location"] == reverse("catalogue:import", args=[file.pk])
    text = client.get(answer["Location"]).content.decode()
    assert "接收，写入 1 行" in text and "2019-04-01 起 甲类" in text and "陈静" in text
    assert not Item.objects.exists()
    assert client.post(reverse("catalogue:accept", args=[file.pk])).status_code == 302
    assert Item.objects.get().terms.get().start == date(2019, 4, 1)
    assert client.post(reverse("catalogue:accept", args=[file.pk])).status_code == 409
    assert "接收，写入" not in client.get(answer["Location"]).content.decode()


def test_problems_are_shown_and_taken_away_without_formulas(client: Client) -> None:
    sign_in(client)
    upload(client, ["=1+1", "药", "甲", "2019-04-01"])
    file = ImportFile.objects.get()
    text = client.get(reverse("catalogue:import", args=[file.pk])).content.decode()
    assert "不能接收：1 行有问题" in text and "接收，写入" not in text
    assert client.post(reverse("catalogue:accept", args=[file.pk])).status_code == 409
    answer = client.get(reverse("catalogue:problems", args=[file.pk]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["2", "国家编码", "'=1+1"]
    assert client.post(reverse("catalogue:refuse", args=[file.pk])).status_code == 409
    client.post(reverse("catalogue:refuse", args=[file.pk]), {"reason": "编码不对"})
    file.refresh_from_db()
    assert (file.state, file.reason) == ("refused", "编码不对")


def test_an_unreadable_file_is_refused_beside_its_field(client: Client) -> None:
    sign_in(client)
    data = {"kind": "items", "source": "x", "file": SimpleUploadedFile("x.xlsx", b"no")}
    text = client.post(reverse("catalogue:upload"), data).content.decode()
    assert "x.xlsx：文件其实是文本" in text and 'id="id_file-wrong"' in text
    assert not ImportFile.objects.exists()


def test_another_area_s_file_is_not_there(client: Client) -> None:
    upload(sign_in(client), [CODE, "阿莫西林", "甲", "2019-04-01"])
    file = ImportFile.objects.get()
    sign_in(client, area="441800")
    for name in ("import", "problems"):
        assert client.get(reverse(f"catalogue:{name}", args=[file.pk])).status_code == 404
    assert client.post(reverse("catalogue:accept", args=[file.pk])).status_code == 404
    assert not Item.objects.exists()


def test_setting_the_next_terms_of_an_item(client: Client) -> None:
    item = make_item(name="阿莫西林", level="03")
    sign_in(client)
    url = reverse("catalogue:item", args=[item.code])
    data = {
        "start": "2019-04-01",
        "level": "02",
        "first_self_pay": "12.5%",
        "ceiling": "8.1234",
        "source": "医保发〔2019〕46号",
    }
    assert client.post(url, data).status_code == 302
    term = item.terms.get(end=None)
    assert (term.first_self_pay, term.ceiling) == (1250, 8_123_400)
    text = client.get(url).content.decode()
    assert "12.5%" in text and "8.1234" in text and "丙类" in text
    text = client.post(url, {**data, "first_self_pay": "1"}).content.decode()
    assert "“1”可能是 1%" in text
    text = client.post(url, data).content.decode()
    assert "已有条件。" in text
    assert item.terms.count() == 2


def test_posts_that_only_view_cannot_change_the_catalogue(client: Client) -> None:
    item = make_item()
    sign_in(client, "finance")
    url = reverse("catalogue:item", args=[item.code])
    assert "设定新条件" not in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 403
    assert reverse("catalogue:upload") not in client.get(reverse("catalogue:list")).content.decode()
    assert upload(client, [CODE, "阿莫西林", "甲", "2019-04-01"]).status_code == 403
    assert item.terms.count() == 1 and not ImportFile.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "甲乙丙"),
        ("?level=01", "甲"),
        ("?level=none", "丙"),
        ("?list=201", "乙"),
        ("?item=甲药", "甲"),
        ("?charge=05", "乙"),
    ],
)
def test_the_list_of_items(client: Client, query: str, found: str) -> None:
    make_item(name="甲药")
    make_item(name="乙药", level="02", list_type="201")
    services.set_term(
        actor="x",
        area="441700",
        item=make_item(name="丙药", start=date(2018, 1, 1), end=date(2019, 1, 1)),
        start=date(2019, 6, 1),
        level="01",
        source="x",
    )
    text = sign_in(client).get(reverse("catalogue:list") + query).content.decode()
    assert {n for n in "甲乙丙" if f"{n}药<" in text} == set(found)


def test_lists_of_diseases_and_files(client: Client) -> None:
    make_disease(name="肺炎")
    make_disease(kind="chronic", code="M03900", name="高血压")
    sign_in(client)
    text = client.get(reverse("catalogue:diseases") + "?kind=chronic").content.decode()
    assert "高血压" in text and "肺炎" not in text
    assert "肺炎" in client.get(reverse("catalogue:diseases") + "?disease=j18").content.decode()
    upload(client, [CODE, "阿莫西林", "甲", "2019-04-01"])
    assert "目录.xlsx" in client.get(reverse("catalogue:imports")).content.decode()


def test_unknown_items_are_not_there_and_the_search_finds_known_ones(client: Client) -> None:
    item = make_item(name="阿莫西林胶囊")
    sign_in(client)
    assert client.get(reverse("catalogue:item", args=["X"])).status_code == 404
    answer = client.get(reverse("search"), {"q": item.code})
    assert answer["Location"] == reverse("catalogue:item", args=[item.code])
