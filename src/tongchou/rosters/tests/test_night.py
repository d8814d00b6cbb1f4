"""The night: exceptions end, lapses open tasks, what is late goes up, what is new is proposed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tongchou.people import services as people
from tongchou.people.models import Enrolment, Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_area, make_user
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.jobs import worker
from tongchou.platform.jobs.models import Job
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.rosters import services
from tongchou.rosters.models import Run
from tongchou.rosters.services import night
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of

pytestmark = pytest.mark.django_db
AREA = "441700"
JULY = datetime(2019, 7, 8, 2, tzinfo=UTC)  # a Monday


@pytest.fixture(autouse=True)
def _july() -> Iterator[None]:
    with clock.frozen(JULY):
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def at_night(day: date) -> night.Night:
    with clock.frozen(datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)):
        return services.keep_watch(area=AREA)


def watched(clerk: User, reviewer: User, count: int = 1) -> list[Person]:
    persons = [
        make_person(name=f"王{chr(0x4E00 + n)}", scheme="employee", identities=["low_income"])
        for n in range(count)
    ]
    make_file(make_sender(clerk), *map(row_of, persons), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    return persons


def lapse(person: Person, last: date) -> None:
    """End the employee scheme; `last` is its last day."""
    people.end_enrolment(
        actor="tax", enrolment=Enrolment.objects.get(person=person, struck_at=None),
        end=date.fromordinal(last.toordinal() + 1), source="税务",
    )  # fmt: skip


def test_a_hundred_and_ten_are_watched_and_who_lapses_has_a_task_the_next_day(
    clerk: User, reviewer: User
) -> None:
    """ENR-19, A-32: broken on day D, opened on D+1, due in five working days."""
    persons = watched(clerk, reviewer, 110)
    assert Case.objects.filter(code="E5", state="watched", due_on=None).count() == 110
    assert not Case.objects.filter(state="issued").exists(), "nobody is sent to their doors"
    gone = persons[3]
    lapse(gone, date(2019, 7, 10))
    assert at_night(date(2019, 7, 10)).lapsed == 0
    assert at_night(date(2019, 7, 11)).lapsed == 1
    task = Case.objects.get(code="E1")
    assert (task.subject, task.place, task.state) == (gone.psn_no, gone.town, "issued")
    assert (task.found_at.date(), task.due_on) == (date(2019, 7, 11), date(2019, 7, 18))
    assert task.data["insure_from"] == "2019-07-11", "no day without cover"
    assert task.key == f"E1|{gone.psn_no}|2019", "the month's run will find the same"
    assert Case.objects.filter(code="E5", state="watched").count() == 109
    assert at_night(date(2019, 7, 11)).lapsed == 0
    assert Case.objects.count() == 111


def test_the_month_s_run_finds_the_task_of_the_night(clerk: User, reviewer: User) -> None:
    (person,) = watched(clerk, reviewer)
    lapse(person, date(2019, 7, 10))
    at_night(date(2019, 7, 11))
    with clock.frozen(datetime(2019, 7, 12, 2, tzinfo=UTC)):
        # June again: it is about a day before the lapse, and brings nobody back under watch.
        june = make_run(actor=clerk.login)
        assert june.findings.get().code == "E5"
        services.issue(by=reviewer, run=june)
    states = dict(Case.objects.values_list("code", "state"))
    assert states == {"E5": "closed", "E1": "issued"}
    with clock.frozen(datetime(2019, 8, 5, 2, tzinfo=UTC)):
        make_file(make_sender(clerk, source="民政低保"), row_of(person), month="2019-07", by=clerk)
        july = make_run("2019-07", actor=clerk.login)
        services.issue(by=reviewer, run=july)
    assert Case.objects.get(code="E1").state == "issued"
    assert Case.objects.get(code="E5").state == "closed"


@pytest.mark.parametrize("why", ["dead", "resident", "elsewhere employed"])
def test_who_is_covered_or_dead_gets_no_task(clerk: User, reviewer: User, why: str) -> None:
    (person,) = watched(clerk, reviewer)
    lapse(person, date(2019, 7, 10))
    told = {"actor": "x", "person": person, "source": "税务"}
    if why == "dead":
        people.record_death(died_on=date(2019, 7, 5), **told)  # type: ignore[arg-type]
    else:
        scheme, status = ("resident", "") if why == "resident" else ("employee", "active")
        people.enrol(scheme=scheme, status=status, start=date(2019, 7, 11), **told)  # type: ignore[arg-type]
    assert at_night(date(2019, 7, 11)).lapsed == 0
    assert Case.objects.get().state == "watched"


def set_aside(clerk: User, reviewer: User, until: date) -> Case:
    make_file(make_sender(clerk), row_of(make_person()), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.get()
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    return casework.act(case=case, verb="except", by=reviewer, note="等证明", until=until)


def test_an_exception_that_ends_goes_back_to_its_town(clerk: User, reviewer: User) -> None:
    case = set_aside(clerk, reviewer, date(2019, 8, 1))
    assert at_night(date(2019, 7, 31)).ended == 0
    assert at_night(date(2019, 8, 1)).ended == 1
    assert at_night(date(2019, 8, 1)).ended == 0
    case.refresh_from_db()
    assert (case.state, case.round, case.due_on) == ("issued", 2, date(2019, 8, 6))
    casework.act(case=case, verb="sign", by=clerk)


@pytest.mark.parametrize(
    ("code", "last"), [("E7", date(2020, 1, 8)), ("E4", date(2019, 12, 31)), ("F4", None)]
)
def test_how_long_a_class_may_be_set_aside(
    clerk: User, reviewer: User, code: str, last: date | None
) -> None:
    case = set_aside(clerk, reviewer, date(2019, 7, 9))
    Case.objects.filter(pk=case.pk).update(code=code, state="true")
    beyond = date.fromordinal((last or date(2025, 1, 1)).toordinal() + 1)
    told = {"case": case, "verb": "except", "by": make_user("reviewer"), "note": "家属说明"}
    if last is None:
        casework.act(until=beyond, **told)  # type: ignore[arg-type]
    else:
        with pytest.raises(Refused, match=f"最多到 {last}"):
            casework.act(until=beyond, **told)  # type: ignore[arg-type]
        casework.act(until=last, **told)  # type: ignore[arg-type]


def test_what_is_late_goes_up(clerk: User, reviewer: User) -> None:
    make_file(make_sender(clerk), row_of(make_person()), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    assert Case.objects.get().due_on == date(2019, 7, 11)
    assert at_night(date(2019, 7, 12)).went_up == {1: 1, 5: 0}
    assert at_night(date(2019, 7, 18)).went_up == {1: 0, 5: 1}
    assert Step.objects.filter(verb="escalate").count() == 2


def test_yesterday_s_register_is_compared_again_and_only_proposed(
    clerk: User, reviewer: User
) -> None:
    person = make_person(identities=["low_income"])
    make_file(make_sender(clerk), row_of(person), by=clerk)
    run = make_run(actor=clerk.login)
    services.issue(by=reviewer, run=run)
    assert at_night(date(2019, 7, 9)).run is None, "nothing moved"
    fact = person.identities.get()
    people.end_identity(actor="x", identity=fact, end=date(2019, 6, 1), source="误登")
    done = at_night(date(2019, 7, 10))
    assert done.run is not None
    proposed = Run.objects.get(pk=done.run)
    assert (proposed.state, proposed.asked_by) == ("tried", night.ACTOR)
    assert proposed.findings.get().code == "F4"
    assert not Case.objects.exists(), "nothing is handed out without a person"
    assert at_night(date(2019, 7, 10)).run is None
    assert Run.objects.count() == 2
    services.issue(by=reviewer, run=proposed)
    assert Case.objects.get().state == "issued"


def test_a_proposal_that_nobody_issued_gives_way(clerk: User, reviewer: User) -> None:
    first, second = (make_person(identities=["low_income"]) for _ in range(2))
    make_file(make_sender(clerk), row_of(first), row_of(second), by=clerk)
    asked = make_run(actor=clerk.login)
    for day, person in ((10, first), (11, second)):
        fact = person.identities.get()
        people.end_identity(actor="x", identity=fact, end=date(2019, 6, 1), source="误登")
        done = at_night(date(2019, 7, day))
    assert done.run is not None
    assert set(Run.objects.values_list("pk", flat=True)) == {asked.pk, done.run}
    assert Run.objects.get(pk=done.run).findings.count() == 2


def everything(clerk: User, reviewer: User) -> None:
    """A lapse, an exception that ends and a late case, all on the same night."""
    persons = watched(clerk, reviewer, 2)
    lapse(persons[0], date(2019, 7, 31))
    make_file(make_sender(clerk, source="扶贫"), row_of(make_person(name="李某"), kind="建档立卡"),
              row_of(make_person(name="赵某"), kind="建档立卡"), by=clerk)  # fmt: skip
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    case = Case.objects.filter(code="F4").earliest("pk")
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    casework.act(case=case, verb="except", by=reviewer, note="等", until=date(2019, 8, 1))


def state_of_all() -> object:
    cases = Case.objects.order_by("key").values_list("key", "state", "round", "due_on", "level")
    steps = Step.objects.order_by("case__key", "pk")
    return list(cases), list(steps.values_list("case__key", "round", "verb"))


@pytest.mark.parametrize("broken", ["open_lapsed", "casework.escalate", "try_again"])
def test_broken_off_in_the_middle_and_run_again_it_is_whole(
    clerk: User, reviewer: User, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(clerk, reviewer)

    def dies(**_told: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"tongchou.rosters.services.night.{broken}", dies)
        with pytest.raises(KeyboardInterrupt):
            at_night(date(2019, 8, 1))
    at_night(date(2019, 8, 1))
    whole = state_of_all()
    assert [key.split("|")[0] for key, *_ in whole[0]] == ["E1", "E5", "E5", "F4", "F4"]  # type: ignore[index]
    acts = Act.objects.count()
    at_night(date(2019, 8, 1))
    assert (state_of_all(), Act.objects.count()) == (whole, acts)


def test_the_worker_asks_for_it_every_night(clerk: User) -> None:
    make_area(AREA)
    with clock.frozen(datetime(2019, 7, 8, 18, 0, tzinfo=UTC)):  # two o'clock in the morning
        worker.ask_for_what_is_due()
        worker.ask_for_what_is_due()
        job = Job.objects.get(kind="rosters.night")
        Job.objects.exclude(pk=job.pk).delete()
        assert worker.run_one()
    job.refresh_from_db()
    assert (job.state, job.about, job.asked_by) == ("done", "2019-07-09", None)
    assert job.result["ended"] == 0
