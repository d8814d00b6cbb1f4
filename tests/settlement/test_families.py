"""Families at one moment: no account is overdrawn, and none waits for another crosswise."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tongchou.funds import accounts
from tongchou.funds import queries as books
from tongchou.funds.verify import verify_books
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.refusal import Refused
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Settlement
from tongchou.settlement.services import pricing
from tongchou.settlement.tests.make import (
    AREA,
    bill_of,
    compose,
    make_charge,
    make_county,
    message_for,
    reverse,
)
from tongchou.sharing import services as sharing
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tests.make import make_link, make_owner

from .test_volleys import Crowd

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 8
ROUNDS = 6


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    found = Crowd(MOST)
    yield found
    found.leave()


@pytest.fixture
def place(transactional_db: None) -> Institution:
    forget_blocks()
    accounts.forget()
    make_county()
    Area.objects.update(self_paid_visits=["outpatient"])
    return make_institution()


def visit(person: Person, place: Institution, yuan: int) -> Callable[[], Any]:
    """Return the act of settling a visit that the person pays, from accounts as far as they go."""
    today = clock.today()
    charge = make_charge(person, place, f"{yuan}.00", on=f"{today} 00:10", kind="outpatient")
    bill = bill_of(charge, when=f"{today} 00:20", use_account=True)
    message = message_for(place)
    return lambda: pricing.settle(bill, message, compose)


def test_two_members_bills_at_once_never_overdraw_the_owner(
    place: Institution, crowd: Crowd
) -> None:
    for _round in range(ROUNDS):
        owner = make_owner(10_000)
        members = [make_link(owner).member for _n in range(MOST - 1)]
        crowd.act([visit(one, place, 30) for one in [owner, *members]])
        bills = Settlement.objects.filter(person__in=[owner, *members])
        paid = [one.account_pays for one in bills]
        assert len(paid) == MOST and sum(paid) == 10_000
        assert sorted(paid) == [0] * 4 + [1000] + [3000] * 3
        assert books.personal_balance(owner.pk) == 0
    assert verify_books(AREA) == []


def test_families_that_draw_on_each_other_do_not_wait_crosswise(
    place: Institution, crowd: Crowd
) -> None:
    for _round in range(ROUNDS):
        husband, wife = make_owner(5000), make_owner(5000)
        for owner, member in ((husband, wife), (wife, husband)):
            make_link(owner, member, relation="spouse")
        crowd.act([visit(one, place, 20) for one in (husband, wife) * 4])
        bills = Settlement.objects.filter(person__in=[husband, wife])
        assert sum(one.account_pays for one in bills) == 10_000
        assert books.personal_balance(husband.pk) == books.personal_balance(wife.pk) == 0
        for person in (husband, wife):
            for bill in bills.filter(person=person).order_by("-ordinal"):
                reverse(bill, when=f"{clock.today()} 00:30")
        assert books.personal_balance(husband.pk) == books.personal_balance(wife.pk) == 5000
    assert verify_books(AREA) == []


def test_a_link_that_ends_beside_a_bill_ends_before_it_or_not_at_all(
    place: Institution, crowd: Crowd
) -> None:
    for _round in range(ROUNDS):
        link = make_link(make_owner(5000), make_person())
        crowd.act([visit(link.member, place, 20), lambda link=link: _end(link)])
        link.refresh_from_db()
        bill = Settlement.objects.get(person=link.member)
        assert (bill.linked_pays, link.end) in ((2000, None), (0, clock.today()))
    assert verify_books(AREA) == []


def _end(link: AccountLink) -> None:
    try:
        sharing.unlink(actor="test", link=link, end=clock.today(), source="x")
    except Refused as refusal:
        assert "还用过" in str(refusal)
