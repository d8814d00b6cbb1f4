"""The way of a register through the services: received, compared, issued, carried out, closed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError

from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.db.tests.attack import change_row
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.providers import services as providers
from tongchou.providers.models import Institution
from tongchou.providers.queries import agreement_on, ended_by_reason
from tongchou.registers import queries, services
from tongchou.registers.casework import MACHINES
from tongchou.registers.models import Counted, Pin, RegisterFile, Run
from tongchou.registers.tests.make import (
    make_clinic,
    make_coverage,
    make_file,
    make_population,
    make_run,
    person_row,
    row_of,
)
from tongchou.rosters import queries as rosters
from tongchou.rosters import services as roster_services
from tongchou.rosters.tests import make as roster

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PAPER = [casework.File("公告.jpg", b"x")]


@pytest.fixture(autouse=True)
def july() -> object:
    with clock.frozen(JULY):
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def closed_clinic(clerk: User, reviewer: User) -> tuple[Institution, Case]:
    gone, other = make_clinic(1), make_clinic(2)
    for register in ("health", "market"):
        make_file(clerk, register, row_of(gone, status="注销"), row_of(other))
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get(code="R1")
    return gone, casework.act(case=case, verb="confirm", by=clerk, note="已关门")


def test_run_again_it_changes_nothing(clerk: User) -> None:
    one = make_clinic(1)
    for register in ("health", "market"):
        make_file(clerk, register, row_of(one, status="注销"))
    first = make_run()
    assert make_run().pk == first.pk
    assert Run.objects.count() == 1
    assert [f.key for f in first.findings.all()] == [f"R1|{one.code}"]
    assert first.summary["words"].startswith("新发现 1")


def test_an_agreement_is_ended_by_its_reason_and_closed_by_a_later_register_only(
    clerk: User, reviewer: User
) -> None:
    gone, case = closed_clinic(clerk, reviewer)
    with pytest.raises(Refused, match="佐证"):
        services.carry_out(case=case, act="end_clearing", by=clerk, note="注销公告")
    assert agreement_on(gone.pk, JULY.date()).state == "active"  # type: ignore[union-attr]
    done = services.carry_out(case=case, act="end_clearing", by=clerk, note="注销公告", files=PAPER)
    assert done.state == "corrected"
    ended = agreement_on(gone.pk, JULY.date())
    assert ended is not None and (ended.state, ended.end_reason) == ("ended", "clearing")
    assert ended_by_reason("441700", JULY.date(), JULY.date().replace(day=11)) == {
        ("2019-07", "clearing"): 1
    }
    casework.act(case=case, verb="pass", by=reviewer)
    # The very files that the case was found in clear nobody.
    with clock.frozen(JULY.replace(month=8)):
        again = make_run(actor=clerk.login)
        services.issue(by=reviewer, run=again) if again.state == "tried" else None
        assert Case.objects.get(code="R1").state == "passed"
        other = Institution.objects.exclude(pk=gone.pk).get()
        for register in ("health", "market"):
            make_file(clerk, register, row_of(other), month="2019-07")
        services.issue(by=reviewer, run=make_run("2019-07", clerk.login))
    assert Case.objects.get(code="R1").state == "closed"


def test_a_late_register_closes_no_case(clerk: User, reviewer: User) -> None:
    gone, case = closed_clinic(clerk, reviewer)
    services.carry_out(case=case, act="end_penalty", by=clerk, note="处罚决定书", files=PAPER)
    casework.act(case=case, verb="pass", by=reviewer)
    other = Institution.objects.exclude(pk=gone.pk).get()
    make_file(clerk, "health", row_of(other), month="2019-07")
    with clock.frozen(JULY.replace(month=8)):
        run = make_run("2019-07", clerk.login)
        assert "market" in run.incomplete
        assert services.issue(by=reviewer, run=run).held == 1
    assert Case.objects.get(code="R1").state == "passed"


def test_only_who_may_edit_agreements_ends_one(clerk: User, reviewer: User) -> None:
    _gone, case = closed_clinic(clerk, reviewer)
    with pytest.raises(NotAllowed):
        services.carry_out(case=case, act="end_clearing", by=reviewer, note="x", files=PAPER)
    with pytest.raises(Refused) as refused:
        services.carry_out(case=case, act="end_clearing", by=clerk, note="长" * 195, files=PAPER)
    assert refused.value.field == "note"
    with pytest.raises(Refused, match="没有这种办法"):
        services.carry_out(case=case, act="correct_registration", by=clerk, note="x", files=PAPER)


def test_who_moved_is_corrected_by_the_register(clerk: User, reviewer: User) -> None:
    moved = make_clinic(1)
    told = {"address": "北津镇港口路1号", "name": "港口诊所"}
    for register in ("health", "market"):
        make_file(clerk, register, row_of(moved, **told))
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = casework.act(case=Case.objects.get(), verb="confirm", by=clerk, note="属实")
    services.carry_out(case=case, act="correct_registration", by=clerk, note="通知书", files=PAPER)
    moved.refresh_from_db()
    assert (moved.name, moved.address) == ("港口诊所", "北津镇港口路1号")
    assert make_run(actor=clerk.login).summary["wrong"] == 0


def test_a_name_is_decided_by_a_person_and_taken_back(clerk: User) -> None:
    one = make_clinic(1, name="康宁诊所")
    row = row_of(one)
    providers.correct_registration(
        actor="t", institution=one, source="t", credit_code="", licence_no=""
    )
    for register in ("health", "market"):
        make_file(clerk, register, row)
    run = make_run()
    assert (run.summary["maybe"], run.summary["wrong"]) == (1, 0)
    match = run.open_matches.get(register="health")
    key = match.candidates[0]["key"]
    with pytest.raises(Refused, match="依据"):
        services.decide_match(by=clerk, match=match, key=key, evidence=" ")
    with pytest.raises(Refused, match="不是列出的候选"):
        services.decide_match(by=clerk, match=match, key="else", evidence="电话")
    (pin,) = services.decide_match(by=clerk, match=match, key=key, evidence="电话")
    with pytest.raises(Refused, match="已经核定过"):
        services.decide_match(by=clerk, match=match, key=key, evidence="电话")
    assert not make_run().open_matches.filter(register="health").exists()
    services.remove_pin(by=clerk, pin=pin)
    assert make_run().open_matches.filter(register="health").exists()
    with pytest.raises(Refused, match="已经撤销"):
        services.remove_pin(by=clerk, pin=pin)


def test_issuing_is_another_s(clerk: User, reviewer: User) -> None:
    make_file(clerk, "health", row_of(make_clinic(1), status="注销"))
    run = make_run(actor=reviewer.login)
    with pytest.raises(Refused, match="以外的人"):
        services.issue(by=reviewer, run=run)
    services.issue(by=make_user("reviewer"), run=run)
    with pytest.raises(Refused, match="已经下发"):
        services.issue(by=make_user("reviewer"), run=run)


def test_what_is_no_register_is_refused(clerk: User) -> None:
    for told, field in (
        ({"register": "school"}, "register"),
        ({"month": "2019-13"}, "month"),
        ({"content": b"%PDF"}, "file"),
        ({"name": "长" * 201}, "file"),
    ):
        asked = {"register": "health", "month": "2019-06", "name": "a.xlsx", "content": b"", **told}
        with pytest.raises(Refused) as refused:
            services.receive(by=clerk, **asked)  # type: ignore[arg-type]
        assert refused.value.field == field
    file = make_file(clerk, "health", row_of(make_clinic(1)))
    with pytest.raises(Refused, match="已经收过"):
        make_file(clerk, "health", row_of(Institution.objects.get()))
    other = make_file(clerk, "health", row_of(make_clinic(2)), accepted=False)
    with pytest.raises(Refused, match="已经有一份在用"):
        services.accept(by=clerk, file=other)
    services.undo(by=clerk, file=file, reason="发错")
    services.accept(by=clerk, file=other)
    for month in ("2018-06", "2018-07"):
        with pytest.raises(Refused, match="还没有接收"):
            make_run(month)


def test_the_population_beside_the_insured(clerk: User, reviewer: User) -> None:
    insured, army, nobody = make_person(), make_person(scheme=None), make_person(scheme=None)
    rows = [person_row(insured), person_row(insured), person_row(army, note="现役"),
            person_row(nobody), person_row(insured, name="某某某")]  # fmt: skip
    make_population(clerk, *rows)
    run = make_coverage(actor=clerk.login)
    assert make_coverage().pk == run.pk
    figures = queries.figures(run.counted.all())
    assert (figures.insured, figures.whole, figures.uninsured, figures.unsettled) == (1, 4, 2, 1)
    assert figures.rate == run.summary["rate"] == 2500
    assert figures.whole == figures.insured + sum(figures.counts.values())
    assert sum(one.figures.whole for one in queries.by_town(run.counted.all())) == 4
    assert sum(one.figures.whole for one in queries.by_band(run.counted.all())) == 4
    outcome = services.issue(by=reviewer, run=run)
    assert outcome.new == 2
    assert set(Case.objects.values_list("code", "state")) == {("E8", "closed"), ("E1", "issued")}
    # Every difference is closed with a reason; the next month finds nothing new.
    case = Case.objects.get(code="E1")
    casework.act(case=case, verb="explain", by=clerk, note="长期在外务工，当地已参保")
    until = date(2019, 12, 31)
    casework.act(case=case, verb="accept", by=reviewer, until=until)
    make_population(clerk, *rows, rows[0], month="2019-07")
    with clock.frozen(JULY.replace(month=8)):
        again = make_coverage("2019-07", clerk.login)
    assert (again.summary["new"], again.summary["reopened"]) == (0, 1)
    assert Case.objects.get(code="E1").state == "excepted"
    assert Counted.objects.filter(run=run).count() == 0


def test_a_row_is_settled_by_a_person(clerk: User) -> None:
    person = make_person()
    make_population(clerk, person_row(person, name="某某某"))
    row = make_coverage().counted.get()
    with pytest.raises(Refused, match="没有这个人员编号"):
        services.decide_person(by=clerk, row=row, person_no="nobody", evidence="户口页")
    services.decide_person(by=clerk, row=row, person_no=person.psn_no, evidence="户口页")
    settled = make_coverage().counted.get()
    assert (settled.outcome, settled.person_no) == ("", person.psn_no)
    with pytest.raises(Refused, match="不用核定"):
        services.decide_person(by=clerk, row=settled, person_no="", evidence="户口页")


def test_the_helped_without_insurance_are_those_of_the_county_page(
    clerk: User, reviewer: User
) -> None:
    helped = [make_person(identities=["low_income"]) for _ in range(3)]
    without = [make_person(scheme=None, identities=["low_income"]) for _ in range(2)]
    roster.make_file(roster.make_sender(clerk), *map(roster.row_of, [*helped, *without]), by=clerk)
    run = roster.make_run(actor=clerk.login)
    roster_services.issue(by=reviewer, run=run)
    Case.objects.filter(subject=without[0].psn_no, code__startswith="E").update(
        state="excepted", until="2019-12-31"
    )
    Case.objects.filter(subject=helped[0].psn_no).update(state="excepted", code="E1")
    found = queries.helped_without(run, date(2019, 6, 30))
    balance = rosters.balance(run, Case.objects.filter(kind="rosters"))
    assert balance.left == found.unexplained.count() == 1
    assert balance.excepted == found.explained.count() == 1
    assert set(found.rows) == set(without)


def test_every_state_can_be_left_or_is_over() -> None:
    for machine in MACHINES:
        system = {machine.vanished, *machine.settled}
        for name, state in machine.states.items():
            leaves = machine.verbs_of(name)
            assert state.over or leaves or name in system, name
            assert bool(state.turn) == bool(leaves), name


def test_the_database_refuses_what_the_services_would(clerk: User) -> None:
    file = make_file(clerk, "health", row_of(make_clinic(1)), accepted=False)
    with pytest.raises(DatabaseError, match="register_decided"):
        change_row(file, state="accepted")
    run = make_run() if services.accept(by=clerk, file=file) else None
    with pytest.raises(DatabaseError, match="register_run_issued"):
        change_row(run, state="issued")  # type: ignore[arg-type]
    told = {"area": "441700", "register": "health", "subject": "H1", "shown": "甲", "must": True,
            "evidence": "x", "made_by": clerk, "made_at": clock.now()}  # fmt: skip
    Pin.objects.create(key="a", **told)
    with pytest.raises(DatabaseError, match=r"(?i)unique|register_pin_once"):
        Pin.objects.create(key="b", **told)


def test_files_of_another_area_are_not_compared(clerk: User) -> None:
    make_file(clerk, "health", row_of(make_clinic(1)))
    RegisterFile.objects.update(area="441800")
    with pytest.raises(Refused, match="还没有接收"):
        make_run()
