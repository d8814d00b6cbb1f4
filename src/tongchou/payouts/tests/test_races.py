"""Two desks at once: nothing gets into two batches, and an answer is posted once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tongchou.funds import accounts
from tongchou.funds.models import Entry
from tongchou.payouts import queries, services
from tongchou.payouts.models import Batch, Payable, Payment
from tongchou.payouts.tests.make import AREA, make_answer, make_payable, make_sent, row_of
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
DESKS = 4


def at_once(work: Callable[[int], None]) -> list[str]:
    """Run `work` at each desk on a connection of its own; return the refusals."""
    gate = threading.Barrier(DESKS)

    def desk(number: int) -> str:
        gate.wait(10)
        try:
            work(number)
        except Refused as refusal:
            return refusal.reason
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(DESKS) as pool:
        return [said for said in pool.map(desk, range(DESKS)) if said]


def test_four_desks_make_one_batch() -> None:
    accounts.forget()
    for _n in range(5):
        make_payable()
    users = [make_user("finance") for _n in range(DESKS)]

    def work(number: int) -> None:
        services.make_batch(by=users[number])

    refused = at_once(work)
    assert len(refused) == DESKS - 1
    assert Batch.objects.count() == 1
    assert Payment.objects.count() == 5


def test_four_desks_read_one_answer() -> None:
    accounts.forget()
    batch = make_sent(make_payable(), make_payable())
    content = make_answer(*(row_of(one) for one in batch.payments.all()))
    users = [make_user("finance") for _n in range(DESKS)]

    def work(number: int) -> None:
        # Re-saved files differ in their bytes, not in what they say.
        services.take_answer(by=users[number], batch=batch, name=f"{number}.xlsx", content=content)

    assert len(at_once(work)) == DESKS - 1
    assert Entry.objects.filter(kind="payout").count() == 1
    assert set(Payable.objects.values_list("state", flat=True)) == {"paid"}
    assert queries.check(AREA) == []


def test_what_is_withdrawn_and_batched_at_once_is_one_of_both() -> None:
    accounts.forget()
    payable = make_payable()
    finance = make_user("finance")

    def work(number: int) -> None:
        if number % 2:
            services.make_batch(by=finance)
        else:
            services.withdraw(
                actor="test", kind=payable.kind, source_id=payable.source_id, reason="误提"
            )

    at_once(work)
    payable.refresh_from_db()
    live = Payment.objects.filter(payable=payable, state="live").count()
    assert (payable.state, live) in (("withdrawn", 0), ("batched", 1))
