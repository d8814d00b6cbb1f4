"""Payments, exemptions and refunds for tests, made through the services."""

import hashlib
import itertools
from collections.abc import Sequence
from datetime import date

from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.imports.tests.make import make_xlsx
from tongchou.premiums import services
from tongchou.premiums.importing import Paid
from tongchou.premiums.models import Batch, Exemption, Payment, Refund

AREA, YEAR = "441700", 2020
HEADINGS = ["缴费人姓名", "身份证号码", "缴费金额", "缴费日期", "电子税票号码"]
_serial = itertools.count(1)


def receipt() -> str:
    return f"344179{next(_serial):012d}"


def row_of(person: Person, **told: str) -> list[str]:
    return [
        told.get("name", person.name),
        told.get("id_no", person.id_no),
        told.get("fen", "250.00"),
        told.get("paid_on", "2019-11-20"),
        told.get("receipt") or receipt(),
    ]


def make_file(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    return make_xlsx(list(headings), *[list(row) for row in rows])


def make_batch(*rows: Sequence[str], by: User | None = None, year: int = YEAR) -> Batch:
    return services.record_payments(
        by=by or make_user("clerk"), year=year, name="税务缴费.xlsx", content=make_file(*rows)
    )


def make_payment(
    person: Person,
    *,
    by: User | None = None,
    year: int = YEAR,
    paid_on: date = date(2019, 11, 20),
    fen: int = 25000,
) -> Payment:
    paid = Paid(person.pk, fen, paid_on, receipt(), "window")
    batch = services.take_payments(
        by=by or make_user("clerk"), year=year, rows=[paid], name="税务缴费.xlsx",
        sha256=hashlib.sha256(paid.receipt.encode()).hexdigest(),
    )  # fmt: skip
    return batch.payments.get()


def make_exemption(
    person: Person, *, by: User | None = None, year: int = YEAR, ground: str = "low_income"
) -> Exemption:
    return services.exempt(
        by=by or make_user("clerk"), person=person, year=year, ground=ground, source="民政文件"
    )


def make_refund(
    payment: Payment,
    *,
    by: User | None = None,
    category: str = "registered_poor",
    recognised_on: date | None = date(2019, 6, 1),
) -> Refund:
    return services.propose_refund(
        by=by or make_user("clerk"), payment=payment, category=category,
        recognised_on=recognised_on, source="认定文件",
    )  # fmt: skip
