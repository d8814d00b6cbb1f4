"""The database refuses what the services would, whoever writes (ENR-01)."""

from datetime import date

import pytest
from django.db import DatabaseError

from tongchou.people import services
from tongchou.people.models import Enrolment
from tongchou.people.tests.make import make_person
from tongchou.platform.db.tests.attack import change_row, copy_row, refused_overlap

pytestmark = pytest.mark.django_db


def test_one_basic_scheme_a_day() -> None:
    refused_overlap(make_person().enrolments.get(), struck=True)


def test_one_basic_scheme_a_day_over_all_schemes() -> None:
    row = make_person(scheme="resident").enrolments.get()
    with pytest.raises(DatabaseError, match="enrolment_one_a_day"):
        copy_row(row, scheme="employee", status="active", psn_type="1101")


def test_another_person_may_be_enrolled_on_the_same_day() -> None:
    row = make_person().enrolments.get()
    other = make_person(scheme=None)
    copy_row(row, person_id=other.pk)
    assert Enrolment.objects.filter(person=other).count() == 1


def test_one_spell_of_an_identity_a_day() -> None:
    refused_overlap(make_person(identities=["destitute"]).identities.get(), struck=True)


def test_two_identities_may_run_side_by_side() -> None:
    row = make_person(identities=["destitute"]).identities.get()
    copy_row(row, kind="disabled")
    other = row.person.identities.get(kind="disabled")
    with pytest.raises(DatabaseError, match="identity_one_a_day"):
        change_row(other, kind="destitute")


def test_one_residence_a_day() -> None:
    refused_overlap(make_person().residences.get(), struck=True)


def test_permits_end_and_there_is_one_a_day() -> None:
    person = make_person()
    permit = services.add_permit(
        actor="x", person=person, number="Q1", place="东风社区", start=date(2019, 1, 1),
        end=date(2020, 1, 1), source="公安",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="permit_one_a_day"):
        copy_row(permit, start="2019-12-31", end="2021-01-01")
    copy_row(permit, start="2020-01-01", end="2021-01-01")
    with pytest.raises(DatabaseError, match="permit_ends"):
        change_row(permit, end=None)


def test_a_number_leads_to_one_person() -> None:
    row = make_person(card="C123").numbers.get(kind="card")
    with pytest.raises(DatabaseError, match=r"(?i)unique"):
        copy_row(row, person_id=make_person().pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"end": "2019-01-01"},  # would hold no day
        {"scheme": "employee"},  # without a status
        {"status": "retired"},  # a resident has none
        {"ground": "friend"},
    ],
)
def test_malformed_enrolments(changes: dict[str, str]) -> None:
    row = make_person().enrolments.get()
    with pytest.raises(DatabaseError, match=r"enrolment_(spell|status|ground)"):
        change_row(row, **changes)
