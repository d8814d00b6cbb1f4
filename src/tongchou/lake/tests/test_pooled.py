"""The copy of an area whose pool changed within the year: both plans are in it, and it folds."""

from pathlib import Path

import pytest

from tongchou.lake.export import export
from tongchou.lake.reading import open_year
from tongchou.lake.replaying import replay
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.pooling.tests.make import AREA, EVE, make_change
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.tests.make import make_charge, make_county, settle

pytestmark = pytest.mark.django_db


def test_bills_of_both_plans_are_copied_and_folded(tmp_path: Path) -> None:
    with clock.frozen(EVE):
        make_county()
        place, person = make_institution(level="level3"), make_person()
        settle(make_charge(person, place, "50000.00"), when="2019-02-01 09:00")
        export(tmp_path, AREA)
        make_change()
        settle(make_charge(person, place, "50000.00"), when="2019-03-05 09:00")
        assert len(set(Settlement.objects.values_list("plan_id", flat=True))) == 2
        export(tmp_path, AREA)
    again = replay(open_year(tmp_path, AREA, 2019, "resident"))
    assert (again.bills, again.different) == (2, 0)
    assert PersonYear.objects.count() == 1, "one year, under both plans"
