"""Two records of one person are found by a month's list, and gone from it once they are one."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.people import services as people
from tongchou.people.models import Merge, Person
from tongchou.people.tests.make import AREA, make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.rosters import register, services
from tongchou.rosters.models import Pin, Run, Sender
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


def merge(clerk: User, keep: Person, gone: Person) -> Merge:
    proposed = people.propose_merge(by=clerk, keep=keep, gone=gone, evidence="户口簿")
    return people.merge_records(by=make_user("reviewer"), merge=proposed)


def undo(merge_: Merge) -> None:
    people.undo_merge(by=make_user("reviewer"), merge=merge_, reason="是两个人")


def states() -> dict[str, str]:
    return {c.key: c.state for c in Case.objects.exclude(code="I5")}


def listed_beside(clerk: User) -> tuple[Person, Person]:
    """Two records, the one that will go with a case of a missing flag."""
    keep, gone = make_person(scheme=None), make_person()
    make_file(make_sender(clerk), row_of(gone), by=clerk)
    services.issue(by=make_user("reviewer"), run=make_run(actor=clerk.login))
    assert states() == {f"F4|{gone.psn_no}|2019": "issued"}
    return keep, gone


def again(clerk: User, number: Person, sender: Sender, month: str = "2019-07") -> Run:
    """Send the next month's list with the person's number as it is now; issue it."""
    # Not the same bytes as an earlier month's, which a gate holds up: both may be of one second.
    make_file(sender, row_of(number, town=f"{number.town} "), month=month, by=clerk)
    run = make_run(month, actor=clerk.login)
    services.issue(by=make_user("reviewer"), run=run)
    return run


def test_the_case_of_a_record_that_went_goes_on_for_the_one_that_stays(client: Client) -> None:
    clerk = make_user("clerk")
    keep, gone = listed_beside(clerk)
    case = Case.objects.get()
    done = merge(clerk, keep, gone)
    run = again(clerk, keep, Sender.objects.get())
    case.refresh_from_db()
    # The same case, seen again: neither a second one nor the first gone by itself.
    assert states() == {f"F4|{gone.psn_no}|2019": "issued"}
    assert (case.subject, case.round, case.seen_in) == (keep.psn_no, 1, run.run_id)
    assert run.findings.get(code="F4").fate == "open"
    client.force_login(clerk)
    page = client.get(reverse("rosters:case", args=[case.pk])).content.decode()
    assert f"立在人员编号 {gone.psn_no} 名下" in page and keep.psn_no in page
    for number in (keep.psn_no, gone.psn_no):
        found = client.get(reverse("rosters:cases"), {"person": number}).content.decode()
        assert reverse("rosters:case", args=[case.pk]) in found
    undo(done)
    again(clerk, gone, Sender.objects.get(), "2019-08")
    case.refresh_from_db()
    assert states() == {f"F4|{gone.psn_no}|2019": "issued"} and case.subject == gone.psn_no


def test_where_both_had_the_case_that_of_the_record_that_stays_goes_on() -> None:
    clerk = make_user("clerk")
    keep, gone = make_person(), make_person(scheme=None)
    sender = make_sender(clerk)
    make_file(sender, row_of(keep), row_of(gone), by=clerk)
    services.issue(by=make_user("reviewer"), run=make_run(actor=clerk.login))
    mine, other = f"F4|{keep.psn_no}|2019", f"F4|{gone.psn_no}|2019"
    assert states()[mine] == states()[other] == "issued"
    merge(clerk, keep, gone)
    file = make_file(sender, row_of(keep), month="2019-07", by=clerk, accepted=False)
    services.accept(by=make_user("reviewer"), file=file, reason="少了一档")
    services.issue(by=make_user("reviewer"), run=make_run("2019-07", actor=clerk.login))
    assert (states()[mine], states()[other]) == ("issued", "vanished")


def test_its_flag_is_registered_for_the_one_that_stays() -> None:
    clerk = make_user("clerk")
    keep, gone = listed_beside(clerk)
    merge(clerk, keep, gone)
    case = Case.objects.get()
    for verb, note in (("sign", ""), ("confirm", "属实")):
        casework.act(case=case, verb=verb, by=clerk, note=note)
    services.carry_out(case=case, by=clerk, note="", files=[casework.File("a", b"x")])
    assert keep.identities.get().kind == "low_income" and not gone.identities.exists()


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
