"""Changes between two lists, and months corrected afterwards: whom they touch and whom not."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.jobs import worker
from tongchou.platform.jobs.models import Job
from tongchou.platform.refusal import Refused
from tongchou.rosters import lists, services
from tongchou.rosters.models import RosterFile, Run, Sender
from tongchou.rosters.tests.make import (
    CHANGED,
    MONTH,
    change_of,
    make_changes,
    make_file,
    make_run,
    make_sender,
    row_of,
    xlsx,
)
from tongchou.rosters.worklists import open_work

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 8, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _july() -> object:
    with clock.frozen(JULY):
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


@pytest.fixture
def sender(clerk: User) -> Sender:
    return make_sender(clerk)


def states() -> dict[str, str]:
    return dict(Case.objects.values_list("key", "state"))


def found(run: Run) -> set[str]:
    return set(run.findings.values_list("key", flat=True))


def issued(clerk: User, reviewer: User, month: str = MONTH) -> Run:
    run = make_run(month, clerk.login)
    services.issue(by=reviewer, run=run)
    return run


def tried(file: RosterFile, clerk: User) -> Run:
    return services.try_changes(file=file, actor=clerk.login)


def test_who_is_added_is_found_at_once_and_nobody_else_is_touched(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    listed, gone, new = make_person(), make_person(), make_person(scheme=None)
    make_file(sender, row_of(listed), row_of(gone), by=clerk)
    issued(clerk, reviewer)
    before = dict(Case.objects.values_list("key", "seen_in"))
    file = make_changes(sender, change_of(new, "新增"), by=clerk)
    assert (file.month, file.kind, file.day) == (MONTH, "changes", date(2019, 6, 20))
    run = tried(file, clerk)
    assert found(run) == {f"E10|{new.psn_no}|2019", f"F4|{new.psn_no}|2019"}
    assert run.subjects == [new.psn_no]
    assert not run.listed.exists()
    assert services.issue(by=reviewer, run=run).new == 2
    assert states()[f"F4|{new.psn_no}|2019"] == "issued"
    after = dict(Case.objects.exclude(subject=new.psn_no).values_list("key", "seen_in"))
    assert after == before
    case = Case.objects.get(key=f"F4|{new.psn_no}|2019")
    assert case.data["since"] == "2019-06-20"


def test_who_is_removed_is_cleared_or_found_by_name_and_the_rest_stays(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    unflagged, flagged = make_person(), make_person(identities=["low_income"])
    other = make_person()
    make_file(sender, *map(row_of, (unflagged, flagged, other)), by=clerk)
    issued(clerk, reviewer)
    rows = [change_of(one, "退出") for one in (unflagged, flagged)]
    run = tried(make_changes(sender, *rows, by=clerk), clerk)
    services.issue(by=reviewer, run=run)
    assert states() == {
        f"F4|{unflagged.psn_no}|2019": "vanished",
        f"F3|{flagged.psn_no}|2019": "issued",
        f"F4|{other.psn_no}|2019": "issued",
    }
    whole = make_run(actor=clerk.login)
    assert found(whole) == {f"F3|{flagged.psn_no}|2019", f"F4|{other.psn_no}|2019"}


def test_changes_before_the_list_has_come_clear_nobody(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person, new = make_person(), make_person()
    make_file(sender, row_of(person), by=clerk)
    issued(clerk, reviewer)
    file = make_changes(sender, change_of(new, "新增", "2019-07-03"), by=clerk)
    assert file.month == "2019-07"
    assert found(tried(file, clerk)) == {f"F4|{new.psn_no}|2019"}
    run = make_run("2019-07", clerk.login)
    assert run.incomplete == [sender.source]
    services.issue(by=reviewer, run=run)
    assert states()[f"F4|{person.psn_no}|2019"] == "issued"


def test_what_the_list_does_not_bear_out_is_told_back(sender: Sender, clerk: User) -> None:
    listed, stranger = make_person(), make_person()
    make_file(sender, row_of(listed), by=clerk)
    rows = change_of(listed, "新增"), change_of(stranger, "退出")
    run = tried(make_changes(sender, *rows, by=clerk), clerk)
    (told,) = run.findings.filter(code="L9")
    assert "已在名单上" in told.facts
    assert "不在名单上" in told.facts


def test_two_days_of_changes_are_both_in_use(sender: Sender, clerk: User) -> None:
    one, other = make_person(), make_person()
    make_file(sender, by=clerk)
    for person, day in ((one, "2019-06-12"), (other, "2019-06-13")):
        make_changes(sender, change_of(person, "新增", day), by=clerk)
    assert [file.kind for file in lists.in_use("441700", MONTH)] == ["full", "changes", "changes"]
    assert make_run(actor=clerk.login).listed.count() == 2


def test_changes_of_another_month_wait_for_a_second_person(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person = make_person()
    make_file(sender, by=clerk)
    rows = change_of(person, "新增", "2019-06-12"), change_of(person, "变更", "2019-05-30")
    file = make_changes(sender, *rows, by=clerk, month=MONTH, accepted=False)
    assert [gate["code"] for gate in file.gates] == ["L8"]
    with pytest.raises(Refused, match="以外的人"):
        services.accept(by=clerk, file=file, reason="补报")
    services.accept(by=make_user("clerk"), file=file, reason="补报")
    run = make_run(actor=clerk.login)
    assert run.incomplete == []
    assert run.listed.count() == 1


def test_changes_older_than_the_list_are_told(sender: Sender, clerk: User) -> None:
    person = make_person()
    file = services.receive(
        by=clerk, sender=sender, month=MONTH, name="民政2019-06-25.xlsx", content=xlsx()
    )
    services.accept(by=clerk, file=file)
    late = make_changes(sender, change_of(person, "新增"), by=clerk, accepted=False)
    assert [gate["code"] for gate in late.gates] == ["L6"]


def test_only_accepted_changes_are_compared(sender: Sender, clerk: User) -> None:
    person = make_person()
    full = make_file(sender, row_of(person), by=clerk)
    file = make_changes(sender, change_of(person, "退出"), by=clerk, accepted=False)
    for one in (full, file):
        with pytest.raises(Refused, match="已接收的变动名单"):
            tried(one, clerk)


def test_a_run_of_a_part_is_issued_once_by_another_and_not_after_the_whole(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person = make_person()
    make_file(sender, by=clerk)
    part = tried(make_changes(sender, change_of(person, "新增"), by=clerk), clerk)
    assert {w.kind for w in open_work("441700")} == set()  # no month has been run yet
    with pytest.raises(Refused, match="以外的人"):
        services.issue(by=clerk, run=part)
    with clock.frozen(JULY.replace(hour=3)):
        make_run(actor=clerk.login)
        with pytest.raises(Refused, match="后来又比对过"):
            services.issue(by=reviewer, run=part)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "changes", "day": None}, {"kind": "other"}],
)
def test_a_list_is_full_or_has_its_day(
    sender: Sender, clerk: User, wrong: dict[str, object]
) -> None:
    file = make_file(sender, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterFile.objects.filter(pk=file.pk).update(**wrong)


def test_of_full_lists_one_is_in_use_and_no_file_twice(sender: Sender, clerk: User) -> None:
    make_file(sender, by=clerk)
    first = make_changes(sender, change_of(make_person(), "新增"), by=clerk)
    second = make_changes(sender, change_of(make_person(), "新增"), by=clerk)
    for wrong in ({"kind": "full"}, {"sha256": first.sha256}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RosterFile.objects.filter(pk=second.pk).update(**wrong)


def test_a_run_is_of_a_part_or_a_correction(sender: Sender, clerk: User) -> None:
    make_file(sender, by=clerk)
    run = make_run(actor=clerk.login)
    part = tried(make_changes(sender, change_of(make_person(), "新增"), by=clerk), clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=part.pk).update(corrects=run)


# --- months before, corrected ------------------------------------------------------------------


def corrected(sender: Sender, clerk: User, reviewer: User) -> tuple[Run, str, str, str]:
    """June and July are issued; then June's list comes again: one more, one fewer."""
    kept, wrong, late = make_person(), make_person(), make_person()
    june = make_file(sender, row_of(kept), row_of(wrong), by=clerk)
    issued(clerk, reviewer)
    with clock.frozen(JULY.replace(hour=3)):
        # July's list has not come: what June found stays open.
        other = make_sender(clerk, source="扶贫")
        make_file(other, row_of(kept, "脱贫"), month="2019-07", by=clerk)
        issued(clerk, reviewer, "2019-07")
    with clock.frozen(JULY.replace(hour=4)):
        services.undo(by=clerk, file=june, reason="发错")
        make_file(sender, row_of(kept), row_of(late), by=clerk)
        run = make_run(actor=clerk.login)
    return run, kept.psn_no, wrong.psn_no, late.psn_no


def test_a_corrected_month_shows_what_differs_and_changes_nothing(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    before = states
    run, kept, wrong, late = corrected(sender, clerk, reviewer)
    assert run.corrects is not None
    assert run.corrects.month == MONTH
    assert before() == {f"F4|{kept}|2019": "issued", f"F4|{wrong}|2019": "issued"}
    answer = client(reviewer).get(reverse("rosters:run", args=[run.pk])).content.decode()
    assert "和已下发的那次不同" in answer
    assert "会新发现 1 条，不会发现 1 条" in answer
    assert "下发差异" in answer
    assert "roster_issue" in {work.kind for work in open_work("441700")}
    outcome = services.issue(by=reviewer, run=run)
    assert (outcome.new, outcome.vanished, outcome.seen) == (1, 1, 0)
    assert states() == {
        f"F4|{kept}|2019": "issued",
        f"F4|{wrong}|2019": "vanished",
        f"F4|{late}|2019": "issued",
    }


def test_what_a_later_month_saw_is_left_alone(sender: Sender, clerk: User, reviewer: User) -> None:
    person, other = make_person(), make_person()
    june = make_file(sender, row_of(person), by=clerk)
    issued(clerk, reviewer)
    with clock.frozen(JULY.replace(hour=3)):
        make_file(sender, row_of(person, since="2018-02-01"), month="2019-07", by=clerk)
        issued(clerk, reviewer, "2019-07")
    with clock.frozen(JULY.replace(hour=4)):
        services.undo(by=clerk, file=june, reason="发错")
        make_file(sender, row_of(other), by=clerk)
        services.issue(by=reviewer, run=make_run(actor=clerk.login))
    assert states()[f"F4|{person.psn_no}|2019"] == "issued"  # July has him still


def test_an_earlier_month_is_not_issued_over_a_later_one(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person = make_person()
    make_file(sender, row_of(person), by=clerk)
    june = make_run(actor=clerk.login)
    with clock.frozen(JULY.replace(hour=3)):
        make_file(sender, row_of(person, since="2018-02-01"), month="2019-07", by=clerk)
        issued(clerk, reviewer, "2019-07")
    with pytest.raises(Refused, match="以后的月份已经下发"):
        services.issue(by=reviewer, run=june)


# --- pages --------------------------------------------------------------------------------------


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_changes_are_received_asking_nothing_and_compared_when_accepted(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    new = make_person(name="王小平")
    full = make_file(sender, row_of(make_person()), by=clerk)
    issued(clerk, reviewer)
    desk = client(clerk)
    content = xlsx(change_of(new, "新增"), headings=CHANGED)
    upload = SimpleUploadedFile("民政变动0620.xlsx", content)
    answer = desk.post(reverse("rosters:receive"), {"sender": "", "month": "", "file": upload})
    file = RosterFile.objects.get(kind="changes")
    assert answer["Location"] == reverse("rosters:file", args=[file.pk])
    shown = desk.get(answer["Location"]).content.decode()
    assert "只管名单上写到的人" in shown
    answer = desk.post(reverse("rosters:decide", args=[file.pk]), {"act": "accept"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:job", args=[job.pk])
    assert worker.run_one()
    run = Run.objects.exclude(changes=None).get()
    assert (
        "只比对变动名单写到的 1 人"
        in desk.get(reverse("rosters:run", args=[run.pk])).content.decode()
    )
    assert "王小平" in client(reviewer).get(reverse("rosters:run", args=[run.pk])).content.decode()
    assert "民政变动0620.xlsx" in desk.get(reverse("rosters:file", args=[full.pk])).content.decode()
    assert "变动 1 份" in desk.get(reverse("rosters:list"), {"month": MONTH}).content.decode()
    assert "roster_issue" in {work.kind for work in open_work("441700")}


def test_a_file_that_names_no_sender_asks_for_it(sender: Sender, clerk: User) -> None:
    upload = SimpleUploadedFile("名单.xlsx", xlsx(row_of(make_person())))
    told = {"sender": "", "month": MONTH, "file": upload}
    answer = client(clerk).post(reverse("rosters:receive"), told)
    assert "文件名看不出是谁报送的" in answer.content.decode()
    assert not RosterFile.objects.exists()


def test_a_corrected_list_asks_for_its_month_again(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    run, *_who = corrected(sender, clerk, reviewer)
    file = RosterFile.objects.get(month=MONTH, state="accepted", sender=sender)
    services.undo(by=clerk, file=file, reason="再更正")
    with clock.frozen(JULY.replace(hour=5)):
        last = make_file(sender, row_of(make_person()), by=clerk, accepted=False)
        url = reverse("rosters:decide", args=[last.pk])
        client(clerk).post(url, {"act": "accept"})
    job = Job.objects.get()
    assert (job.kind, job.about) == ("rosters.compare", MONTH)
    assert run.state == "tried"


def test_rows_of_changes_that_were_linked_to_nobody_come_to_the_desk(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person = make_person()
    make_file(sender, row_of(make_person()), by=clerk)
    issued(clerk, reviewer)
    row = change_of(person, "新增", name=person.name[0] + "某")
    with clock.frozen(JULY.replace(hour=3)):
        run = tried(make_changes(sender, row, by=clerk), clerk)
    open_row = run.open_rows.get()
    answer = client(clerk).get(reverse("rosters:review"))
    assert answer["Location"] == reverse("rosters:review-row", args=[open_row.pk])


def test_what_a_part_says_is_closed_only_by_acts_and_later_lists(
    sender: Sender, clerk: User, reviewer: User
) -> None:
    person = make_person()
    make_file(sender, by=clerk)
    issued(clerk, reviewer)
    with clock.frozen(JULY.replace(hour=3)):
        run = tried(make_changes(sender, change_of(person, "新增"), by=clerk), clerk)
        services.issue(by=reviewer, run=run)
    case = Case.objects.get()
    casework.act(case=case, verb="sign", by=clerk)
    case = casework.act(case=case, verb="confirm", by=clerk, note="属实")
    paper = casework.File("a", b"x")
    services.carry_out(case=case, by=clerk, note="", files=[paper])
    fact = person.identities.get()
    assert fact.start == date(2019, 6, 20)
