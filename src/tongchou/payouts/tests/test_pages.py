"""The pages, by each post that may, from the queue to the slip."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.payouts.models import BankAccount, Batch, Payable, Receivable
from tongchou.payouts.tests.make import (
    make_account,
    make_answer,
    make_number,
    make_payable,
    make_sent,
    row_of,
)
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db


def client(role: str) -> Client:
    found = Client()
    found.force_login(make_user(role))
    return found


def page(who: Client, name: str, *args: object) -> str:
    answer = who.get(reverse(f"payouts:{name}", args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_from_the_queue_to_the_answer() -> None:
    first, second = make_payable(), make_payable()
    finance = client("finance")
    assert "分毫相等" in page(finance, "list")
    finance.post(reverse("payouts:make"), {"kind": ["manual"]})
    batch = Batch.objects.get()
    assert "轮到审批岗办" in page(finance, "batch", batch.pk)
    approver = client("approver")
    assert "审批通过，代发 800.00 元" in page(approver, "batch", batch.pk)
    approver.post(reverse("payouts:decide", args=[batch.pk]), {"agree": "1"})
    assert "送银行代发" in page(finance, "batch", batch.pk)
    finance.post(reverse("payouts:send", args=[batch.pk]))
    for form in ("csv", "xlsx"):
        file = finance.get(reverse(f"payouts:{form}", args=[batch.pk]))
        assert file.status_code == 200 and len(file.content) > 100
    assert Act.objects.filter(verb="payouts.batch.exported").count() == 2
    one, two = batch.payments.order_by("key")
    wrong = SimpleUploadedFile("回.xlsx", make_answer(row_of(one), ("X", "1", "成功", "")))
    url = reverse("payouts:answer", args=[batch.pk])
    assert "第 3 行" in finance.post(url, {"file": wrong}).content.decode()
    right = SimpleUploadedFile("回.xlsx", make_answer(row_of(two, "退汇", "销户"), row_of(one)))
    assert finance.post(url, {"file": right}).status_code == 302
    text = page(finance, "batch", batch.pk)
    assert "销户" in text and "已回盘" in text
    assert "已到账" in page(finance, "slip", one.pk) or "到账" in page(finance, "slip", one.pk)
    assert "肆佰元整" in page(finance, "slip", two.pk)
    assert Payable.objects.get(pk=first.pk).state == "paid"
    queue = finance.get(reverse("payouts:payables"), {"state": "bounced"}).content.decode()
    assert second.person.name in queue and "退汇以后账户还没有更正" in queue
    assert "分毫相等" in page(finance, "list")


def test_the_account_is_registered_masked_and_unmasked() -> None:
    payable = make_payable(account=False)
    clerk, number = client("clerk"), make_number()
    url = reverse("payouts:account", args=[payable.person.psn_no])
    told = {
        "bank": "岭海农商银行", "number": number, "holder": payable.person.name,
        "start": "2020-01-01", "source": "本人申请",
    }  # fmt: skip
    wrong = clerk.post(url, told | {"number": number[:-1] + str((int(number[-1]) + 1) % 10)})
    assert "末位校验不对" in wrong.content.decode()
    assert clerk.post(url, told).status_code == 302
    person = clerk.get(reverse("people:person", args=[payable.person.psn_no])).content.decode()
    assert number not in person and number[-4:] in person and "在用" in person
    account = BankAccount.objects.get()
    shown = clerk.post(reverse("payouts:number-show", args=[account.pk])).content.decode()
    assert number in shown
    assert number not in page(clerk, "number", account.pk)
    clerk.post(reverse("payouts:strike", args=[account.pk]), {"reason": "销户"})
    account.refresh_from_db()
    assert account.struck_at is not None


def test_what_comes_back_is_recorded_by_finance() -> None:
    payable = make_payable()
    row = Receivable.objects.create(
        area="441700", person=payable.person, kind="arrears", source_id="1", reason="多付",
        created_at=payable.created_at, resident_pool=500, total=500,
    )  # fmt: skip
    finance, url = client("finance"), reverse("payouts:receivable", args=[row.pk])
    assert "请写明收款凭据" in finance.post(url, {"evidence": ""}).content.decode()
    assert "轮" not in page(client("clerk"), "receivable", row.pk)
    assert finance.post(url, {"evidence": "进账单"}).status_code == 302
    assert "已收回" in page(finance, "receivable", row.pk)
    assert (
        "已收回"
        in finance.get(reverse("payouts:receivables"), {"state": "returned"}).content.decode()
    )


def test_refusals_say_what_to_do() -> None:
    finance = client("finance")
    assert "请至少选一种" in finance.post(reverse("payouts:make")).content.decode()
    make_payable()
    finance.post(reverse("payouts:make"), {"kind": ["manual"]})
    batch = Batch.objects.get()
    file = finance.get(reverse("payouts:csv", args=[batch.pk]))
    assert "先审批" in file.content.decode()
    client("approver").post(reverse("payouts:decide", args=[batch.pk]), {"agree": "1"})
    url = reverse("payouts:send", args=[batch.pk])
    finance.post(url, {"act": "cancel", "reason": "重编"})
    batch.refresh_from_db()
    assert batch.state == "refused"


@pytest.mark.parametrize("role", ["clerk", "reviewer", "approver", "finance", "auditor"])
def test_every_post_of_the_bureau_reads(role: str) -> None:
    payable = make_payable()
    make_account(payable.person)
    batch = make_sent(payable)
    who = client(role)
    for name, args in (
        ("list", ()), ("batch", (batch.pk,)),
        ("slip", (batch.payments.get().pk,)),
    ):  # fmt: skip
        page(who, name, *args)
    for name in ("payables", "receivables"):
        assert who.get(reverse(f"payouts:{name}"), follow=True).status_code == 200


def test_the_desk_says_whose_turn_it_is() -> None:
    make_payable()
    finance, approver = client("finance"), client("approver")
    finance.post(reverse("payouts:make"), {"kind": ["manual"]})
    assert "审批代发批次" in approver.get("/").content.decode()
    approver.post(reverse("payouts:decide", args=[Batch.objects.get().pk]), {"agree": "1"})
    assert "送银行代发" in finance.get("/").content.decode()
    batch = Batch.objects.get()
    finance.post(reverse("payouts:send", args=[batch.pk]))
    content = make_answer(row_of(batch.payments.get(), "退汇", "销户"))
    finance.post(
        reverse("payouts:answer", args=[batch.pk]), {"file": SimpleUploadedFile("a.xlsx", content)}
    )
    assert "更正退汇账户" in client("clerk").get("/").content.decode()
