"""Cases go by their machine's data; the system alone closes them, on what it sees."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import acting, looking, nightly, queries, registry, services
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.tests.machines import MACHINE
from tongchou.platform.refusal import NotAllowed, Refused

pytestmark = pytest.mark.django_db
MONDAY = datetime(2019, 6, 3, 2, tzinfo=UTC)
PHOTO = services.File("photo.jpg", b"x")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (acting, looking, nightly, queries, registry):
        monkeypatch.setattr(module, "machines", lambda: {"test": MACHINE})
    with clock.frozen(MONDAY):
        yield


def sighting(key: str = "E1|P1|2019", **told: object) -> services.Sighting:
    facts: dict[str, object] = {
        "code": "E1", "subject": "P1", "name": "王伟", "place": "平冈镇", "facts": "没有参保",
        "sources": ("民政",), "days": 5, "asks_evidence": True,
    }  # fmt: skip
    return services.Sighting(key, **{**facts, **told})  # type: ignore[arg-type]


def look(run: str, *found: services.Sighting, whole: bool = True) -> services.Outcome:
    return services.look(
        kind="test", area="441700", run=run, actor="test", sightings=found,
        complete=lambda _sources: whole,
    )  # fmt: skip


def handed_out() -> tuple[Case, User, User]:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    look("run1", sighting())
    services.act_on_all(kind="test", area="441700", verb="issue", by=reviewer)
    return Case.objects.get(), clerk, reviewer


def verbs(case: Case) -> list[str]:
    return list(case.steps.values_list("verb", flat=True))


def test_a_case_goes_round_and_is_closed_by_what_is_seen() -> None:
    case, clerk, reviewer = handed_out()
    assert case.due_on == date(2019, 6, 10)  # five working days, over a weekend
    services.act(case=case, verb="do", by=clerk, note="已参保", files=[PHOTO])
    passed = services.act(case=case, verb="pass", by=reviewer)
    assert (passed.state, passed.due_on) == ("passed", None)
    assert look("run2", sighting()).seen == 1
    case.refresh_from_db()
    assert case.state == "passed"  # still seen: it waits
    assert look("run3").closed == 1
    case.refresh_from_db()
    assert case.state == "closed"
    assert verbs(case) == ["found", "issue", "do", "pass", "closed"]


def test_the_same_look_again_changes_nothing() -> None:
    handed_out()
    before = list(Case.objects.values()), Step.objects.count()
    assert look("run1", sighting()) == services.Outcome(seen=1)
    assert (list(Case.objects.values()), Step.objects.count()) == before


def test_nobody_passes_what_he_did_himself(monkeypatch: pytest.MonkeyPatch) -> None:
    case, _clerk, reviewer = handed_out()
    monkeypatch.setattr(User, "may", lambda _self, _right: True)
    services.act(case=case, verb="do", by=reviewer, note="已参保", files=[PHOTO])
    with pytest.raises(Refused, match="另一个人"):
        services.act(case=case, verb="pass", by=reviewer)


def test_a_post_without_the_right_does_nothing() -> None:
    case, _clerk, reviewer = handed_out()
    with pytest.raises(NotAllowed):
        services.act(case=case, verb="do", by=reviewer, note="已参保", files=[PHOTO])
    with pytest.raises(NotAllowed):
        services.act_on_all(kind="test", area="441700", verb="issue", by=make_user("auditor"))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"note": " ", "files": [PHOTO]}, "note"),
        ({"note": "已参保"}, "file"),
        ({"note": "长" * 501, "files": [PHOTO]}, "note"),
        ({"note": "已参保", "files": [services.File("a", b"x" * (10 * 1024 * 1024 + 1))]}, "file"),
    ],
)
def test_what_a_verb_asks_for(told: dict[str, object], field: str) -> None:
    case, clerk, _reviewer = handed_out()
    with pytest.raises(Refused) as refused:
        services.act(case=case, verb="do", by=clerk, **told)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert verbs(case) == ["found", "issue"]


def test_a_verb_of_another_state_is_refused() -> None:
    case, clerk, _reviewer = handed_out()
    services.act(case=case, verb="do", by=clerk, note="已参保", files=[PHOTO])
    with pytest.raises(Refused, match="待复核"):
        services.act(case=case, verb="do", by=clerk, note="又办", files=[PHOTO])


def test_sent_back_the_clock_starts_again_once() -> None:
    case, clerk, reviewer = handed_out()
    for day, due in ((4, date(2019, 6, 11)), (5, date(2019, 6, 11))):
        with clock.frozen(MONDAY.replace(day=day)):
            services.act(case=case, verb="do", by=clerk, note="已参保", files=[PHOTO])
            assert services.act(case=case, verb="back", by=reviewer).due_on == due
    assert queries.late(Case.objects.all(), date(2019, 6, 12)).count() == 1


def test_an_exception_ends_on_its_day() -> None:
    case, clerk, reviewer = handed_out()
    services.act(case=case, verb="do", by=clerk, note="服役", files=[PHOTO])
    with pytest.raises(Refused) as refused:
        services.act(case=case, verb="aside", by=reviewer, until=date(2019, 6, 3))
    assert refused.value.field == "until"
    services.act(case=case, verb="aside", by=reviewer, until=date(2019, 12, 31))
    assert services.end_exceptions(kind="test", area="441700", on=date(2019, 12, 30)) == 0
    assert services.end_exceptions(kind="test", area="441700", on=date(2019, 12, 31)) == 1
    case.refresh_from_db()
    # It goes on with whoever had it, a round further, the clock running from today.
    assert (case.state, case.until, case.round) == ("issued", None, 2)
    assert case.due_on == date(2019, 6, 10)
    assert services.end_exceptions(kind="test", area="441700", on=date(2019, 12, 31)) == 0
    assert verbs(case)[-1] == "expire"


def test_an_exception_lasts_no_longer_than_its_kind_allows() -> None:
    case, clerk, reviewer = handed_out()
    services.act(case=case, verb="do", by=clerk, note="失联", files=[PHOTO])
    with pytest.raises(Refused, match="2019-12-31") as refused:
        services.act(case=case, verb="aside", by=reviewer, until=date(2020, 1, 1))
    assert refused.value.field == "until"


def test_what_went_away_and_came_back_is_handed_out_again() -> None:
    """Nothing is handed out twice in a round: what comes back begins another."""
    handed_out()
    assert look("run2").vanished == 1
    assert look("run3", sighting()).reopened == 1
    reviewer = make_user("reviewer")
    assert services.act_on_all(kind="test", area="441700", verb="issue", by=reviewer) == 1
    assert (Case.objects.get().state, Case.objects.get().round) == ("issued", 2)


def test_a_look_about_an_earlier_day_changes_nothing_seen_later() -> None:
    handed_out()
    june, july = date(2019, 6, 30), date(2019, 7, 31)
    told = {"kind": "test", "area": "441700", "actor": "test", "complete": lambda _sources: True}
    services.look(run="july", sightings=[sighting()], as_of=july, **told)  # type: ignore[arg-type]
    outcome = services.look(run="june", sightings=[], as_of=june, **told)  # type: ignore[arg-type]
    assert (outcome.held, outcome.vanished) == (1, 0)
    again = services.look(run="july2", sightings=[], as_of=july, **told)  # type: ignore[arg-type]
    assert again.vanished == 1
    # Nor does it bring back what was gone by then.
    assert services.look(
        run="june2", sightings=[sighting()], as_of=june, **told  # type: ignore[arg-type]
    ).reopened == 0  # fmt: skip


def test_what_is_gone_before_anyone_acted_waits_for_a_second_look() -> None:
    handed_out()
    assert look("run2").vanished == 1
    assert Case.objects.get().state == "vanished"
    assert look("run3").closed == 1


def test_an_incomplete_look_clears_nobody() -> None:
    handed_out()
    assert look("run2", whole=False).held == 1
    assert Case.objects.get().state == "issued"


def test_found_again_after_closing_is_the_same_case_a_round_further() -> None:
    handed_out()
    look("run2")
    look("run3")
    assert look("run4", sighting()).reopened == 1
    case = Case.objects.get()
    assert (case.state, case.round) == ("found", 2)
    services.act_on_all(kind="test", area="441700", verb="issue", by=make_user("reviewer"))
    later = date(2019, 6, 3) + timedelta(days=30)
    assert list(queries.come_back("441700", "test", days=30, today=later)) == [case]


def test_recorded_and_closed_in_one() -> None:
    assert look("run1", sighting(at_once=True)).new == 1
    assert Case.objects.get().state == "closed"
    look("run2", sighting(at_once=True))
    assert (Case.objects.get().state, Case.objects.get().round) == ("closed", 1)


def test_counts_by_class_and_place() -> None:
    look("run1", sighting("a"), sighting("b", place="北津镇"))
    services.act_on_all(kind="test", area="441700", verb="issue", by=make_user("reviewer"))
    counts = queries.by_code_and_place(Case.objects.all(), date(2019, 6, 11))
    assert counts == {("E1", "平冈镇"): (1, 1), ("E1", "北津镇"): (1, 1)}


@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
@pytest.mark.parametrize("table", ["casework_step", "casework_evidence"])
def test_what_was_done_is_never_changed(table: str, statement: str) -> None:
    case, clerk, _reviewer = handed_out()
    services.act(case=case, verb="do", by=clerk, note="已参保", files=[PHOTO])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "wrong",
    [{"round": 0}, {"due_on": date(2019, 6, 10), "clock_from": None}, {"key": "E1|P1|2019"}],
)
def test_a_case_that_cannot_be_is_refused_by_the_database(wrong: dict[str, object]) -> None:
    look("run1", sighting())
    case = Case.objects.get()
    case.pk, case.key = None, "another"
    for name, value in wrong.items():
        setattr(case, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save(force_insert=True)


def test_nothing_is_handed_out_twice_in_a_round() -> None:
    case, _clerk, reviewer = handed_out()
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.create(
            case=case, round=1, verb="issue", after="issued", by=reviewer, at=clock.now()
        )


@pytest.mark.parametrize(
    ("on", "to"),
    [
        (date(2019, 6, 10), None),  # the day itself
        (date(2019, 6, 11), (1, "镇长")),
        (date(2019, 6, 14), (4, "镇长")),
        (date(2019, 6, 17), (5, "局")),  # over a weekend
    ],
)
def test_what_is_late_goes_up(on: date, to: tuple[int, str] | None) -> None:
    case, _clerk, _reviewer = handed_out()
    level = queries.escalated(case, on)
    assert (level and (level[0], level[1].label)) == to
