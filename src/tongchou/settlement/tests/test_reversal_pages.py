"""Reversal by the bureau through its pages: one asks, another decides."""

import pytest

from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import ReversalRequest, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.tests.make import AREA, at, make_county
from tongchou.settlement.tests.pages import client_as, client_of, make_year, page, url

pytestmark = pytest.mark.django_db
NOON = at("2019-03-02 12:00")


@pytest.fixture
def bills() -> list[Settlement]:
    make_county()
    return make_year(make_person(), make_institution())


def ask(bill: Settlement, **said: str) -> int:
    with clock.frozen(NOON):
        client = client_as("clerk")
        return client.post(url("propose-reversal", bill.pk), {"reason": "重复"} | said).status_code


def test_the_dialog_names_what_follows_from_it(bills: list[Settlement]) -> None:
    last = page(client_as("clerk"), "statement", bills[2].pk)
    assert "退回基金 50,232.00 元、个人 9,768.00 元" in last and "本年最后一笔" in last
    earlier = page(client_as("clerk"), "statement", bills[1].pk)
    number = f"{bills[2].pk % 10**8:06d}"
    assert "之后还有 1 笔结算" in earlier and f"{number}（03-01）" in earlier
    assert "−8,712.00" in earlier and "+8,712.00" in earlier
    assert 'id="reverse"' not in page(client_as("reviewer"), "statement", bills[2].pk)


def test_an_earlier_bill_is_reversed_by_a_second_person(bills: list[Settlement]) -> None:
    assert ask(bills[1]) == 302
    asked = ReversalRequest.objects.get()
    reviewer = client_as("reviewer")
    with clock.frozen(NOON):
        assert "剩 2 天" in page(reviewer, "reversals", state="proposed")
        text = page(reviewer, "reversal", asked.pk)
        assert "同意冲正，退回 24,720.00" in text and "−8,712.00" in text
        done = reviewer.post(url("review-reversal", asked.pk), {"agree": "1"})
    assert done.status_code == 302
    rows = Settlement.objects.exclude(kind="settle").order_by("ordinal")
    assert [(r.kind, r.fund_total) for r in rows] == [
        ("reversal", -2_472_000), ("adjustment", -871_200),
    ]  # fmt: skip
    assert not replay(AREA, 2019).differences
    later = client_as("reviewer")
    difference = page(later, "statement", rows[1].pk)
    assert "重算差额" in difference and "−8,712.00" in difference
    assert "−8,712.00" in page(later, "statement", bills[2].pk)
    assert "已经冲正" in page(later, "reversal", asked.pk)


def test_who_asked_does_not_decide(bills: list[Settlement]) -> None:
    clerk = make_user("clerk")
    with clock.frozen(NOON):
        client_of(clerk).post(url("propose-reversal", bills[2].pk), {"reason": "重复"})
        asked = ReversalRequest.objects.get()
        clerk.role = "reviewer"  # a new post does not make one another person
        clerk.save()
        assert "由另一人复核" in page(client_of(clerk), "reversal", asked.pk)
        answer = client_of(clerk).post(url("review-reversal", asked.pk), {"agree": "1"})
    assert answer.status_code == 403 and not Settlement.objects.exclude(kind="settle").exists()


def test_a_refusal_needs_an_opinion_and_changes_nothing(bills: list[Settlement]) -> None:
    ask(bills[2])
    asked, client = ReversalRequest.objects.get(), client_as("approver")
    with clock.frozen(NOON):
        answer = client.post(url("review-reversal", asked.pk), {"agree": "0"})
        assert answer.status_code == 409
        assert 'id="id_opinion-wrong"' in answer.content.decode()
        said = {"agree": "0", "opinion": "不是重复"}
        assert client.post(url("review-reversal", asked.pk), said).status_code == 302
    assert not Settlement.objects.exclude(kind="settle").exists()
    assert "申请冲正，退回" in page(client_as("clerk"), "statement", bills[2].pk)


def test_one_open_request_a_bill_and_a_reason_for_it(bills: list[Settlement]) -> None:
    assert ask(bills[2], reason="") == 409
    assert ask(bills[2]) == 302 and ask(bills[2]) == 409
    text = page(client_as("clerk"), "statement", bills[2].pk)
    assert "有一件冲正申请待复核" in text and 'id="reverse"' not in text
