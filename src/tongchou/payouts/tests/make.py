"""Persons with accounts, and what they are owed: booked as the earlier contexts do it."""

import io
import itertools
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from tongchou.core.money import format_yuan
from tongchou.funds import chart
from tongchou.funds import services as funds
from tongchou.payouts import services
from tongchou.payouts.cards import check_digit
from tongchou.payouts.models import BankAccount, Batch, Payable, Payment
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user

AREA = "441700"
POOL = {"resident_pool": 40_000}
_serial = itertools.count(1)


def make_number() -> str:
    first = f"62284804{next(_serial):010d}"
    return first + check_digit(first)


def make_account(person: Person, **told: Any) -> BankAccount:
    given = {"bank": "岭海农商银行", "number": make_number(), "holder": person.name}
    return services.set_account(actor="test", person=person, source="社保卡申领", **(given | told))


def make_payable(
    *,
    person: Person | None = None,
    amounts: Mapping[str, int] = POOL,
    account: bool = True,
    kind: str = "manual",
    area: str = AREA,
) -> Payable:
    """What is posted to 2102 and owed; the area's accounts are open."""
    person = person or make_person(area=area)
    if account and not person.bank_accounts.exists():
        make_account(person)
    funds.open_area(area, actor="test")
    funds.post_entry(
        kind="settlement", area=area, summary="测试", actor="test",
        lines=[(f, chart.SPENT_INPATIENT, fen) for f, fen in amounts.items()]
        + [(f, chart.PAYABLE_PERSON, -fen) for f, fen in amounts.items()],
    )  # fmt: skip
    return services.owe(
        actor="test", area=area, person=person, amounts=amounts, kind=kind,
        source_id=f"T{next(_serial)}", reason="测试应付",
    )  # fmt: skip


def make_sent(*payables: Payable, finance: User | None = None) -> Batch:
    """A batch of the payables that the bank has."""
    finance = finance or make_user("finance")
    batch = services.make_batch(by=finance, payables=[one.pk for one in payables])
    services.decide(by=make_user("approver"), batch=batch, agree=True)
    return services.send(by=finance, batch=batch)


Row = tuple[str, str, str, str]


def row_of(payment: Payment, result: str = "成功", why: str = "") -> Row:
    return payment.key, format_yuan(payment.amount), result, why


def make_answer(*rows: Row) -> bytes:
    """The bank's answer as xlsx."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([("代发键", "金额", "处理结果", "失败原因"), *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return target.getvalue()
