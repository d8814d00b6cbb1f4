"""Reversal: an exact negative, the year as if the bill never was (P7)."""

import pytest

from tongchou.core.policy import TIERS
from tongchou.funds.models import Posting
from tongchou.funds.verify import verify_books
from tongchou.people.tests.make import make_person
from tongchou.platform.refusal import Refused
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services.reversal import reverse_and_reprice
from tongchou.settlement.tests.make import AREA, at, make_charge, make_county, reverse, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


def test_the_last_bill_is_reversed_exactly_and_can_be_settled_again() -> None:
    person, place = make_person(), make_institution()
    settle(make_charge(person, place, "40000.00", on="2019-02-01 08:00"), when="2019-02-01 09:00")
    before = PersonYear.objects.get().state
    charge = make_charge(person, place, "60000.00")
    bill = settle(charge)
    twin = reverse(bill)
    amounts = [
        *TIERS,
        "total",
        "in_scope",
        "deductible",
        "fund_total",
        "person_pays",
        "account_pays",
    ]
    assert [getattr(twin, a) for a in amounts] == [-getattr(bill, a) for a in amounts]
    assert twin.original_id == bill.pk and PersonYear.objects.get().state == before
    charge.refresh_from_db()
    assert charge.settlement_id is None
    again = settle(charge, when="2019-03-03 09:00")
    assert [getattr(again, t) for t in TIERS] == [getattr(bill, t) for t in TIERS]
    assert not verify_books(AREA) and not replay(AREA, 2019).differences
    with pytest.raises(Refused, match="已经撤销"):
        reverse(bill)


def test_an_earlier_bill_is_refused_naming_own_bills_only() -> None:
    person, place, other = make_person(), make_institution(), make_institution(name="中医院")
    first = settle(make_charge(person, place, "40000.00"), when="2019-02-01 09:00")
    own = settle(make_charge(person, place, "3000.00"), when="2019-02-02 09:00")
    settle(make_charge(person, other, "3000.00"), when="2019-02-03 09:00")
    with pytest.raises(Refused) as refusal:
        reverse(first)
    assert f"{own.pk % 10**8:06d}" in refusal.value.reason
    assert "其他机构 02-03" in refusal.value.reason and "中医院" not in refusal.value.reason


def test_the_bureau_reverses_an_earlier_bill_and_posts_the_differences() -> None:
    person, place = make_person(), make_institution()
    days = ("2019-01-01", "2019-02-01", "2019-03-01")
    totals = ("60000.00", "40000.00", "60000.00")
    bills = [
        settle(make_charge(person, place, total, on=f"{day} 08:00"), when=f"{day} 09:00")
        for day, total in zip(days, totals, strict=True)
    ]
    reverse_and_reprice(
        number=bills[0].pk, at=at("2019-04-01 09:00"), actor="reviewer", reason="重复"
    )
    never = make_person()
    for day, total in list(zip(days, totals, strict=True))[1:]:
        settle(make_charge(never, place, total, on=f"{day} 08:00"), when=f"{day} 09:00")
    mine, theirs = (PersonYear.objects.get(person=p) for p in (person, never))
    assert mine.state == theirs.state
    for bill, twin in zip(bills[1:], Settlement.objects.filter(person=never).order_by("ordinal"),
                          strict=True):  # fmt: skip
        adjusted = [bill, *bill.corrections.filter(kind="adjustment")]
        assert [sum(getattr(b, t) for b in adjusted) for t in TIERS] == [
            getattr(twin, t) for t in TIERS
        ]
    assert not verify_books(AREA) and not replay(AREA, 2019).differences
    # The last bill can still be reversed, its adjustments with it.
    reverse(bills[2], when="2019-04-02 09:00")
    reverse(bills[1], when="2019-04-03 09:00")
    assert PersonYear.objects.get(person=person).state == [0] * len(mine.state)
    assert not verify_books(AREA) and not replay(AREA, 2019).differences
    own = Posting.objects.filter(entry__in=Settlement.objects.filter(person=person).values("pk"))
    assert sum(own.values_list("amount", flat=True)) == 0
