"""Two at once: over one row, one decision, one list, one night."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.refusal import Refused
from tongchou.rosters import services
from tongchou.rosters.casework import KIND
from tongchou.rosters.models import Pin
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def at_once(*works: Callable[[], object]) -> list[str]:
    """Run each on a connection of its own, all let go together; return their refusals."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            ready.wait(10)
            work()
        except Refused as refused:
            return refused.reason
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.parametrize("other", ["same", "none", "another"])
@pytest.mark.parametrize("_again", range(4))
def test_one_row_is_decided_once(other: str, _again: int) -> None:
    clerk, second = make_user("clerk"), make_user("reviewer")
    person, stranger = make_person(name="梁秀英"), make_person(name="王某某")
    make_file(make_sender(clerk), row_of(person, name="梁秀美"), by=clerk)
    row = make_run().open_rows.get()
    choice = {"same": person.psn_no, "none": "", "another": stranger.psn_no}[other]
    told = at_once(
        lambda: services.decide(by=clerk, row=row, person_no=person.psn_no, evidence=""),
        lambda: services.decide(by=second, row=row, person_no=choice, evidence="照片"),
    )
    assert sorted(map(bool, told)) == [False, True], told
    assert "已经核定过" in "".join(told)
    assert Pin.objects.count() == 1


def test_one_list_is_accepted_once_and_one_decision_taken_back_once() -> None:
    clerk, second = make_user("clerk"), make_user("reviewer")
    person = make_person(name="梁秀英")
    rows = row_of(person, name="梁秀美")
    file = make_file(make_sender(clerk), rows, by=clerk, accepted=False)
    told = at_once(
        lambda: services.accept(by=clerk, file=file),
        lambda: services.refuse(by=second, file=file, reason="发错"),
    )
    assert sorted(map(bool, told)) == [False, True], told
    file.refresh_from_db()
    if file.state != "accepted":
        file = make_file(file.sender, row_of(person, name="梁秀丽"), by=clerk)
    row = make_run().open_rows.get()
    (pin,) = services.decide(by=clerk, row=row, person_no=person.psn_no, evidence="")
    told = at_once(*[
        lambda user=user: services.remove_pin(by=user, pin=pin, reason="看错")
        for user in (clerk, second)
    ])  # fmt: skip
    assert sorted(map(bool, told)) == [False, True], told


@pytest.fixture
def late() -> Iterator[Case]:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    make_file(make_sender(clerk), *(row_of(make_person()) for _ in range(2)), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.earliest("pk")
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    until = date.fromordinal(clock.today().toordinal() + 1)
    casework.act(case=case, verb="except", by=reviewer, note="等", until=until)
    yield case


def test_two_nights_at_once_are_one(late: Case) -> None:
    later = date.fromordinal(clock.today().toordinal() + 30)

    def night() -> None:
        casework.end_exceptions(kind=KIND, area="441700", on=later)
        casework.escalate(kind=KIND, area="441700", on=later)

    assert at_once(night, night) == ["", ""]
    assert Step.objects.filter(verb="expire").count() == 1
    late.refresh_from_db()
    assert (late.state, late.round) == ("issued", 2)
    other = Case.objects.exclude(pk=late.pk).get()
    assert list(other.steps.filter(verb="escalate").values_list("look", flat=True)) == [
        "late 1", "late 5",
    ]  # fmt: skip
