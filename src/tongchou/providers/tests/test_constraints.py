"""The database refuses what the services would, whoever writes."""

from datetime import date

import pytest
from django.db import DatabaseError

from tongchou.platform.db.tests.attack import change_row, refused_overlap
from tongchou.providers.tests.make import make_doctor, make_institution

pytestmark = pytest.mark.django_db


def test_one_agreement_state_a_day() -> None:
    refused_overlap(make_institution().agreements.get())


def test_one_suspension_of_a_doctor_a_day() -> None:
    doctor = make_doctor(make_institution(), suspended_from=date(2019, 1, 1))
    refused_overlap(doctor.suspensions.get())


def test_one_institution_for_an_account() -> None:
    first, second = make_institution(), make_institution()
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        change_row(second, paasid=first.paasid)


def test_only_an_ending_has_its_reason_and_is_taken_back() -> None:
    agreement = make_institution().agreements.get()
    for wrong in ({"end_reason": "clearing"}, {"taken_back": True}):
        with pytest.raises(DatabaseError, match="agreement_end_reason"):
            change_row(agreement, **wrong)
    change_row(agreement, state="ended")
    with pytest.raises(DatabaseError, match="agreement_end_reason_known"):
        change_row(agreement, end_reason="whim")
    change_row(agreement, end_reason="penalty")
