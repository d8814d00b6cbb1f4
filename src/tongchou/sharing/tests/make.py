"""Families whose members share an account: made through the services."""

from datetime import date

from tongchou.funds import services as funds
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.sharing import services
from tongchou.sharing.models import AccountLink

AREA = "441700"
START = date(2025, 1, 1)


def make_owner(fen: int = 10_000, **told: object) -> Person:
    """An employee with `fen` on the personal account; the area's accounts are open."""
    funds.open_area(AREA, actor="test")
    owner = make_person(scheme="employee", **told)  # type: ignore[arg-type]
    if fen:
        funds.credit_personal_account(person_id=owner.pk, area=AREA, fen=fen, actor="test")
    return owner


def make_link(
    owner: Person | None = None,
    member: Person | None = None,
    *,
    relation: str = "child",
    start: date = START,
) -> AccountLink:
    return services.link(
        actor="test",
        owner=owner or make_owner(),
        member=member or make_person(),
        relation=relation,
        start=start,
        source="户口簿",
    )
