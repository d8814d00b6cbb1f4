"""Manual claims for tests."""

import itertools
from datetime import date
from typing import Any

from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.settlement.models import ManualClaim
from tongchou.settlement.services import manual
from tongchou.settlement.tests.make import at

_serial = itertools.count(1)
FILED_AT = "2019-03-01 07:30"  # still the day before by universal time


def make_claim(
    *, by: User | None = None, person: Person | None = None, **papers: Any
) -> ManualClaim:
    """A stay of 20,000.00 outside the area, brought to the counter on 2019-03-01."""
    taken = {
        "institution": None,
        "institution_name": "省城医院",
        "level": "level3",
        "out_of_area": False,
        "visit_kind": "inpatient",
        "begun_on": date(2019, 2, 1),
        "ended_on": date(2019, 2, 9),
        "invoice": f"GD{next(_serial):06d}",
        "total": 2_000_000,
        "own_pay": 0,
        "over_limit": 0,
        "first_self_pay": 0,
        "reason": "没有联网",
    }
    with clock.frozen(at(FILED_AT)):
        return manual.file_claim(
            by=by or make_user("clerk"), person=person or make_person(), **(taken | papers)
        )
