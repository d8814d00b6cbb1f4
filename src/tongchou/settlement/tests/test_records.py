"""Two records of one person become one only where no insurance year would begin twice."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tongchou.people import hooks, queries, services
from tongchou.people.models import Merge, Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.tests.make import make_charge, make_county, reverse, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with clock.frozen(datetime(2019, 3, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        yield


@pytest.fixture
def hospital() -> Institution:
    make_county()
    return make_institution(name="岭海县人民医院")


def propose(keep: Person, gone: Person) -> Merge:
    choices = {str(one.pk): "keep" for one in gone.enrolments.all()}
    return services.propose_merge(
        by=make_user("clerk"), keep=keep, gone=gone, evidence="公安", choices=choices
    )


def test_a_year_with_bills_on_both_is_refused_and_shown(hospital: Institution) -> None:
    keep, gone = make_person(), make_person()
    bill = settle(make_charge(keep, hospital, "1000.00"))
    settle(make_charge(gone, hospital, "2000.00"))
    (year,) = hooks.years(keep)
    assert (year.year, year.bills, year.total) == (2019, 1, 100_000)
    assert year.fund == bill.fund_total
    with pytest.raises(Refused, match="2019 年两档都有结算单（保留的 1 张，并入的 1 张）"):
        propose(keep, gone)


def test_the_record_whose_year_goes_on_is_the_one_to_stay(hospital: Institution) -> None:
    keep, gone = make_person(), make_person()
    settle(make_charge(gone, hospital, "2000.00"))
    with pytest.raises(Refused, match="请对调"):
        propose(keep, gone)
    propose(gone, keep)


def test_one_person_with_two_numbers_has_one_benefit_year(hospital: Institution) -> None:
    """ENR-21: after the merge both numbers lead to one year, in which the ceilings are folded."""
    keep, gone = make_person(), make_person(scheme=None)
    settle(make_charge(keep, hospital, "3000.00"))
    services.merge_records(by=make_user("reviewer"), merge=propose(keep, gone))
    found = queries.find_person("id", gone.id_no)
    assert found == keep
    bill = settle(make_charge(found, hospital, "3000.00"))
    (year,) = PersonYear.objects.filter(person__in=(keep, gone), year=2019)
    assert (year.person, bill.person_year) == (keep, year)
    assert year.settlements.count() == 2


def test_a_reversed_bill_stands_in_no_years_way(hospital: Institution) -> None:
    keep, gone = make_person(), make_person()
    settle(make_charge(keep, hospital, "1000.00"))
    bill = settle(make_charge(gone, hospital, "2000.00"))
    reverse(bill)
    assert Settlement.objects.filter(person=gone).count() == 2
    assert hooks.years(gone) == []
    propose(keep, gone)
