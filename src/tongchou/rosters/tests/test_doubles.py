"""Two records of one person are found by a month's list, and gone from it once they are one."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import AREA, make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework.models import Case
from tongchou.rosters import register, services
from tongchou.rosters.models import Pin, Run
from tongchou.rosters.services import running
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 6, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def in_june() -> Any:
    with clock.frozen(DAY):
        yield


def second_record(person: Person) -> Person:
    return people.register_person(
        actor="x", area=AREA, name=person.name, cert_type="99", id_no="出生证 0731",
        sex=person.sex, birth=person.birth, town=person.town, village=person.village,
        source="出生登记",
    )  # fmt: skip


def codes(run: Run, person: Person) -> set[str]:
    found = run.findings.filter(subject=person.psn_no).values_list("code", flat=True)
    return {code for code in found if code.startswith("I")}


def merge(clerk: User, keep: Person, gone: Person) -> None:
    proposed = people.propose_merge(by=clerk, keep=keep, gone=gone, evidence="户口簿")
    people.merge_records(by=make_user("reviewer"), merge=proposed)


def test_a_list_finds_them_and_their_case_leads_to_the_merge(client: Client) -> None:
    person = make_person(identities=["low_income"])
    other = second_record(person)
    clerk = make_user("clerk")
    make_file(make_sender(clerk), row_of(person), by=clerk)
    run = make_run(actor=clerk.login)
    assert codes(run, person) == {"I5"}
    services.issue(by=make_user("reviewer"), run=run)
    case = Case.objects.get(code="I5")
    client.force_login(clerk)
    page = client.get(reverse("rosters:case", args=[case.pk])).content.decode()
    assert reverse("people:merge-beside", args=[person.psn_no, other.psn_no]) in page
    client.force_login(make_user("town", town=person.town))
    page = client.get(reverse("rosters:case", args=[case.pk])).content.decode()
    assert "merge" not in page
    merge(clerk, person, other)
    again = make_run(actor=clerk.login)
    assert again.run_id != run.run_id and codes(again, person) == set()


def test_found_to_be_two_they_are_no_finding_and_another_run() -> None:
    person = make_person(identities=["low_income"])
    other = second_record(person)
    clerk = make_user("clerk")
    make_file(make_sender(clerk), row_of(person), by=clerk)
    before = register.register_hash(AREA)
    proposed = people.propose_merge(by=clerk, keep=person, gone=other, evidence="x")
    people.refuse_merge(by=make_user("reviewer"), merge=proposed, opinion="堂兄弟", different=True)
    assert register.register_hash(AREA) != before
    assert codes(make_run(actor=clerk.login), person) == set()


def test_a_row_pinned_to_the_record_that_went_means_the_one_that_stays() -> None:
    keep, gone = make_person(), make_person(name="吴阿娣", scheme=None)
    clerk = make_user("clerk")
    file = make_file(make_sender(clerk), row_of(gone), by=clerk)
    Pin.objects.create(
        area=AREA, subject="~x", row_name="x", person_no=gone.psn_no, must=True, evidence="x",
        made_by=clerk, made_at=clock.now(),
    )  # fmt: skip
    merge(clerk, keep, gone)
    inputs = running._inputs(AREA, "2019-06", [file])
    assert [pin.person_no for pin in inputs.pins] == [keep.psn_no]
    # The number of the record that went is the other's alias: the list still finds the person,
    # under the name that it has now only after a look.
    assert gone.psn_no not in str(make_run(actor=clerk.login).listed.values_list("person_no"))
