"""The statement: what it shows is what is stored, for those who may see it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.core.money import format_yuan_grouped as yuan
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.tests.make import make_user
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import make_charge, make_county, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    make_county()
    return make_person()


@pytest.fixture
def hospital(person: Person) -> Institution:
    return make_institution()


@pytest.fixture
def bill(person: Person, hospital: Institution) -> Settlement:
    """The third bill of vector Y-21."""
    small = make_institution(name="平冈镇卫生院", level="level1")
    bills = [("2019-01-01", small, "3000.00"), ("2019-02-01", hospital, "40000.00")]
    for day, place, total in bills:
        settle(make_charge(person, place, total, on=f"{day} 08:00"), when=f"{day} 09:00")
    return settle(make_charge(person, hospital, "60000.00", lines=3))


def sign_in(client: Client, role: str, **where: Any) -> Client:
    client.force_login(make_user(role, **where))
    return client


def show(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"bills:{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_statement_shows_the_stored_amounts(client: Client, bill: Settlement) -> None:
    page = show(sign_in(client, "reviewer"), "statement", bill.pk)
    for fen in (bill.total, bill.basic, bill.critical_illness, bill.fund_total, bill.person_pays):
        assert yuan(fen) in page
    assert "50,232.00 + 9,768.00 = 60,000.00" in page.replace("&nbsp;", " ")
