"""The same path outside a test's transaction: on PostgreSQL one pipeline, on SQLite the writer."""

import threading

import pytest
from django.db import connection

from tongchou.funds.verify import verify_books
from tongchou.people.tests.make import make_person
from tongchou.platform.db import raw
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Answer, PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import pricing
from tongchou.settlement.tests.make import (
    AREA,
    bill_of,
    compose,
    make_charge,
    make_county,
    message_for,
    reverse,
    settle,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


def test_settle_and_reverse_commit_for_real() -> None:
    charge = make_charge(make_person(), make_institution(), "60000.00", lines=8)
    bill = settle(charge)
    assert not connection.in_atomic_block
    reverse(bill)
    assert settle(charge, when="2019-03-05 09:00").basic == bill.basic
    assert not verify_books(AREA) and not replay(AREA, 2019).differences


def test_a_used_nonce_is_a_conflict_and_nothing_is_written() -> None:
    place = make_institution()
    charges = [make_charge(make_person(), place, "800.00") for _ in range(2)]
    sql = "insert into exchange_nonce (paasid, nonce, at) values (%s, %s, %s)"
    used: raw.Statement = (sql, ["p", "n", raw.to_db(bill_of(charges[0]).at)])
    pricing.settle(bill_of(charges[0]), message_for(place, nonce=[used]), compose)
    with pytest.raises(raw.Conflict):
        pricing.settle(bill_of(charges[1]), message_for(place, nonce=[used]), compose)
    assert Settlement.objects.count() == Answer.objects.count() == 1


def test_many_threads_settle_one_person() -> None:
    person = make_person()
    charges = [make_charge(person, make_institution(), "30000.00") for _ in range(6)]
    failures: list[BaseException] = []

    def work(n: int) -> None:
        try:
            settle(charges[n])
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(charges))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    bills = Settlement.objects.order_by("ordinal")
    assert [b.ordinal for b in bills] == list(range(1, 7))
    assert PersonYear.objects.get().version == 6
    assert not verify_books(AREA) and not replay(AREA, 2019).differences
