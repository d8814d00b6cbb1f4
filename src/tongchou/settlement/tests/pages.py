"""Signing in and opening pages, for the tests of the pages."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Settlement
from tongchou.settlement.tests.make import make_charge, settle


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def client_as(role: str, **where: Any) -> Client:
    return client_of(make_user(role, **where))


def url(name: str, *args: object) -> str:
    return reverse(f"bills:{name}", args=args)


def page(client: Client, name: str, *args: object, **query: str | int) -> str:
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def make_year(person: Person, hospital: Institution) -> list[Settlement]:
    """The three bills of vector Y-21: 3,000 at level 1, then 40,000 and 60,000 at level 3."""
    small = make_institution(name="平冈镇卫生院", level="level1")
    bills = [
        ("2019-01-01", small, "3000.00"),
        ("2019-02-01", hospital, "40000.00"),
        ("2019-03-01", hospital, "60000.00"),
    ]
    return [
        settle(make_charge(person, place, total, on=f"{day} 08:00"), when=f"{day} 09:00")
        for day, place, total in bills
    ]
