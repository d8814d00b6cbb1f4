"""The pages of institutions, as their users meet them."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.providers import queries
from tongchou.providers.labels import CAPABILITY_LABELS, STATE_EFFECTS
from tongchou.providers.models import Agreement, Institution
from tongchou.providers.services import CAPABILITIES
from tongchou.providers.tests.make import make_doctor, make_institution

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def first_of_march() -> Any:
    with clock.frozen(DAY):
        yield


def without_tokens(answer: Any) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def sign_in(client: Client, role: str = "clerk", **more: Any) -> Client:
    client.force_login(make_user(role, **more))
    return client


def show(client: Client, institution: Institution) -> str:
    answer = client.get(reverse("providers:institution", args=[institution.code]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_are_complete() -> None:
    assert set(CAPABILITY_LABELS) == set(CAPABILITIES)
    assert set(STATE_EFFECTS) == set(Agreement.State)


def test_changing_an_agreement_says_the_effect_before_it_is_done(client: Client) -> None:
    institution = make_institution()
    sign_in(client, login="chenjing")
    url = reverse("providers:agreement", args=[institution.code])
    data = {"state": "settlement_suspended", "start": "2019-04-01", "reason": "协议第 23 条"}
    asked = client.post(url, data).content.decode()
    assert "参保人须到窗口零星报销" in asked and "自 2019-04-01 起暂停结算" in asked
    assert institution.agreements.count() == 1
    assert not Act.objects.filter(actor="chenjing", object_type="institution").exists()
    answer = client.post(url, {**data, "confirmed": "1"})
    assert answer.status_code == 302
    assert queries.billing_open(institution.pk, date(2019, 3, 31)) is not None
    assert queries.billing_open(institution.pk, date(2019, 4, 1)) is None
    assert Act.objects.get(actor="chenjing", object_type="institution").area == "441700"
    text = show(client, institution)
    assert "暂停结算" in text and "尚未开始" in text and "今天不能结算" not in text


def test_registering_an_institution_and_its_doctor(client: Client) -> None:
    sign_in(client)
    data = {"code": "H44170000001", "name": "岭海县中医院", "kind": "hospital", "level": "level2"}
    wrong = client.post(reverse("providers:register"), {**data, "code": "H1"}).content.decode()
    assert 'id="id_code-wrong"' in wrong and not Institution.objects.exists()
    answer = client.post(reverse("providers:register"), data)
    institution = Institution.objects.get()
    assert answer["Location"] == reverse("providers:agreement", args=[institution.code])
    assert (institution.area, institution.paasid) == ("441700", "H44170000001")
    assert queries.billing_open(institution.pk, date(2019, 3, 1)) is None
    url = reverse("providers:register-doctor", args=[institution.code])
    assert 'id="id_code-wrong"' in client.post(url, {"code": "D1", "name": "甲"}).content.decode()
    client.post(url, {"code": "D441700000001", "name": "许文强", "department": "内科"})
    assert institution.doctors.get().name == "许文强"


def test_a_refused_change_stands_beside_its_field(client: Client) -> None:
    institution = make_institution()
    sign_in(client)
    url = reverse("providers:agreement", args=[institution.code])
    text = client.post(url, {"state": "suspended", "start": "2019-04-01"}).content.decode()
    assert "没有原因。" in text and 'id="id_reason-wrong"' in text
    text = client.post(url, {"state": "suspended", "start": "四月"}).content.decode()
    assert "日期看不懂。" in text
    assert institution.agreements.count() == 1


def test_a_token_is_shown_once(client: Client) -> None:
    institution = make_institution(token="old-token-1234")
    sign_in(client)
    text = show(client, institution)
    assert "old-token-1234" not in text and "****1234" in text
    answer = client.post(reverse("providers:token", args=[institution.code])).content.decode()
    institution.refresh_from_db()
    assert institution.token != "old-token-1234" and institution.token in answer
    assert institution.token not in show(client, institution)


def test_capabilities_are_switched_one_by_one(client: Client) -> None:
    institution = make_institution(one_stop=False)
    sign_in(client)
    url = reverse("providers:capability", args=[institution.code])
    assert client.post(url, {"capability": "one_stop", "held": "1"}).status_code == 302
    institution.refresh_from_db()
    assert institution.one_stop
    assert client.post(url, {"capability": "one_stop", "held": "1"}).status_code == 409
    assert client.post(url, {"capability": "token", "held": "1"}).status_code == 409


def test_suspending_a_doctor_and_resuming(client: Client) -> None:
    institution = make_institution()
    doctor = make_doctor(institution)
    sign_in(client)
    url = reverse("providers:doctor", args=[institution.code, doctor.code])
    client.post(url, {"act": "suspend", "start": "2019-02-01", "reason": "超量开药"})
    assert "2019-02-01 起暂停" in show(client, institution)
    client.post(url, {"act": "resume", "on": "2019-03-01"})
    assert "起暂停" not in show(client, institution)
    assert "超量开药" in client.get(url).content.decode()
    assert client.post(url, {"act": "nonsense"}).status_code == 404
    again = client.post(url, {"act": "resume", "on": "2019-03-01"}).content.decode()
    assert "不在暂停期内。" in again


def test_posts_that_only_view_are_not_offered_what_they_cannot_do(client: Client) -> None:
    institution = make_institution()
    doctor = make_doctor(institution)
    sign_in(client, "inspector")
    text = show(client, institution)
    for name in ("agreement", "capability", "token"):
        url = reverse(f"providers:{name}", args=[institution.code])
        assert url not in text
        assert client.post(url).status_code == 403
    url = reverse("providers:doctor", args=[institution.code, doctor.code])
    assert client.get(url).status_code == 200
    assert client.post(url, {"act": "suspend", "start": "2019-02-01"}).status_code == 403
    assert not doctor.suspensions.exists()


def test_other_areas_and_unknown_institutions_look_alike(client: Client) -> None:
    institution = make_institution()
    doctor = make_doctor(institution)
    sign_in(client, area="441800")
    known = client.get(reverse("providers:institution", args=[institution.code]))
    unknown = client.get(reverse("providers:institution", args=["H00000000000"]))
    assert known.status_code == unknown.status_code == 404
    assert without_tokens(known) == without_tokens(unknown)
    url = reverse("providers:doctor", args=[institution.code, doctor.code])
    assert client.get(url).status_code == 404


def test_a_doctor_is_found_under_the_own_institution_only(client: Client) -> None:
    doctor = make_doctor(make_institution())
    sign_in(client)
    url = reverse("providers:doctor", args=[make_institution().code, doctor.code])
    assert client.get(url).status_code == 404


def test_a_hospital_does_not_see_the_register(client: Client) -> None:
    institution = make_institution()
    sign_in(client, "hospital", institution=institution.code)
    for url in (
        reverse("providers:list"),
        reverse("providers:doctors"),
        reverse("providers:institution", args=[institution.code]),
    ):
        assert client.get(url).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "甲乙丙丁"),
        ("?state=active", "甲丁"),
        ("?state=suspended", "乙"),
        ("?state=closed", "乙丙"),
        ("?state=none", "丙"),
        ("?level=level1", "乙"),
        ("?capability=one_stop", "甲乙丙"),
        ("?kind=pharmacy", "丁"),
        ("?town=平冈", "乙"),
        ("?name=丁药店", "丁"),
    ],
)
def test_the_list(client: Client, query: str, found: str) -> None:
    make_institution(name="甲医院")
    second = make_institution(name="乙医院", level="level1", town="平冈镇")
    make_institution(name="丙医院", agreement_from=None)
    make_institution(name="丁药店", kind="pharmacy", level="community", one_stop=False)
    from tongchou.providers import services

    services.change_agreement(
        actor="x", institution=second, state="suspended", start=date(2019, 2, 1), reason="x"
    )
    text = sign_in(client).get(reverse("providers:list") + query).content.decode()
    names = {"甲": "甲医院<", "乙": "乙医院<", "丙": "丙医院<", "丁": "丁药店<"}
    assert {n for n, shown in names.items() if shown in text} == set(found)


def test_the_list_of_doctors(client: Client) -> None:
    institution = make_institution()
    make_doctor(institution, name="许文强")
    make_doctor(institution, name="周敏", suspended_from=date(2019, 2, 1))
    sign_in(client)
    url = reverse("providers:doctors")
    assert "许文强" in client.get(url).content.decode()
    text = client.get(f"{url}?suspended=yes").content.decode()
    assert "周敏" in text and "许文强" not in text
    text = client.get(f"{url}?suspended=no&doctor=许").content.decode()
    assert "许文强" in text and "周敏" not in text


def test_the_search_finds_institutions(client: Client) -> None:
    institution = make_institution(name="岭海县人民医院")
    make_institution(name="岭海县中医院")
    sign_in(client)
    answer = client.get(reverse("search"), {"q": institution.code})
    assert answer["Location"] == reverse("providers:institution", args=[institution.code])
    assert "岭海县中医院" in client.get(reverse("search"), {"q": "岭海县"}).content.decode()


def test_a_registration_is_corrected_and_an_ending_taken_back_on_the_page() -> None:
    institution = make_institution()
    client = Client()
    client.force_login(make_user("clerk"))
    url = reverse("providers:registration", args=[institution.code])
    told = {"name": institution.name, "credit_code": "91350100M000100Y44", "source": "通知书"}
    assert "末位校验不对" in client.post(url, told).content.decode()
    told["credit_code"] = "91350100M000100Y43"
    assert client.post(url, told).status_code == 302
    own = reverse("providers:institution", args=[institution.code])
    assert "91350100M000100Y43" in client.get(own).content.decode()
    ending = {"state": "ended", "start": "2019-04-01", "reason": "注销", "confirmed": "1"}
    change = reverse("providers:agreement", args=[institution.code])
    assert "没有解除原因" in client.post(change, ending).content.decode()
    covers = ["inpatient", "outpatient"]
    client.post(change, {**ending, "end_reason": "clearing", "services": covers})
    shown = client.get(own).content.decode()
    assert "登记清理" in shown and "住院、门诊" in shown and "撤回解除" in shown
    restore = reverse("providers:restore", args=[institution.code])
    early = client.post(restore, {"start": "2019-04-01", "reason": "误"}).content.decode()
    assert "恢复日请改晚" in early
    assert client.post(restore, {"start": "2019-04-02", "reason": "误"}).status_code == 302
    assert "解除已撤回" in client.get(own).content.decode()
