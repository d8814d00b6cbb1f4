"""Manual reimbursement through its pages: three people, and refusals beside their field."""

import pytest
from django.test import Client

from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import ManualClaim, Settlement
from tongchou.settlement.tests.make import at, make_charge, make_county, settle
from tongchou.settlement.tests.make_manual import make_claim
from tongchou.settlement.tests.pages import client_as, client_of, page, url

pytestmark = pytest.mark.django_db
PAPERS = {
    "invoice": "GD900001",
    "institution_code": "",
    "institution_name": "省城医院",
    "level": "level3",
    "visit_kind": "inpatient",
    "begun_on": "2019-02-01",
    "ended_on": "2019-02-09",
    "total": "20,000.00",
    "own_pay": "1000",
    "over_limit": "",
    "first_self_pay": "",
    "reason": "没有联网",
}


@pytest.fixture
def person() -> Person:
    make_county()
    return make_person()


def file(client: Client, person: Person, **changed: str) -> tuple[int, str]:
    address = f"{url('manual-file')}?person={person.psn_no}"
    with clock.frozen(at("2019-03-01 09:00")):
        answer = client.post(address, PAPERS | changed)
    return answer.status_code, answer.content.decode()


def test_a_claim_goes_through_three_people(person: Person) -> None:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    assert file(client_of(clerk), person)[0] == 302
    claim = ManualClaim.objects.get()
    assert (claim.total, claim.own_pay, claim.filed_by) == (2_000_000, 100_000, clerk)
    with clock.frozen(at("2019-03-02 09:00")):
        review = url("review-manual", claim.pk)
        assert client_of(reviewer).post(review, {"agree": "1"}).status_code == 302
        approve = url("approve-manual", claim.pk)
        assert client_of(reviewer).post(approve, {"agree": "1"}).status_code == 403
        text = page(client_as("approver", login="boss"), "manual", claim.pk)
        assert "审批结算，付 10,980.00" in text  # (19,000 - 700) x 60%
        assert client_as("approver").post(approve, {"agree": "1"}).status_code == 302
    claim.refresh_from_db()
    assert claim.settlement is not None and claim.settlement.fund_total == 1_098_000
    text = page(client_of(clerk), "statement", claim.settlement.pk)
    assert "零星报销" in text and "省城医院" in text and "按票据汇总受理" in text
    assert "受理、复核、审批" not in page(client_of(clerk), "manual", claim.pk)


def test_nobody_decides_on_what_they_took_in(person: Person) -> None:
    both = make_user("reviewer")
    claim = make_claim(by=both, person=person)
    client = client_of(both)
    with clock.frozen(at("2019-03-01 10:00")):
        assert "由另一人复核" in page(client, "manual", claim.pk)
        answer = client.post(url("review-manual", claim.pk), {"agree": "1"})
    assert answer.status_code == 403 and "请由另一人复核" in answer.content.decode()
    claim.refresh_from_db()
    assert claim.state == "filed"


def test_refusing_needs_an_opinion_beside_its_field(person: Person) -> None:
    claim, client = make_claim(person=person), client_as("reviewer")
    with clock.frozen(at("2019-03-01 10:00")):
        answer = client.post(url("review-manual", claim.pk), {"agree": "0"})
        assert answer.status_code == 409
        assert 'id="id_opinion-wrong"' in answer.content.decode()
        said = {"agree": "0", "opinion": "票据不是原件"}
        assert client.post(url("review-manual", claim.pk), said).status_code == 302
        assert "票据不是原件" in page(client, "manual", claim.pk)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"total": "二万"}, "total", "金额看不懂"),
        ({"total": "-5"}, "total", "不能是负数"),
        ({"own_pay": "30000"}, "total", "大于总费用"),
        ({"ended_on": "2019-01-01"}, "ended_on", "早于入院"),
        ({"institution_code": "H00000000000"}, "institution_code", "没有定点机构"),
        ({"institution_name": ""}, "institution_name", "没有就医机构"),
        ({"invoice": ""}, "invoice", ""),
    ],
)
def test_refusals_stand_beside_their_field(
    person: Person, changed: dict[str, str], field: str, words: str
) -> None:
    status, text = file(client_as("clerk"), person, **changed)
    assert status == 409 and f'id="id_{field}-wrong"' in text and words in text
    assert not ManualClaim.objects.exists()


def test_the_same_invoice_is_refused_as_it_is_typed(person: Person) -> None:
    claim, client = make_claim(person=person), client_as("clerk")
    address = f"{url('preview-manual')}?person={person.psn_no}"
    with clock.frozen(at("2019-03-01 10:00")):
        alone = client.post(address, {"invoice": claim.invoice.lower()}).content.decode()
        whole = client.post(address, PAPERS | {"invoice": claim.invoice}).content.decode()
        status, text = file(client, person, invoice=claim.invoice)
    for said in (alone, whole, text):
        assert f"票据 {claim.invoice} 已于 2019-03-01 受理" in said
    assert status == 409 and 'id="id_invoice-wrong"' in text


def test_a_bill_that_was_settled_directly_is_not_taken_in(person: Person) -> None:
    hospital = make_institution()
    settle(make_charge(person, hospital, "20000.00", on="2019-02-05 08:00"))
    status, text = file(client_as("clerk"), person, institution_code=hospital.code, own_pay="0")
    assert status == 409 and "已联网结算" in text


def test_the_preview_shows_the_result_without_writing(person: Person) -> None:
    address = f"{url('preview-manual')}?person={person.psn_no}"
    with clock.frozen(at("2019-03-01 10:00")):
        text = client_as("clerk").post(address, PAPERS).content.decode()
    assert "10,980.00" in text and "谁付的" in text
    assert not ManualClaim.objects.exists() and not Settlement.objects.exists()


def test_the_worklist_shows_clocks_and_what_is_late(person: Person) -> None:
    claim = make_claim(person=person)
    with clock.frozen(at("2019-03-01 10:00")):
        client = client_as("clerk")
        text = page(client, "manual-list", state="filed")
        assert claim.invoice in text and "剩 4 天" in text
        assert claim.invoice not in page(client, "manual-list", state="overdue")
    with clock.frozen(at("2019-03-07 10:00")):
        text = page(client_as("clerk"), "manual-list", state="overdue")
        assert claim.invoice in text and "tc-tag-late" in text and "超 1 天" in text


def test_only_the_clerk_takes_in(person: Person) -> None:
    assert client_as("reviewer").get(url("manual-file")).status_code == 403
    assert "受理零星报销" not in page(client_as("finance"), "manual-list")
