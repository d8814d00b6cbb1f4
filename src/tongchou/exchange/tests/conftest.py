import pytest

from tongchou.exchange import gate, message_log
from tongchou.exchange.tests.hospital import Hospital
from tongchou.exchange.tests.make import make_area, make_hospital
from tongchou.funds import accounts
from tongchou.funds import services as funds
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plans
from tongchou.platform.authority.models import Area
from tongchou.platform.numbering.services import forget_blocks
from tongchou.providers import credentials


@pytest.fixture
def area(db: None) -> Area:
    """An area; what this process keeps of another test's database is dropped first."""
    credentials.forget()
    forget_blocks()
    message_log.drop()
    gate.forget()
    return make_area()


@pytest.fixture
def county(area: Area) -> Area:
    """An area with its books opened and the shipped plans adopted: bills can be settled."""
    accounts.forget()
    funds.open_area(area.code, actor="test")
    make_plans(area.code)
    return area


@pytest.fixture
def hospital(area: Area) -> Hospital:
    return make_hospital()


@pytest.fixture
def person(area: Area) -> Person:
    return make_person()
