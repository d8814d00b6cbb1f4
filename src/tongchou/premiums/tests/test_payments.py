"""A file of payments is taken whole or not at all, each bad row is named, income is posted once."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongchou.funds import services as funds
from tongchou.funds.models import Entry, Posting
from tongchou.funds.verify import verify_books
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.premiums import services
from tongchou.premiums.importing import RowsRefused
from tongchou.premiums.models import Batch, Exemption, Payment, Refund, Waiver
from tongchou.premiums.tests.make import (
    AREA,
    YEAR,
    make_batch,
    make_exemption,
    make_file,
    make_payment,
    make_refund,
    receipt,
    row_of,
)

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
def person() -> Person:
    return make_person()


def income() -> int:
    return -sum(
        Posting.objects.filter(account__code="4001", account__fund_id="resident_pool").values_list(
            "amount", flat=True
        )
    )


def test_a_file_is_registered_and_its_income_posted_once(clerk: User) -> None:
    one, two = make_person(), make_person(name="关永康")
    content = make_file(row_of(one), row_of(two, paid_on="2019-12-31 23:59:59"))
    batch = services.record_payments(by=clerk, year=YEAR, name="一.xlsx", content=content)
    assert (batch.rows, batch.fen, batch.linked) == (2, 50000, False)
    assert income() == 50000
    assert {p.paid_on for p in batch.payments.all()} == {date(2019, 11, 20), date(2019, 12, 31)}
    with pytest.raises(Refused, match="已登记过"):
        services.record_payments(by=clerk, year=YEAR, name="又.xlsx", content=content)
    assert income() == 50000
    assert not verify_books(AREA)


def test_each_bad_row_is_named_and_nothing_is_taken(clerk: User) -> None:
    good, relative, early = make_person(), make_person(name="关永康"), make_person(name="莫建华")
    paid = make_person(name="何伟明")
    make_payment(paid)
    same = receipt()
    rows = [
        row_of(good, receipt=same),
        row_of(relative, name="别人"),
        row_of(early, paid_on="2019-10-14"),
        row_of(make_person(name="丁一"), id_no="441799196001011234"),
        row_of(make_person(name="丙一"), fen="200"),
        row_of(paid),
        row_of(make_person(name="乙一"), receipt=same),
        row_of(make_person(name="甲一"), paid_on="2020-01-01"),
        row_of(make_person(name="戊一"), paid_on="看不懂"),
        row_of(good),
    ]
    before = (Payment.objects.count(), income())
    with pytest.raises(RowsRefused) as refused:
        services.record_payments(by=clerk, year=YEAR, name="坏.xlsx", content=make_file(*rows))
    said = {problem.row: (problem.column, problem.reason) for problem in refused.value.problems}
    assert sorted(said) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    for row, column, words in (
        (3, "缴费人姓名", "这个号码是 关永康 的"),
        (4, "缴费日期", "早于 2020 年度缴费期的开始"),
        (5, "身份证号码", "参保登记里没有这个号码"),
        (6, "缴费金额", "标准 250.00 元不同"),
        (7, "身份证号码", "已登记过缴费"),
        (8, "电子税票号码", "与第 2 行重复"),
        (9, "缴费日期", "晚于缴费期的截止"),
        (10, "缴费日期", "不是日期"),
        (11, "身份证号码", "与第 2 行重复"),
    ):
        assert said[row][0] == column
        assert words in said[row][1]
    assert (Payment.objects.count(), income()) == before


def test_newborns_and_newly_recognised_pay_in_the_year(clerk: User) -> None:
    baby = make_person(name="麦子轩", birth=date(2020, 2, 1), start=date(2020, 2, 1))
    helped = make_person(name="陈国强", identities=["low_income"], start=date(2020, 2, 1))
    rows = [row_of(one, paid_on="2020-03-01") for one in (baby, helped)]
    batch = make_batch(*rows, by=clerk)
    rules = dict(batch.payments.values_list("person_id", "rule"))
    assert rules == {baby.pk: "newborn", helped.pk: "recognised"}


def test_a_file_of_money_in_the_books_is_linked_and_not_counted_twice(
    clerk: User, person: Person
) -> None:
    entry = funds.post_entry(
        kind="income", area=AREA, summary="1 月筹资", actor="test",
        lines=[("resident_pool", "1001", 40000), ("resident_pool", "4001", -40000)],
    )  # fmt: skip
    batch = services.record_payments(
        by=clerk, year=YEAR, name="一.xlsx", content=make_file(row_of(person)), entry_id=entry
    )
    assert batch.linked and batch.entry_id == entry
    assert income() == 40000
    other = make_person(name="关永康")
    with pytest.raises(Refused, match=r"只有 150\.00 元"):
        services.record_payments(
            by=clerk, year=YEAR, name="二.xlsx", content=make_file(row_of(other)), entry_id=entry
        )
    # What is struck leaves its place in the entry to whose it is.
    services.strike_payment(by=clerk, payment=batch.payments.get(), reason="认错人")
    services.record_payments(
        by=clerk, year=YEAR, name="二.xlsx", content=make_file(row_of(other)), entry_id=entry
    )
    with pytest.raises(Refused, match="没有这张收入凭证"):
        services.record_payments(
            by=clerk, year=YEAR, name="三.xlsx", content=make_file(row_of(person)), entry_id=1
        )


def test_a_payment_under_a_refund_is_not_struck(clerk: User, person: Person) -> None:
    payment = make_payment(person)
    make_refund(payment)
    with pytest.raises(Refused, match="退费"):
        services.strike_payment(by=clerk, payment=payment, reason="认错人")


def test_a_person_of_another_area_is_nobody_here(clerk: User) -> None:
    there = make_person(area="441800")
    with pytest.raises(RowsRefused):
        make_batch(row_of(there), by=clerk)
    with pytest.raises(Refused, match="不在本统筹区"):
        make_exemption(there, by=clerk)


def test_an_exemption_is_one_a_year_and_struck_with_a_reason(clerk: User, person: Person) -> None:
    made = make_exemption(person, by=clerk)
    with pytest.raises(Refused, match="已有免缴认定"):
        make_exemption(person, by=clerk)
    with pytest.raises(Refused, match="更正原因"):
        services.strike_exemption(by=clerk, exemption=made, reason=" ")
    services.strike_exemption(by=clerk, exemption=made, reason="认错人")
    with pytest.raises(Refused, match="已经更正过"):
        services.strike_exemption(by=clerk, exemption=made, reason="再来")
    make_exemption(person, by=clerk)
    assert Exemption.objects.count() == 2


def test_many_are_exempt_at_once_and_nobody_twice(clerk: User) -> None:
    people = [make_person(name=name) for name in ("甲一", "乙一", "丙一")]
    make_exemption(people[0], by=clerk)
    grounds = {person.pk: "low_income" for person in people}
    assert services.exempt_all(by=clerk, year=YEAR, grounds=grounds, source="民政") == 2
    assert services.exempt_all(by=clerk, year=YEAR, grounds=grounds, source="民政") == 0


def test_a_letter_ends_with_its_year(clerk: User, person: Person) -> None:
    signed: dict[str, Any] = {
        "by": clerk, "person": person, "year": YEAR, "name": "承诺书.jpg", "content": b"x",
    }  # fmt: skip
    waiver = services.sign_waiver(signed_on=date(2020, 3, 1), **signed)
    assert waiver.ends_on == date(2020, 12, 31)
    assert len(waiver.sha256) == 64
    with pytest.raises(Refused, match="已有承诺书"):
        services.sign_waiver(signed_on=date(2020, 3, 1), **signed)
    with pytest.raises(Refused, match="上传"):
        services.sign_waiver(signed_on=date(2020, 3, 1), **{**signed, "content": b""})
    services.strike_waiver(by=clerk, waiver=waiver, reason="回县参保")
    services.sign_waiver(signed_on=date(2020, 3, 2), **signed)


ATTACKS = (
    "update premiums_payment set fen = 1",
    "update premiums_payment set person_id = person_id, receipt = 'x'",
    "delete from premiums_payment",
    "update premiums_exemption set year = 2021",
    "update premiums_waiver set signed_on = '2020-01-01'",
    "update premiums_batch set entry_id = 1",
    "update premiums_refund set fen = 1",
    "update premiums_refund set state = 'approved'",
    "update premiums_refund set decided_by_id = proposed_by_id",
    "delete from premiums_refund",
    "update premiums_payment set struck_at = null where struck_at is not null",
    "update premiums_exemption set struck_reason = 'x' where struck_at is not null",
    "update premiums_exemption set struck_reason = 'x' where struck_at is null",
)


@pytest.mark.parametrize("sql", ATTACKS)
def test_the_database_refuses_what_the_services_would_not_do(
    sql: str, clerk: User, person: Person
) -> None:
    services.strike_payment(by=clerk, payment=make_payment(person), reason="认错人")
    make_refund(make_payment(person))
    services.strike_exemption(by=clerk, exemption=make_exemption(person), reason="认错人")
    make_exemption(person)
    services.sign_waiver(
        by=clerk, person=person, year=YEAR, signed_on=date(2020, 3, 1), name="a", content=b"x"
    )
    assert all(m.objects.exists() for m in (Payment, Exemption, Waiver, Batch, Refund, Entry))
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_database_refuses_two_that_stand(clerk: User, person: Person) -> None:
    payment = make_payment(person)
    twice = {
        "area": AREA, "person": person, "year": YEAR, "fen": 1, "paid_on": date(2019, 11, 1),
        "source": "x", "rule": "window", "batch": payment.batch,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(receipt="another", **twice)
    other = make_person(name="关永康")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(receipt=payment.receipt, **{**twice, "person": other})
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(receipt="b", **{**twice, "person": other, "rule": "other"})
