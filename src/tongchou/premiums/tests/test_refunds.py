"""What was paid by whom should not have: two people, once, to the fen, done when the bank paid."""

from datetime import UTC, date, datetime

import pytest

from tongchou.funds import services as funds
from tongchou.funds.models import Posting
from tongchou.funds.verify import verify_books
from tongchou.payouts.models import Payable
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.premiums import queries, services
from tongchou.premiums.models import Payment
from tongchou.premiums.tests.make import AREA, YEAR, make_exemption, make_payment, make_refund

pytestmark = pytest.mark.django_db
MARCH = datetime(2020, 3, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _march() -> object:
    with clock.frozen(MARCH):
        funds.open_area(AREA, actor="test")
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


@pytest.fixture
def person() -> Person:
    return make_person(identities=["registered_poor"])


@pytest.fixture
def payment(person: Person) -> Payment:
    return make_payment(person)


def balance(code: str) -> int:
    rows = Posting.objects.filter(account__code=code, account__fund_id="resident_pool")
    return sum(rows.values_list("amount", flat=True))


def refund_of(person: Person) -> str:
    return queries.facts_of([person.pk], YEAR)[person.pk].refund


def pay(state: str) -> None:
    """As the bank's answer would."""
    Payable.objects.update(state=state)


def test_income_falls_and_the_person_is_owed(
    payment: Payment, person: Person, clerk: User, reviewer: User
) -> None:
    refund = make_refund(payment, by=clerk)
    assert (refund.code, refund.fen, refund.state) == ("E2a", 25000, "proposed")
    assert "全额退" in refund.words
    done = services.approve_refund(by=reviewer, refund=refund)
    assert done.state == "approved"
    assert balance("4001") == 0
    assert balance("2102") == -25000
    payable = Payable.objects.get()
    assert (payable.person, payable.amounts, payable.kind, payable.source_id) == (
        person, {"resident_pool": 25000}, "refund", str(refund.pk),
    )  # fmt: skip
    exemption = queries.exemption_of(person, YEAR)
    assert exemption is not None and exemption.ground == "registered_poor"
    assert not verify_books(AREA)


def test_it_counts_as_done_only_when_it_is_paid(
    payment: Payment, person: Person, clerk: User, reviewer: User
) -> None:
    refund = make_refund(payment, by=clerk)
    assert refund_of(person) == "none"
    services.approve_refund(by=reviewer, refund=refund)
    assert refund_of(person) == "none"
    assert queries.figures(AREA, YEAR).refunds_open == 1
    pay("bounced")
    assert refund_of(person) == "bounced"
    assert queries.figures(AREA, YEAR).refunded_fen == 0
    pay("paid")
    assert refund_of(person) == "posted"
    found = queries.figures(AREA, YEAR)
    assert (found.refunds_open, found.refunded_fen) == (0, 25000)


def test_two_people(payment: Payment, clerk: User, reviewer: User) -> None:
    refund = make_refund(payment, by=clerk)
    with pytest.raises(NotAllowed, match="另一人"):
        services.approve_refund(by=clerk, refund=refund)
    with pytest.raises(Refused, match="已提出退费"):
        make_refund(payment)
    services.approve_refund(by=reviewer, refund=refund)
    with pytest.raises(Refused, match="已批准"):
        services.approve_refund(by=reviewer, refund=refund)
    with pytest.raises(Refused, match="已提出退费"):
        make_refund(payment)
    assert balance("2102") == -25000


def test_relief_recognised_after_the_cut_date_gets_nothing_back(payment: Payment) -> None:
    refund = make_refund(payment, category="low_income", recognised_on=date(2019, 12, 31))
    assert refund.code == "E2b"
    other = make_payment(make_person(name="关永康"))
    with pytest.raises(Refused, match=r"不予退费.*2020年1月1日后"):
        make_refund(other, category="low_income", recognised_on=date(2020, 1, 1))
    with pytest.raises(Refused, match="认定日期不详"):
        make_refund(other, category="low_income", recognised_on=None)
    with pytest.raises(Refused, match="不在退费"):
        make_refund(other, category="disabled")


def test_one_sent_back_may_be_proposed_again(payment: Payment, clerk: User, reviewer: User) -> None:
    refund = make_refund(payment, by=clerk)
    with pytest.raises(Refused, match="理由"):
        services.refuse_refund(by=reviewer, refund=refund, opinion=" ")
    services.refuse_refund(by=reviewer, refund=refund, opinion="缺认定文件")
    make_refund(payment, by=clerk)
    assert balance("2102") == 0


def test_an_approved_one_is_undone_by_its_own_act(
    payment: Payment, clerk: User, reviewer: User
) -> None:
    refund = services.approve_refund(by=reviewer, refund=make_refund(payment, by=clerk))
    undone = services.withdraw_refund(by=reviewer, refund=refund, opinion="认错人")
    assert undone.state == "withdrawn"
    assert (balance("2102"), balance("4001")) == (0, -25000)
    assert Payable.objects.get().state == "withdrawn"
    make_refund(payment, by=clerk)
    pay("paid")


def test_what_is_paid_is_not_undone(payment: Payment, clerk: User, reviewer: User) -> None:
    refund = services.approve_refund(by=reviewer, refund=make_refund(payment, by=clerk))
    pay("paid")
    with pytest.raises(Refused, match="不能撤销"):
        services.withdraw_refund(by=reviewer, refund=refund, opinion="认错人")
    refund.refresh_from_db()
    assert refund.state == "approved"


def test_who_loses_the_category_keeps_the_exemption(person: Person, clerk: User) -> None:
    """ENR-10, ENR-17: two facts. The flag ends; the exemption stays to the year's end."""
    make_exemption(person, by=clerk, ground="registered_poor")
    fact = person.identities.get(struck_at=None)
    people.end_identity(actor="x", identity=fact, end=date(2020, 4, 1), source="脱贫不享受")
    assert queries.facts_of([person.pk], YEAR)[person.pk].exempt_years == {YEAR}
