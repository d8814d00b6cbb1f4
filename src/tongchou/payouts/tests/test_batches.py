"""Batches are made by one and approved by another; nothing is on its way or paid twice."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from tongchou.funds import services as funds
from tongchou.funds.models import Posting
from tongchou.funds.verify import verify_books
from tongchou.payouts import queries, services, verbs
from tongchou.payouts.bankfile import to_csv, to_xlsx
from tongchou.payouts.models import BankAnswer, Batch, Payable, Payment
from tongchou.payouts.tests.make import (
    AREA,
    make_account,
    make_answer,
    make_payable,
    make_sent,
    row_of,
)
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Payable.objects.order_by("pk").values_list("state", flat=True))


def agree_with_the_books() -> None:
    assert [row.difference for row in queries.check(AREA)] == [0] * len(queries.check(AREA))
    assert not verify_books(AREA)


def test_two_people() -> None:
    make_payable()
    finance = make_user("finance")
    batch = services.make_batch(by=finance)
    with pytest.raises(NotAllowed, match="另一人审批"):
        services.decide(by=finance, batch=batch, agree=True)
    with pytest.raises(Refused, match="待审批"):
        services.send(by=finance, batch=batch)
    with pytest.raises(Refused, match="理由"):
        services.decide(by=make_user("approver"), batch=batch, agree=False)
    services.decide(by=make_user("approver"), batch=batch, agree=False, opinion="金额要核")
    assert states() == ["waiting"]
    assert services.make_batch(by=finance).count == 1


def test_only_what_can_be_paid_goes_along() -> None:
    ready, bare = make_payable(), make_payable(account=False)
    batch = services.make_batch(by=make_user("finance"))
    assert [one.payable for one in batch.payments.all()] == [ready]
    assert states() == ["batched", "waiting"]
    with pytest.raises(Refused, match="没有可以代发的"):
        services.make_batch(by=make_user("finance"))
    make_account(bare.person)
    assert services.make_batch(by=make_user("finance"), kinds=["manual"]).count == 1
    with pytest.raises(Refused, match="没有可以代发的"):
        services.make_batch(by=make_user("finance"), kinds=["refund"])


def test_another_areas_is_not_paid() -> None:
    make_payable(area="441800")
    with pytest.raises(Refused, match="没有可以代发的"):
        services.make_batch(by=make_user("finance"))


def test_the_account_is_checked_once_more_before_it_goes() -> None:
    stays, changes, struck, died = (make_payable() for _n in range(4))
    finance = make_user("finance")
    batch = services.make_batch(by=finance)
    services.decide(by=make_user("approver"), batch=batch, agree=True)
    make_account(changes.person)
    services.strike_account(
        actor="test",
        account=struck.person.bank_accounts.get(),
        reason="销户",
    )
    died.person.died_on = clock.today()
    died.person.save()
    sent = services.send(by=finance, batch=batch)
    assert (sent.count, sent.total) == (1, stays.total)
    assert states() == ["sent", "waiting", "waiting", "waiting"]
    whys = {one.payable_id: one.why for one in batch.payments.filter(state="dropped")}
    assert "账户换了" in whys[changes.pk]
    assert "请登记" in whys[struck.pk]
    assert "继承人" in whys[died.pk]


def test_a_batch_with_nothing_left_is_not_sent() -> None:
    payable = make_payable()
    finance = make_user("finance")
    batch = services.make_batch(by=finance)
    services.decide(by=make_user("approver"), batch=batch, agree=True)
    make_account(payable.person)
    with pytest.raises(Refused, match="没有可以送出的"):
        services.send(by=finance, batch=batch)
    services.cancel(by=finance, batch=batch, reason="账户换了")
    assert states() == ["waiting"]


def test_paid_is_posted_once_and_what_came_back_is_not_paid() -> None:
    first = make_payable(amounts={"resident_pool": 40_000, "medical_aid": 1_005})
    second = make_payable(amounts={"resident_pool": 30_000, "critical_illness": -2_000})
    batch = make_sent(first, second)
    agree_with_the_books()
    one, two = batch.payments.order_by("key")
    content = make_answer(row_of(two, "退汇", "账号与户名不符"), row_of(one))
    finance = make_user("finance")
    answer = services.take_answer(by=finance, batch=batch, name="回盘.xlsx", content=content)
    assert (answer.paid, answer.paid_total) == (1, first.total)
    assert (answer.bounced, answer.bounced_total) == (1, second.total)
    assert states() == ["paid", "bounced"]
    assert answer.entry_id is not None
    lines = Posting.objects.filter(entry_id=answer.entry_id).order_by("amount")
    assert [(p.account.code, p.amount) for p in lines] == [
        ("1001", -40_000), ("1001", -1_005), ("2102", 1_005), ("2102", 40_000),
    ]  # fmt: skip
    agree_with_the_books()
    batch.refresh_from_db()
    assert batch.state == "done"
    with pytest.raises(Refused, match="已经读过"):
        services.take_answer(by=finance, batch=batch, name="回盘.xlsx", content=content)


def test_what_came_back_goes_again_once_its_account_is_put_right() -> None:
    payable = make_payable()
    batch = make_sent(payable)
    content = make_answer(row_of(batch.payments.get(), "退汇", "账户已销户"))
    services.take_answer(by=make_user("finance"), batch=batch, name="1.xlsx", content=content)
    assert queries.bounced(AREA).count == 1
    with pytest.raises(Refused, match="没有可以代发的"):
        services.make_batch(by=make_user("finance"))
    make_account(payable.person)
    again = make_sent(payable)
    assert states() == ["sent"]
    paid = make_answer(row_of(again.payments.get()))
    services.take_answer(by=make_user("finance"), batch=again, name="2.xlsx", content=paid)
    assert states() == ["paid"]
    agree_with_the_books()
    assert [row.books for row in queries.check(AREA)] == []


def test_an_answer_in_two_files_is_two_entries() -> None:
    batch = make_sent(make_payable(), make_payable())
    finance = make_user("finance")
    for at, payment in enumerate(batch.payments.order_by("-key"), 1):
        content = make_answer(row_of(payment))
        services.take_answer(by=finance, batch=batch, name=f"{at}.xlsx", content=content)
        agree_with_the_books()
        batch.refresh_from_db()
        assert batch.state == ("sent" if at == 1 else "done")
    assert BankAnswer.objects.exclude(entry_id=None).count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({0: "DF999999-00001"}, "第 3 行 代发键：不是这一批"),
        ({1: "0.01"}, "第 3 行 金额：与送出的 400.00 元不同"),
        ({1: "四百"}, "第 3 行 金额"),
        ({2: "处理中"}, "第 3 行 处理结果：请写"),
        ({2: "退汇"}, "第 3 行 失败原因：退汇请写明"),
        ({2: "退汇", 3: "长" * 201}, "最多 200 字"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(change: dict[int, str], words: str) -> None:
    batch = make_sent(make_payable(), make_payable())
    first, second = batch.payments.order_by("key")
    wrong = list(row_of(second))
    for at, text in change.items():
        wrong[at] = text
    content = make_answer(row_of(first), tuple(wrong))  # type: ignore[arg-type]
    with pytest.raises(Refused, match=words):
        services.take_answer(by=make_user("finance"), batch=batch, name="回.xlsx", content=content)
    assert states() == ["sent", "sent"]
    assert not BankAnswer.objects.exists()


def test_files_that_are_none() -> None:
    batch = make_sent(make_payable())
    payment = batch.payments.get()
    finance = make_user("finance")
    for content, words in (
        (b"%PDF-1.4 not a sheet", "回.xlsx"),
        (make_answer(), "一行也没有"),
        (make_answer(row_of(payment), row_of(payment)), "同一笔有两行"),
    ):
        with pytest.raises(Refused, match=words):
            services.take_answer(by=finance, batch=batch, name="回.xlsx", content=content)
    with pytest.raises(Refused, match="最多 200 字"):
        services.take_answer(by=finance, batch=batch, name="长" * 201, content=make_answer())


def test_the_banks_file_is_text_and_comes_back_by_its_key() -> None:
    payables = [make_payable() for _n in range(3)]
    payables[0].person.bank_accounts.update(bank="=cmd()")
    batch = make_sent(*payables)
    payments = list(batch.payments.select_related("account", "payable").order_by("key"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(payments)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["代发键", "户名", "账号"]
    assert rows[1][2:5] == [payments[0].account.number, "'=cmd()", "400.00"]
    out = list(csv.reader(io.StringIO(to_csv(payments).decode("utf-8-sig"))))
    assert [line[:5] for line in out[1:]] == [row[:5] for row in rows[1:]]
    # The bank fills the sheet in and sorts it as it likes.
    head, *body = out
    filled = [[*line[:6], "成功", ""] for line in reversed(body)]
    text = "\r\n".join(",".join(line) for line in [head, *filled])
    services.take_answer(
        by=make_user("finance"), batch=batch, name="回.csv", content=text.encode("gb18030")
    )
    assert states() == ["paid"] * 3


@pytest.mark.parametrize(
    "wrong",
    [{"state": "paid"}, {"state": "bounced"}, {"amount": 0}],
)
def test_the_database_refuses_a_payment_that_nobody_answered(wrong: dict[str, object]) -> None:
    payment = make_sent(make_payable()).payments.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**wrong)


def test_the_database_refuses_a_second_payment_of_the_same() -> None:
    payable = make_payable()
    batch = make_sent(payable)
    payment = batch.payments.get()
    other = Batch.objects.create(
        area=AREA, count=1, total=1, made_by=batch.made_by, made_at=clock.now()
    )
    again = {
        "batch": other, "payable": payable, "account": payment.account, "amount": payment.amount,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(key="A", **again)
    services.take_answer(
        by=make_user("finance"), batch=batch, name="1.xlsx", content=make_answer(row_of(payment))
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(key="B", **again)


@pytest.mark.parametrize(
    "wrong",
    [
        {"approved_by": "made_by"},
        {"state": "approved", "approved_by": None},
        {"state": "sent"},
    ],
)
def test_the_database_refuses_a_batch_of_one_hand(wrong: dict[str, object]) -> None:
    make_payable()
    batch = services.make_batch(by=make_user("finance"))
    told = {k: batch.made_by if v == "made_by" else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**told)


def test_what_is_on_its_way_is_not_withdrawn() -> None:
    payable = make_payable()
    make_sent(payable)
    told = {"actor": "test", "kind": payable.kind, "source_id": payable.source_id, "reason": "误"}
    with pytest.raises(Refused, match="已送银行"):
        services.withdraw(**told)


def test_money_that_comes_back_is_posted_once() -> None:
    make_payable(amounts={"resident_pool": 90_000})  # so that the fund's account exists
    person = make_payable().person
    funds.post_entry(
        kind="arrears", area=AREA, summary="多付", actor="test",
        lines=[("resident_pool", "2102", 5_000), ("resident_pool", "5101", -5_000)],
    )  # fmt: skip
    back = services.book(
        actor="test", area=AREA, person=person, amounts={"resident_pool": -5_000},
        kind="arrears", source_id="9", reason="多付",
    )  # fmt: skip
    agree_with_the_books()
    finance = make_user("finance")
    with pytest.raises(Refused, match="凭据"):
        services.record_return(by=finance, receivable=back, evidence=" ")  # type: ignore[arg-type]
    done = services.record_return(by=finance, receivable=back, evidence="进账单 0091")  # type: ignore[arg-type]
    agree_with_the_books()
    assert done.entry_id is not None
    with pytest.raises(Refused, match="已经收回"):
        services.record_return(by=finance, receivable=done, evidence="进账单 0091")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(done).objects.filter(pk=done.pk).update(entry_id=None)
    assert queries.to_come_back(AREA) == (0, 0)


def test_every_verb_leaves_its_word() -> None:
    test_paid_is_posted_once_and_what_came_back_is_not_paid()
    test_money_that_comes_back_is_posted_once()
    payable = make_payable()
    finance = make_user("finance")
    batch = services.make_batch(by=finance, payables=[payable.pk])
    services.record_export(by=finance, batch=batch, form="csv")
    services.decide(by=make_user("approver"), batch=batch, agree=False, opinion="重编")
    account = payable.person.bank_accounts.get()
    services.show_number(actor="test", account=account)
    services.strike_account(actor="test", account=account, reason="销户")
    services.withdraw(actor="test", kind=payable.kind, source_id=payable.source_id, reason="误提")
    acts = Act.objects.filter(verb__startswith="payouts.")
    assert {act.verb for act in acts} == set(verbs.VERBS)
    assert all(act.at <= clock.now() + timedelta(seconds=1) for act in acts)
