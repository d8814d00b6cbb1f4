"""The pages of partner areas, as their users meet them."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.partners import services
from tongchou.partners.models import Agreement, Partner
from tongchou.partners.tests.make import make_agreement, make_partner
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 10, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def clerk(client: Client) -> User:
    user = make_user("clerk")
    client.force_login(user)
    return user


def page(client: Client, name: str, *parts: object, **asked: str) -> str:
    answer = client.get(reverse(f"partners:{name}", args=parts), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_nothing_to_an_agreement(client: Client, clerk: User) -> None:
    assert "请先登记合作统筹区" in page(client, "list")
    told = {"code": "449901", "name": "云澜县（虚构）", "office": "云澜局"}
    wrong = client.post(reverse("partners:register"), {**told, "code": "4499"}).content.decode()
    assert 'id="id_code-wrong"' in wrong and not Partner.objects.exists()
    answer = client.post(reverse("partners:register"), told)
    record = reverse("partners:record", args=["449901"])
    assert answer["Location"] == record
    assert "异地就医结算协作" in page(client, "record", "449901")
    data = {"kind": "双向转诊", "number": "1号", "start": "2019-01-01", "end": "2019-12-01"}
    wrong = client.post(record, data).content.decode()
    assert 'id="id_paper-wrong"' in wrong and not Agreement.objects.exists()
    paper = SimpleUploadedFile("协议.pdf", b"signed")
    assert client.post(record, data | {"paper": paper, "new_kind": "药品联采"}).status_code == 302
    made = Agreement.objects.get()
    assert (made.kind, made.paper_name, made.recorded_by) == ("药品联采", "协议.pdf", clerk)
    assert "药品联采" in page(client, "record", "449901")  # offered again
    shown = page(client, "partner", "449901")
    assert "还有 52 天到期" in shown and "登记合作协议" in shown
    assert "1 项协议 90 天内到期" in page(client, "list")
    assert "药品联采" in page(client, "agreements", state="soon")
    answer = client.get(reverse("partners:paper", args=[made.pk]))
    assert answer.content == b"signed" and "attachment" in answer["Content-Disposition"]


def test_ending_and_striking_on_the_page(client: Client, clerk: User) -> None:
    made = make_agreement(clerk)
    url = reverse("partners:agreement", args=[made.pk])
    wrong = client.post(url, {"act": "end", "on": "2021-01-01", "reason": "改走平台"})
    assert 'id="id_on-wrong"' in wrong.content.decode()
    assert client.post(url, {"act": "burn"}).status_code == 404
    client.post(url, {"act": "end", "on": "2019-10-01", "reason": "改走平台"})
    shown = page(client, "agreement", made.pk)
    assert "改走平台" in shown and "协议写的是 2020-01-01" in shown
    assert "提前终止协议" not in shown and "更正作废" in shown
    client.post(url, {"act": "strike", "reason": "代码看错"})
    shown = page(client, "agreement", made.pk)
    assert "代码看错" in shown and 'name="act"' not in shown
    assert made.kind not in page(client, "agreements", state="in_force").split("<tbody", 1)[-1]


def test_who_may_only_look_sees_no_forms(client: Client, clerk: User) -> None:
    made = make_agreement(clerk)
    client.force_login(make_user("auditor"))
    code = made.partner.code
    for text in (
        page(client, "list"), page(client, "partner", code), page(client, "agreement", made.pk)
    ):  # fmt: skip
        assert reverse("partners:record", args=[code]) not in text and 'name="act"' not in text
    url = reverse("partners:agreement", args=[made.pk])
    assert client.post(url, {"act": "strike", "reason": "不该"}).status_code == 403
    client.force_login(make_user("hospital"))
    assert client.get(reverse("partners:list")).status_code == 403


def test_the_list_goes_out_as_a_file(client: Client, clerk: User) -> None:
    for kind in ("双向转诊", "信息共享"):
        make_agreement(clerk, kind=kind, partner=Partner.objects.first() or make_partner(clerk))
    for name in ("list", "agreements"):
        answer = client.get(reverse(f"partners:{name}"), {"export": "xlsx"})
        assert answer.status_code == 200 and "spreadsheet" in answer["Content-Type"]


def test_the_page_of_lists_costs_the_same_for_many(client: Client, clerk: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, "list")
        return len(asked)

    make_agreement(clerk)
    page(client, "list")  # what is asked once for each session
    one = cost()
    for n in range(5):
        make_agreement(clerk, kind=f"事项{n}", start=date(2019, 1, 1))
    assert cost() == one


def test_each_field_has_an_id_of_its_own_and_acts_their_names(client: Client, clerk: User) -> None:
    agreement = make_agreement(clerk)
    text = page(client, "agreement", agreement.pk)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)) and "id_strike_reason" in ids
    services.strike_agreement(by=clerk, agreement=agreement, reason="登错了")
    shown = page(client, "agreement", agreement.pk)
    assert clerk.name in shown and f">{clerk.login} " not in shown
