"""Every page by who may open it; what is refused says why; Excel out of every list."""

import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.funds import services as funds
from tongchou.insight.tasks import tasks_for
from tongchou.payouts.models import Payable
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.premiums import queries, services
from tongchou.premiums.models import Payment, Refund, SubsidyRun
from tongchou.premiums.tests.make import (
    AREA,
    YEAR,
    make_exemption,
    make_file,
    make_payment,
    make_refund,
    row_of,
)

pytestmark = pytest.mark.django_db
MARCH = datetime(2020, 3, 10, 2, tzinfo=UTC)
BUREAU = ("clerk", "reviewer", "approver", "finance", "inspector", "director", "auditor")


@pytest.fixture(autouse=True)
def _march() -> object:
    with clock.frozen(MARCH):
        funds.open_area(AREA, actor="test")
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def person() -> Person:
    return make_person(identities=["registered_poor"])


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def page(user: User, name: str, *args: Any, **query: Any) -> str:
    answer = client(user).get(reverse(f"premiums:{name}", args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def uploaded(content: bytes, name: str = "税务缴费.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("role", BUREAU)
def test_whoever_is_of_the_bureau_sees_the_year(role: str, person: Person) -> None:
    make_refund(make_payment(person))
    user = make_user(role)
    shown = page(user, "year", year=YEAR)
    assert "250元/人·年" in shown and "2019-10-15" in shown
    for name in ("persons", "payments", "refunds"):
        assert person.name in page(user, name, year=YEAR)
    assert "汶上⑤退费262人" in page(user, "refund", Refund.objects.get().pk)
    assert person.name in page(user, "person", person.psn_no, year=YEAR)


def test_a_year_without_a_document_says_so(clerk: User) -> None:
    assert "待确认" in page(clerk, "year", year=2021)
    assert "按阳江 2020 年度推定" in page(clerk, "year", year=2021)


def test_the_figures_open_to_as_many_rows(clerk: User) -> None:
    paid, exempt, both = (make_person(name=name) for name in ("甲一", "乙一", "丙一"))
    make_payment(paid)
    make_payment(both)
    make_exemption(exempt)
    make_exemption(both)
    neither = make_person(name="丁一")
    helped = make_person(name="戊一", identities=["low_income"], scheme=None)
    found = queries.figures(AREA, YEAR)
    assert (found.paid, found.exempt, found.both, found.neither) == (2, 2, 1, 2)
    assert dict(found.reasons) == {"unknown": 1, "helped": 1}
    rows = queries.persons_of_year(AREA, YEAR)
    for what in ("paid", "exempt", "both", "neither", "waived"):
        shown = page(clerk, "persons", year=YEAR, what=what)
        count = queries.of_kind(rows, what).count()
        assert count == getattr(found, what)
        assert f"{count}</strong>" in shown or not count or f"{count} " in shown
    shown = page(clerk, "persons", year=YEAR, what="neither")
    assert neither.name in shown and helped.name in shown and paid.name not in shown
    assert "原因待查" in shown and "应免缴未认定" in shown


def test_nobody_of_neither_is_without_a_reason() -> None:
    """ENR-22: death, another scheme, another place and an end are told apart from the unknown."""
    make_person(name="甲一", scheme="employee", identities=["low_income"])
    make_person(name="乙一", end=date(2020, 2, 1))
    make_person(name="丙一", birth=date(2020, 2, 1), start=date(2020, 2, 1))
    make_person(name="丁一", identities=["low_income"])
    make_person(name="己一", area="441700")
    rows = queries.of_kind(queries.persons_of_year(AREA, YEAR), "neither")
    assert dict(rows.values_list("name", "reason")) == {
        "甲一": "employee", "乙一": "ended", "丙一": "newborn", "丁一": "helped", "己一": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["persons", "payments", "refunds"])
def test_a_list_goes_out_as_excel(name: str, clerk: User, person: Person) -> None:
    make_refund(make_payment(person))
    answer = client(clerk).get(reverse(f"premiums:{name}"), {"year": str(YEAR), "export": "xlsx"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert io.BytesIO(content).read(2) == b"PK"


def test_a_file_is_taken_on_its_page(clerk: User, person: Person) -> None:
    url = reverse("premiums:take")
    told = {"year": YEAR, "file": uploaded(make_file(row_of(person)))}
    answer = client(clerk).post(url, told)
    assert answer["Location"] == f"{reverse('premiums:year')}?year={YEAR}"
    assert Payment.objects.get().person == person
    bad = {"year": YEAR, "file": uploaded(make_file(row_of(person), row_of(person, name="某")))}
    shown = client(clerk).post(url, bad).content.decode()
    assert "整份没有登记" in shown and "已登记过缴费" in shown and "这个号码是" in shown
    assert Payment.objects.count() == 1
    assert client(make_user("reviewer")).get(url).status_code == 403


def test_what_is_done_on_the_persons_page(clerk: User, person: Person) -> None:
    payment = make_payment(person)
    url = f"{reverse('premiums:person', args=[person.psn_no])}?year={YEAR}"
    told = {"act": "refund", "category": "low_income", "recognised_on": "2020-02-01", "source": "x"}
    assert "不予退费" in client(clerk).post(url, told).content.decode()
    told["category"] = "registered_poor"
    assert client(clerk).post(url, told).status_code == 302
    assert Refund.objects.get().payment == payment
    told = {"act": "exempt", "ground": "registered_poor", "set_on": "2020-03-01", "source": "文件"}
    assert client(clerk).post(url, told).status_code == 302
    letter = uploaded(b"signed", "承诺书.jpg")
    told = {"act": "waiver", "signed_on": "2020-03-01", "file": letter}  # type: ignore[dict-item]
    assert client(clerk).post(url, told).status_code == 302
    exemption, waiver = queries.exemption_of(person, YEAR), queries.waiver_of(person, YEAR)
    assert exemption is not None and waiver is not None
    kept = client(clerk).get(reverse("premiums:letter", args=[waiver.pk]))
    assert kept.content == b"signed"
    strike = reverse("premiums:strike", args=["exemption", exemption.pk])
    assert client(clerk).post(strike, {"reason": "认错人"}).status_code == 302
    assert queries.exemption_of(person, YEAR) is None
    shown = client(clerk).get(url).content.decode()
    assert "认错人" in shown
    assert client(make_user("finance")).post(url, {"act": "exempt"}).status_code != 302


def test_a_refund_goes_from_hand_to_hand(clerk: User, person: Person) -> None:
    refund = make_refund(make_payment(person), by=clerk)
    reviewer = make_user("reviewer")
    assert [task.kind for task in tasks_for(reviewer)] == ["refund_approval"]
    assert "这一步轮到别人办" in page(clerk, "refund", refund.pk)
    assert "批准退费，入账 250.00 元" in page(reviewer, "refund", refund.pk)
    url = reverse("premiums:decide-refund", args=[refund.pk])
    assert client(clerk).post(url, {"act": "approve"}).status_code == 403
    client(reviewer).post(url, {"act": "approve"})
    assert "待代发" in page(clerk, "refund", refund.pk)
    Payable.objects.update(state="bounced")
    assert "退汇" in page(clerk, "refunds", year=YEAR, state="open")
    assert person.name in page(clerk, "refunds", year=YEAR, state="bounced")
    client(reviewer).post(url, {"act": "withdraw", "opinion": "认错人"})
    refund.refresh_from_db()
    assert refund.state == "withdrawn"
    assert tasks_for(reviewer) == []


def test_a_subsidy_goes_from_hand_to_hand(clerk: User, person: Person) -> None:
    url = f"{reverse('premiums:propose-subsidy')}?year={YEAR}"
    assert "按今天抽取" in client(clerk).get(url).content.decode()
    client(clerk).post(url, {"on_day": "2020-03-01"})
    run = SubsidyRun.objects.get()
    hands = (make_user("reviewer"), make_user("approver"))
    decide = reverse("premiums:decide-subsidy", args=[run.pk])
    for user, kind, words in zip(
        hands,
        ("subsidy_review", "subsidy_release"),
        ("复核通过", "放行，入账 250.00 元"),
        strict=True,
    ):
        assert [task.kind for task in tasks_for(user)] == [kind]
        assert words in page(user, "subsidy", run.pk)
        client(user).post(decide, {"agree": "1"})
    run.refresh_from_db()
    assert run.state == "released"
    assert person.name in page(clerk, "subsidy-lines", run.pk)
    assert "没有要资助的人" in client(clerk).get(url).content.decode()
    other = make_user("approver")
    assert "冲销，退回 250.00 元" in page(other, "subsidy", run.pk)
    client(other).post(decide, {"agree": "0", "opinion": "名单错"})
    run.refresh_from_db()
    assert run.state == "voided"


def test_the_persons_page_of_the_register_shows_it(clerk: User, person: Person) -> None:
    services.approve_refund(by=make_user("reviewer"), refund=make_refund(make_payment(person)))
    shown = client(clerk).get(reverse("people:person", args=[person.psn_no])).content.decode()
    assert "缴费和免缴" in shown and "免缴认定" in shown and "E2a" in shown


def test_forms_beside_each_other_have_fields_with_ids_of_their_own(clerk: User) -> None:
    payment = make_payment(make_person(), by=clerk)
    client = Client()
    client.force_login(clerk)
    url = reverse("premiums:person", args=[payment.person.psn_no])
    text = client.get(url, {"year": payment.year}).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {"id_exempt_source", "id_refund_source"} <= set(ids)
