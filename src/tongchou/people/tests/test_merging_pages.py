"""The pages on which two records become one, as clerk and reviewer meet them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.people import hooks, services
from tongchou.people.models import Merge, Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def first_of_march() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"people:{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def two_records() -> tuple[Person, Person]:
    keep = make_person(end=date(2020, 1, 1))
    gone = services.register_person(
        actor="x", area=keep.area, name=keep.name, cert_type="99", id_no="出生证 0731",
        sex=keep.sex, birth=keep.birth, town=keep.town, village=keep.village, source="出生登记",
    )  # fmt: skip
    services.enrol(
        actor="x", person=gone, scheme="resident", start=date(2018, 1, 1), end=date(2019, 2, 1),
        source="出生登记",
    )  # fmt: skip
    return keep, gone


def test_from_the_list_of_candidates_to_one_record_and_back(client: Client) -> None:
    keep, gone = two_records()
    client.force_login(make_user("clerk"))
    text = page(client, "merges")
    beside = reverse("people:merge-beside", args=[keep.psn_no, gone.psn_no])
    assert beside in text and "其中一档不是用身份证号登记的" in text
    assert beside in page(client, "person", keep.psn_no)
    text = page(client, "merge-beside", keep.psn_no, gone.psn_no)
    assert "2019-01-01" in text and "2018-01-01 起两档都参保" in text
    paper = SimpleUploadedFile("核对.jpg", b"x")
    told = {"evidence": "户口簿", "paper": paper}
    assert "哪一段留下" in client.post(beside, told).content.decode()
    enrolment = gone.enrolments.get()
    told |= {f"stays-{enrolment.pk}": "keep", "paper": SimpleUploadedFile("核对.jpg", b"x")}
    assert client.post(beside, told).status_code == 302
    merge = Merge.objects.get()
    text = page(client, "merge", merge.pk)
    assert "等另一人确认" in text and "核对.jpg" in text
    assert beside not in page(client, "merges")
    decide = reverse("people:merge-decide", args=[merge.pk])
    assert client.post(decide, {"act": "merge"}).status_code == 403

    client.force_login(make_user("reviewer"))
    home = client.get(reverse("insight:home")).content.decode()
    assert "确认并档" in home and reverse("people:merge", args=[merge.pk]) in home
    assert "确认是同一人" in page(client, "merge", merge.pk)
    assert client.post(decide, {"act": "merge"}).status_code == 302
    assert "并入了" in page(client, "person", keep.psn_no)
    old = page(client, "person", gone.psn_no)
    assert "这一档已并入另一档" in old and reverse("people:facts", args=[gone.psn_no]) not in old
    found = client.get(reverse("people:list"), {"person": keep.name}).content.decode()
    assert found.count(reverse("people:person", args=[keep.psn_no])) and (
        reverse("people:person", args=[gone.psn_no]) not in found
    )
    text = page(client, "merge", merge.pk)
    assert "并过来的事实" in text and "撤销并档" in text
    undo = reverse("people:merge-undo", args=[merge.pk])
    assert client.post(undo, {"reason": ""}).status_code == 409
    assert client.post(undo, {"reason": "是堂兄弟"}).status_code == 302
    assert "已撤销" in page(client, "merge", merge.pk)
    assert "这一档已并入" not in page(client, "person", gone.psn_no)


def test_a_reviewer_says_they_are_two(client: Client) -> None:
    keep, gone = two_records()
    stays = {str(gone.enrolments.get().pk): "keep"}
    merge = services.propose_merge(
        by=make_user("clerk"), keep=keep, gone=gone, evidence="同名", choices=stays
    )
    client.force_login(make_user("reviewer"))
    decide = reverse("people:merge-decide", args=[merge.pk])
    answer = client.post(decide, {"act": "different", "opinion": ""})
    assert answer.status_code == 409 and "请写明理由" in answer.content.decode()
    client.post(decide, {"act": "different", "opinion": "堂兄弟"})
    text = page(client, "merges")
    assert "不是同一人" in text and "没有查到一人多档" in text


def test_the_reason_against_it_is_told_before_anything_is_proposed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, gone = two_records()
    year = hooks.Year("城乡居民", 2019, 3, 100_00, 60_00)
    monkeypatch.setattr(hooks, "_years", [lambda person: [year]])
    monkeypatch.setattr(hooks, "_obstacles", [lambda keep, gone: ["两档 2019 年都有单"]])
    client.force_login(make_user("clerk"))
    text = page(client, "merge-beside", keep.psn_no, gone.psn_no)
    assert "两档 2019 年都有单" in text and "先办上面说的" in text
    told = {"evidence": "户口簿", f"stays-{gone.enrolments.get().pk}": "keep"}
    beside = reverse("people:merge-beside", args=[keep.psn_no, gone.psn_no])
    assert client.post(beside, told).status_code == 200
    assert not Merge.objects.exists()


@pytest.mark.parametrize("role", ["director", "town", "finance", "sysadmin"])
def test_other_posts_do_not_merge(client: Client, role: str) -> None:
    keep, gone = two_records()
    client.force_login(make_user(role, town="平冈镇" if role == "town" else ""))
    assert client.get(reverse("people:merges")).status_code == 403
    beside = reverse("people:merge-beside", args=[keep.psn_no, gone.psn_no])
    assert client.get(beside).status_code == 403


def test_a_permit_is_registered_and_enrolled_on(client: Client) -> None:
    person = make_person(scheme=None)
    client.force_login(make_user("clerk"))
    add = reverse("people:fact-add", args=[person.psn_no, "enrolment"])
    told = {
        "scheme": "resident", "ground": "permit", "start": "2019-01-01", "source": "申请",
        "known_on": "2019-03-01",
    }  # fmt: skip
    assert "没有有效的居住证" in client.post(add, told).content.decode()
    permit = {
        "number": "粤Q000117", "place": "东风社区", "start": "2018-01-01", "end": "2019-01-01",
        "source": "公安", "known_on": "2019-03-01",
    }  # fmt: skip
    address = reverse("people:fact-add", args=[person.psn_no, "permit"])
    assert client.post(address, permit).status_code == 302
    text = client.post(add, told).content.decode()
    assert "居住证 粤Q000117 在 2019-01-01 已过期" in text
    permit |= {"start": "2019-01-01", "end": "2020-01-01"}
    assert client.post(address, permit).status_code == 302
    assert client.post(add, told).status_code == 302
    text = page(client, "person", person.psn_no)
    assert "城乡居民，凭居住证" in text and "居住证" in text
    fact = person.permits.order_by("start").last()
    correct = reverse("people:fact-correct", args=[person.psn_no, "permit", fact.pk])  # type: ignore[union-attr]
    assert client.post(correct, {"act": "strike", "reason": "登错人"}).status_code == 302


def test_death_and_lanes_of_others_stand_among_the_facts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    services.record_death(
        actor="x", person=person, died_on=date(2019, 2, 3), source="公安户籍注销",
        known_on=date(2019, 2, 20),
    )  # fmt: skip
    span = hooks.Span(
        date(2019, 1, 5), date(2019, 2, 1), "退费", date(2019, 1, 6), "税务", "/somewhere/"
    )
    monkeypatch.setattr(hooks, "_lanes", [lambda *_: [hooks.Lane("premium", "缴费", [span])]])
    client.force_login(make_user("clerk"))
    text = page(client, "person", person.psn_no)
    assert "公安户籍注销" in text and "2019-02-20" in text
    assert '<a href="/somewhere/">退费</a>' in text and "缴费" in text
    before = client.get(
        reverse("people:person", args=[person.psn_no]), {"known": "2019-01-05"}
    ).content.decode()
    assert ">退费</a>" not in before and "公安户籍注销" not in before
