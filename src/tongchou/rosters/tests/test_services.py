"""Lists come in, are compared, handed out and closed again, by different hands."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.rosters import access, lists, queries, register, services
from tongchou.rosters.casework import MACHINE
from tongchou.rosters.models import Pin, RosterFile, Run
from tongchou.rosters.tests.make import (
    MONTH,
    change_of,
    make_changes,
    make_file,
    make_run,
    make_sender,
    row_of,
    xlsx,
)

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 8, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _july() -> object:
    with clock.frozen(JULY):
        yield


@pytest.fixture
def person() -> Person:
    return make_person(identities=["low_income"])


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def keys(run: Run) -> list[str]:
    return list(run.findings.order_by("key").values_list("key", flat=True))


def test_who_is_listed_flagged_and_insured_is_in_order(person: Person, clerk: User) -> None:
    make_file(make_sender(clerk), row_of(person), by=clerk)
    run = make_run()
    assert keys(run) == []
    assert list(run.listed.values_list("person_no", flat=True)) == [person.psn_no]
    assert queries.balance(run, access.cases_for(clerk)) == queries.Balance(1, 1, 0)


def test_a_helped_person_without_a_flag_becomes_a_case_and_is_closed(
    clerk: User, reviewer: User
) -> None:
    person = make_person()
    sender = make_sender(clerk)
    make_file(sender, row_of(person), by=clerk)
    run = make_run(actor=clerk.login)
    assert keys(run) == [f"F4|{person.psn_no}|2019"]
    assert services.issue(by=reviewer, run=run).new == 1
    case = Case.objects.get()
    assert (case.state, case.place, case.due_on) == ("issued", person.town, date(2019, 7, 11))

    town = make_user("town", town=person.town)
    assert list(access.cases_for(town)) == [case]
    casework.act(case=case, verb="sign", by=town)
    casework.act(case=case, verb="confirm", by=town, note="属实")
    people.add_identity(
        actor=clerk.login, person=person, kind="low_income", start=date(2018, 1, 1),
        source="民政", known_on=date(2019, 7, 8),
    )  # fmt: skip
    photo = casework.File("a.jpg", b"x")
    casework.act(case=case, verb="correct", by=town, note="已登记标识", files=[photo])
    casework.act(case=case, verb="pass", by=reviewer)
    make_file(sender, row_of(person, since="2018-02-01"), month="2019-07", by=clerk)
    services.issue(by=reviewer, run=make_run("2019-07", clerk.login))
    case.refresh_from_db()
    assert case.state == "closed"


def test_the_same_inputs_are_the_same_run(person: Person, clerk: User) -> None:
    make_file(make_sender(clerk), row_of(person, kind="特困"), by=clerk)
    first = make_run()
    second = make_run()
    assert first.run_id == second.run_id
    assert Run.objects.count() == 1
    fact = person.identities.get()
    people.end_identity(actor="x", identity=fact, end=date(2019, 7, 1), source="民政")
    assert make_run().run_id != first.run_id


def test_two_people_issue(person: Person, clerk: User, reviewer: User) -> None:
    make_file(make_sender(clerk), row_of(person, kind="特困"), by=clerk)
    run = make_run(actor=reviewer.login)
    with pytest.raises(Refused, match="以外的人"):
        services.issue(by=reviewer, run=run)
    other = make_user("reviewer")
    services.issue(by=other, run=run)
    with pytest.raises(Refused, match="已经下发"):
        services.issue(by=other, run=run)


def test_a_month_without_lists_is_not_compared() -> None:
    with pytest.raises(Refused, match="还没有接收"):
        make_run()


def test_a_file_sent_twice_is_refused(person: Person, clerk: User) -> None:
    content = xlsx(row_of(person))  # made again a second later it is another file
    sender = make_sender(clerk)
    services.receive(by=clerk, sender=sender, month=MONTH, name="a.xlsx", content=content)
    with pytest.raises(Refused, match="已经收过") as refused:
        services.receive(by=clerk, sender=sender, month=MONTH, name="b.xlsx", content=content)
    assert refused.value.field == "file"


def test_one_list_of_a_month_is_in_use(person: Person, clerk: User) -> None:
    sender = make_sender(clerk)
    first = make_file(sender, row_of(person), by=clerk)
    second = make_file(sender, row_of(person, kind="特困"), by=clerk, accepted=False)
    with pytest.raises(Refused, match="已经有一份在用"):
        services.accept(by=clerk, file=second)
    services.undo(by=clerk, file=first, reason="发错了")
    assert services.accept(by=clerk, file=second).state == "accepted"


def test_a_shrunken_list_is_let_pass_by_another_who_says_why(clerk: User, reviewer: User) -> None:
    sender = make_sender(clerk)
    persons = [row_of(make_person(identities=["low_income"])) for _ in range(32)]
    make_file(sender, *persons, by=clerk)
    small = make_file(sender, *persons[:20], month="2019-07", by=clerk, accepted=False)
    assert [gate["code"] for gate in small.gates] == ["L4"]
    with pytest.raises(Refused, match="放行请写明原因"):
        services.accept(by=reviewer, file=small)
    with pytest.raises(Refused, match="收件人以外"):
        services.accept(by=clerk, file=small, reason="年度清理")
    services.accept(by=reviewer, file=small, reason="年度清理")
    assert lists.released(lists.in_use("441700", "2019-07")) == {"民政"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.4", "民政.xlsx："),
        (xlsx(["1"], headings=["序号"]), "找不到表头"),
        (b"", "民政.xlsx："),
    ],
)
def test_what_is_no_list_is_refused_and_nothing_is_kept(
    clerk: User, content: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        services.receive(
            by=clerk, sender=make_sender(clerk), month=MONTH, name="民政.xlsx", content=content
        )
    assert not RosterFile.objects.exists()


@pytest.mark.parametrize("month", ["", "2019-13", "六月", "2019-6"])
def test_a_list_has_its_month(clerk: User, month: str) -> None:
    with pytest.raises(Refused) as refused:
        services.receive(
            by=clerk, sender=make_sender(clerk), month=month, name="a.xlsx", content=xlsx()
        )
    assert refused.value.field == "month"


def test_a_sender_is_known_by_its_name(clerk: User) -> None:
    make_sender(clerk)
    with pytest.raises(Refused, match="已经登记过"):
        make_sender(clerk)
    with pytest.raises(Refused, match="看不出"):
        make_sender(clerk, source="某某")


def test_a_decision_beats_the_rules_until_it_is_taken_back(person: Person, clerk: User) -> None:
    wrong = row_of(person, name=person.name[0] + "某")
    make_file(make_sender(clerk), wrong, by=clerk)
    row = make_run().open_rows.get()
    assert row.candidates[0]["person_no"] == person.psn_no
    (pin,) = services.decide(by=clerk, row=row, person_no=person.psn_no, evidence="")
    run = make_run()
    assert not run.open_rows.exists()
    assert list(run.listed.values_list("person_no", flat=True)) == [person.psn_no]
    with pytest.raises(Refused, match="已经核定过"):
        services.decide(by=clerk, row=row, person_no=person.psn_no, evidence="")
    services.remove_pin(by=clerk, pin=pin, reason="看错")
    assert make_run().open_rows.count() == 1
    with pytest.raises(Refused, match="已经撤销"):
        services.remove_pin(by=clerk, pin=pin, reason="看错")


def test_none_of_them_keeps_the_candidates_away(person: Person, clerk: User) -> None:
    make_file(make_sender(clerk), row_of(person, name=person.name[0] + "某"), by=clerk)
    row = make_run().open_rows.get()
    services.decide(by=clerk, row=row, person_no="", evidence="照片不是")
    assert make_run().open_rows.get().candidates == []


def test_a_decision_for_another_area_s_person_is_refused(person: Person, clerk: User) -> None:
    make_file(make_sender(clerk), row_of(person, name=person.name[0] + "某"), by=clerk)
    row = make_run().open_rows.get()
    with pytest.raises(Refused, match="没有这个人员编号"):
        services.decide(by=clerk, row=row, person_no="nobody", evidence="x")


def test_a_list_that_has_not_come_clears_nobody(clerk: User, reviewer: User) -> None:
    person, other = make_person(), make_person(identities=["registered_poor"])
    civil, poverty = make_sender(clerk), make_sender(clerk, source="扶贫")
    make_file(civil, row_of(person), by=clerk)
    make_file(poverty, row_of(other, kind="建档立卡"), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    changed = row_of(other, kind="建档立卡", since="2018-02-01")
    make_file(poverty, changed, month="2019-07", by=clerk)
    run = make_run("2019-07", clerk.login)
    assert run.incomplete == ["民政"]
    assert (run.summary["held"], run.summary["may_close"]) == (1, 0)
    assert services.issue(by=reviewer, run=run).held == 1
    assert Case.objects.get().state == "issued"


def test_a_changed_number_still_finds_its_person(person: Person, clerk: User) -> None:
    old = person.id_no
    people.change_id(
        actor=clerk.login, person=person, id_no="11010519491231002X",
        start=date(2019, 1, 1), source="公安",
    )  # fmt: skip
    make_file(make_sender(clerk), row_of(person, id_no=old), by=clerk)
    run = make_run()
    assert keys(run) == [f"I3|{person.psn_no}|2019"]


def test_an_employee_is_watched_and_not_sought(clerk: User) -> None:
    person = make_person(scheme="employee", identities=["low_income"])
    make_file(make_sender(clerk), row_of(person), by=clerk)
    assert keys(make_run()) == [f"E5|{person.psn_no}|2019"]


def test_what_is_not_held_is_not_concluded() -> None:
    assert not register.known_of("441700", 2019).exemptions


def test_every_state_can_be_left_or_is_over() -> None:
    system = {MACHINE.vanished, *MACHINE.settled}
    for name, state in MACHINE.states.items():
        leaves = MACHINE.verbs_of(name)
        assert state.over or leaves or name in system, name
        assert bool(state.turn) == bool(leaves), name
        assert not leaves or state.turn in {verb.right for verb in leaves.values()}, name


@pytest.mark.parametrize("wrong", [{"state": "accepted"}, {"state": "nothing"}])
def test_an_acceptance_has_its_person(person: Person, clerk: User, wrong: dict[str, str]) -> None:
    file = make_file(make_sender(clerk), row_of(person), by=clerk, accepted=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterFile.objects.filter(pk=file.pk).update(**wrong)


def test_two_persons_are_not_pinned_to_one_row(person: Person, clerk: User) -> None:
    told = {
        "area": "441700", "subject": "~1", "row_name": "某", "must": True, "evidence": "",
        "made_by": clerk, "made_at": clock.now(),
    }  # fmt: skip
    Pin.objects.create(person_no="A", **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.create(person_no="B", **told)


def confirmed(clerk: User, reviewer: User, *rows: object, source: str = "民政") -> Case:
    make_file(make_sender(clerk, source=source), *rows, by=clerk)  # type: ignore[arg-type]
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code__in=("F1", "F3", "F4", "F5"))
    casework.act(case=case, verb="sign", by=clerk)
    return casework.act(case=case, verb="confirm", by=clerk, note="属实")


def test_a_flag_is_registered_from_its_case_and_is_at_the_window_at_once(
    clerk: User, reviewer: User
) -> None:
    person = make_person()
    case = confirmed(clerk, reviewer, row_of(person, kind="特困", since="2019-03-05"))
    done = services.carry_out(case=case, by=clerk, note="", files=[casework.File("a", b"x")])
    fact = person.identities.get()
    assert (fact.kind, fact.start, fact.known_on) == ("destitute", date(2019, 3, 5), JULY.date())
    assert done.state == "corrected"
    assert "登记标识：特困，自 2019-03-05 起" in done.steps.get(verb="correct").note


def left(person: Person, end: date) -> None:
    people.end_identity(
        actor="t", identity=person.identities.get(struck_at=None), end=end, source="退出名单"
    )


def flag_of(case: Case, clerk: User) -> tuple[date, str]:
    """Carry out an F4; return the day its flag begins and what the case says of it."""
    services.carry_out(case=case, by=clerk, note="", files=[casework.File("a", b"x")])
    person = Person.objects.get(psn_no=case.subject)
    fact = person.identities.filter(struck_at=None).latest("start")
    return fact.start, case.steps.get(verb="correct").note


@pytest.mark.parametrize(
    ("ended", "start"),
    [
        (date(2019, 4, 1), date(2019, 5, 1)),  # back with the list of May
        (date(2019, 5, 20), date(2019, 5, 20)),  # never two flags on a day
    ],
)
def test_who_is_on_the_list_again_has_the_flag_from_his_return(
    ended: date, start: date, clerk: User, reviewer: User
) -> None:
    """His row goes on to write when he was first recognised: that lies in the flag that is over."""
    person, other = make_person(identities=["low_income"]), make_person(identities=["low_income"])
    left(person, ended)
    sender = make_sender(clerk)
    for month, rows in (("2019-04", [other]), ("2019-05", [person, other])):
        make_file(sender, *map(row_of, rows), month=month, by=clerk)
        services.issue(by=reviewer, run=make_run(month, actor=clerk.login))
    make_file(sender, row_of(other), row_of(person), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code="F4")
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    begun, words = flag_of(case, clerk)
    assert begun == start
    assert f"自 {start} 起" in words and f"前一段到 {ended}" in words


def test_recognised_anew_the_day_of_recognition_counts(clerk: User, reviewer: User) -> None:
    person = make_person(identities=["low_income"])
    left(person, date(2019, 4, 1))
    case = confirmed(clerk, reviewer, row_of(person, since="2019-05-07"))
    assert flag_of(case, clerk) == (date(2019, 5, 7), "登记标识：低保，自 2019-05-07 起")


def test_a_return_told_by_a_list_of_changes_is_of_that_day(clerk: User, reviewer: User) -> None:
    person, other = make_person(identities=["low_income"]), make_person(identities=["low_income"])
    left(person, date(2019, 4, 1))
    sender = make_sender(clerk)
    make_file(sender, row_of(other), by=clerk)
    make_changes(sender, change_of(person, "新增", "2019-06-12", since="2018-01-01"), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code="F4")
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    assert flag_of(case, clerk)[0] == date(2019, 6, 12)


def test_without_its_evidence_nothing_is_registered(clerk: User, reviewer: User) -> None:
    person = make_person()
    case = confirmed(clerk, reviewer, row_of(person))
    with pytest.raises(Refused, match="佐证"):
        services.carry_out(case=case, by=clerk, note="")
    assert not person.identities.exists()


def test_a_flag_without_a_list_is_ended_and_the_past_kept(clerk: User, reviewer: User) -> None:
    person = make_person(identities=["low_income"])
    other = make_person(identities=["low_income"])
    case = confirmed(clerk, reviewer, row_of(other))
    assert case.code == "F5"
    services.carry_out(case=case, by=clerk, note="", files=[casework.File("a", b"x")])
    fact = person.identities.get(struck_at=None)
    assert fact.end == date(2019, 8, 1)


def test_only_who_may_edit_the_register_carries_out(clerk: User, reviewer: User) -> None:
    person = make_person()
    case = confirmed(clerk, reviewer, row_of(person))
    with pytest.raises(NotAllowed):
        town = make_user("town", town=person.town)
        services.carry_out(case=case, by=town, note="", files=[casework.File("a", b"x")])
    assert not person.identities.exists()


def test_words_that_are_too_long_are_refused_and_never_cut(person: Person, clerk: User) -> None:
    rows = row_of(person, name=person.name[0] + "某", town="镇" * 80)
    file = make_file(make_sender(clerk), rows, by=clerk)
    row = make_run().open_rows.get()
    with pytest.raises(Refused) as refused:
        services.decide(by=clerk, row=row, person_no=person.psn_no, evidence="长" * 201)
    assert refused.value.field == "evidence"
    with pytest.raises(Refused) as refused:
        services.undo(by=clerk, file=file, reason="长" * 201)
    assert refused.value.field == "reason"
