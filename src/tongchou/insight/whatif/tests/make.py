"""A county with a year of bills and its copy, and desks in front of it."""

from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from tongchou.insight.whatif import years
from tongchou.insight.whatif.desk import Desk, desk_of
from tongchou.insight.whatif.moves import FIELD
from tongchou.lake.export import export
from tongchou.people.tests.make import make_person
from tongchou.plans.models import PlanVersion
from tongchou.plans.tests.make import make_plan, make_user
from tongchou.platform.accounts.models import User
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.tests.make import AREA, make_charge, make_county, settle

LEVEL3 = "tiers.basic.rate.level3"
CRITICAL = "tiers.critical_illness.bands.0.from"
BILLS: tuple[tuple[list[str], tuple[str, ...]], ...] = (
    ([], ("60000", "9000.55", "150000")),
    (["destitute"], ("30000", "812.34")),
    (["low_income"], ("48000",)),
    ([], ("300",)),
)


@pytest.fixture
def lake(db: None, tmp_path: Path, settings: Any) -> Path:
    """Four persons with seven bills of 2019, copied."""
    settings.LAKE = tmp_path / "lake"
    make_county()
    place = make_institution(name="=岭海县人民医院")
    for identities, totals in BILLS:
        person = make_person(identities=identities)
        for day, total in enumerate(totals, 1):
            settle(make_charge(person, place, total), when=f"2019-03-0{day} 09:00")
    export(tmp_path / "lake", AREA)
    years._years.clear()
    return tmp_path / "lake"


def data(version: PlanVersion | None = None, **fields: str) -> dict[str, str]:
    """Return what the page's form sends; numbers by their path with _ for the dots."""
    base = {"plan": str((version or make_plan()).pk), "year": "2019"}
    return {**base, **fields}


def moved(**paths: str) -> dict[str, str]:
    known = {
        "level3": LEVEL3,
        "critical": CRITICAL,
        "second": "tiers.critical_illness.bands.1.from",
    }
    return {FIELD + known[name]: text for name, text in paths.items()}


def make_desk(user: User, **more: str) -> Desk:
    desk = desk_of(user, QueryDict(urlencode(data() | more)))
    assert desk is not None
    return desk


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(user: User, page: str, /, *args: object, **query: Any) -> str:
    """Return the page's text; `status` is the one it must have (200)."""
    status = query.pop("status", 200)
    answer = client_of(user).get(reverse(f"whatif:{page}", args=args), query)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def post(user: User, page: str, /, *args: object, **fields: Any) -> str:
    """As `get`."""
    status = fields.pop("status", 200)
    answer = client_of(user).post(reverse(f"whatif:{page}", args=args), fields)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


__all__ = [
    "AREA",
    "CRITICAL",
    "LEVEL3",
    "client_of",
    "data",
    "get",
    "lake",
    "make_desk",
    "make_user",
    "moved",
    "post",
]
