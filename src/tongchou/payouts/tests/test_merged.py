"""What is owed to a record that has gone into another is paid by way of the one that stays."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.payouts import queries, services
from tongchou.payouts.models import Payable
from tongchou.payouts.services.batching import waiting
from tongchou.payouts.tests.make import (
    AREA,
    make_account,
    make_answer,
    make_payable,
    make_sent,
    row_of,
)
from tongchou.people import services as people
from tongchou.people.models import Merge, Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused

pytestmark = pytest.mark.django_db


def merge(keep: Person, gone: Person) -> Merge:
    proposed = people.propose_merge(by=make_user("clerk"), keep=keep, gone=gone, evidence="户口簿")
    return people.merge_records(by=make_user("reviewer"), merge=proposed)


def undo(merged: Merge) -> None:
    people.undo_merge(by=make_user("reviewer"), merge=merged, reason="是两个人")


@pytest.fixture
def keep(db: None) -> Person:
    return make_person(name="陈带娣")


@pytest.fixture
def gone(db: None) -> Person:
    return make_person(name="陈带弟", scheme=None)


def test_it_goes_to_the_account_of_the_one_that_stays_and_back(keep: Person, gone: Person) -> None:
    payable = make_payable(person=gone, account=False)
    make_account(keep)
    assert [queue.ready for queue in queries.queues(AREA)] == [0]
    merged = merge(keep, gone)
    assert [queue.ready for queue in queries.queues(AREA)] == [1]
    assert waiting(AREA).get().payee == keep
    undo(merged)
    assert waiting(AREA).get().payee == gone
    assert [queue.ready for queue in queries.queues(AREA)] == [0]
    merge(keep, gone)
    finance = make_user("finance")
    (one,) = make_sent(payable, finance=finance).payments.all()
    assert one.account.person == keep and one.payable == payable
    services.take_answer(
        by=finance, batch=one.batch, name="a.xlsx", content=make_answer(row_of(one))
    )
    payable.refresh_from_db()
    # Whose it was stays as it was posted.
    assert (payable.state, payable.person) == ("paid", gone)
    assert [row.difference for row in queries.check(AREA)] == [0] * len(queries.check(AREA))


def test_the_account_of_the_record_that_went_is_not_used(keep: Person, gone: Person) -> None:
    payable = make_payable(person=gone)
    merge(keep, gone)
    with pytest.raises(Refused, match="没有可以代发"):
        services.make_batch(by=make_user("finance"), payables=[payable.pk])
    make_account(keep)
    batch = services.make_batch(by=make_user("finance"), payables=[payable.pk])
    assert batch.payments.get().account.person == keep


@pytest.mark.parametrize("undone", [False, True])
def test_a_merge_between_approval_and_sending_stops_the_payment(
    undone: bool, keep: Person, gone: Person
) -> None:
    payable, other = make_payable(person=gone), make_payable()
    make_account(keep)
    merged = merge(keep, gone) if undone else None
    finance = make_user("finance")
    batch = services.make_batch(by=finance, payables=[payable.pk, other.pk])
    services.decide(by=make_user("approver"), batch=batch, agree=True)
    if merged:
        undo(merged)
    else:
        merge(keep, gone)
    services.send(by=finance, batch=batch)
    dropped = batch.payments.get(payable=payable)
    assert (dropped.state, batch.payments.get(payable=other).state) == ("dropped", "live")
    assert "账户换了" in dropped.why
    assert Payable.objects.get(pk=payable.pk).state == "waiting"


def test_the_pages_say_whose_account_takes_it_and_why(
    client: Client, keep: Person, gone: Person
) -> None:
    payable = make_payable(person=gone, account=False)
    account = make_account(keep, start=clock.today() - timedelta(days=1))
    merge(keep, gone)
    client.force_login(make_user("clerk"))
    for asked in ({"person": keep.psn_no}, {"person": gone.psn_no}):
        shown = client.get(reverse("payouts:payables"), asked).content.decode()
        assert f"该档已并入 陈带娣（{keep.psn_no}）" in shown and account.number[-4:] in shown
    page = client.get(reverse("people:person", args=[keep.psn_no])).content.decode()
    assert f"应付原在 {gone.psn_no}，已并入此档" in page
    batch = services.make_batch(by=make_user("finance"), payables=[payable.pk])
    shown = client.get(reverse("payouts:batch", args=[batch.pk])).content.decode()
    assert "陈带娣" in shown and f"应付原在 {gone.psn_no}" in shown
    slip = client.get(reverse("payouts:slip", args=[batch.payments.get().pk])).content.decode()
    assert "陈带娣" in slip and "陈带弟" not in slip and gone.psn_no in slip
