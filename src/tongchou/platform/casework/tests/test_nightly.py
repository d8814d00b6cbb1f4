"""What time does to cases, each thing once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework import (
    acting,
    looking,
    nightly,
    queries,
    recounting,
    registry,
    services,
)
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.tests.machines import MACHINE
from tongchou.platform.casework.tests.test_casework import PHOTO, handed_out, look, sighting, verbs
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act
from tongchou.platform.workdays import services as workdays
from tongchou.platform.workdays.calendar import Calendar

pytestmark = pytest.mark.django_db
MONDAY = datetime(2019, 6, 3, 2, tzinfo=UTC)
WHERE = {"kind": "test", "area": "441700"}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (acting, looking, nightly, queries, registry):
        monkeypatch.setattr(module, "machines", lambda: {"test": MACHINE})
    with clock.frozen(MONDAY):
        yield


def went_up(day: date) -> dict[int, int]:
    return services.escalate(on=day, **WHERE)


def test_each_level_is_written_once() -> None:
    case, _clerk, _reviewer = handed_out()  # due on Monday the 10th
    assert went_up(date(2019, 6, 10)) == {1: 0, 5: 0}
    assert went_up(date(2019, 6, 11)) == {1: 1, 5: 0}
    assert went_up(date(2019, 6, 11)) == {1: 0, 5: 0}
    assert went_up(date(2019, 6, 14)) == {1: 0, 5: 0}
    assert went_up(date(2019, 6, 17)) == {1: 0, 5: 1}
    assert verbs(case) == ["found", "issue", "escalate", "escalate"]
    assert [nightly.level_of(step) for step in case.steps.filter(verb="escalate")] == [1, 5]
    assert Act.objects.filter(verb="casework.escalated").count() == 2


def test_a_night_that_was_missed_is_made_up_for() -> None:
    handed_out()
    assert went_up(date(2019, 7, 1)) == {1: 1, 5: 1}


def test_what_went_up_is_counted_by_place_and_source() -> None:
    look("run1", sighting("a"), sighting("b", place="北津镇", sources=("民政", "残联")))
    services.act_on_all(verb="issue", by=make_user("reviewer"), **WHERE)
    went_up(date(2019, 6, 11))
    counts = queries.gone_up("441700", "test")
    assert counts[1].by_place == {"平冈镇": 1, "北津镇": 1}
    assert counts[1].by_source == {"民政": 2, "残联": 1}
    assert counts[5].whole == 0


def test_sent_back_it_begins_below_again() -> None:
    case, clerk, reviewer = handed_out()
    went_up(date(2019, 6, 11))
    with clock.frozen(MONDAY + timedelta(days=8)):
        services.act(case=case, verb="do", by=clerk, note="已参保", files=[PHOTO])
        services.act(case=case, verb="back", by=reviewer)
    case.refresh_from_db()
    assert (case.level, case.due_on) == (0, date(2019, 6, 18))
    assert went_up(date(2019, 6, 19)) == {1: 1, 5: 0}


def test_one_case_turns_into_another_once() -> None:
    case, _clerk, _reviewer = handed_out()
    turned = [services.Turned(case.pk, sighting("E2|P1|2019", code="E2"))]
    day = date(2019, 6, 3)
    assert services.turn(look="night", on=day, turned=turned, **WHERE) == 1
    assert services.turn(look="night", on=day, turned=turned, **WHERE) == 0
    old, new = Case.objects.order_by("pk")
    assert (old.state, new.state, new.round) == ("closed", "issued", 1)
    assert new.due_on == date(2019, 6, 10)
    assert (verbs(old)[-1], verbs(new)) == ("turned", ["found"])
    # It comes back, and turns again: the same case, a round further.
    look("run2", sighting())
    look("run3", sighting())
    assert services.turn(look="night2", on=day, turned=turned, **WHERE) == 1
    new.refresh_from_db()
    assert (new.state, new.round, verbs(new)[-1]) == ("issued", 2, "reopened")


def test_a_level_without_a_limit_is_refused_by_the_database() -> None:
    look("run1", sighting())
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(level=1)


def holiday(first: date, last: date, *, works: bool = False) -> None:
    days = workdays.span(first, last, works=works, name="端午节", notice="测试通知")
    workdays.register_days(by=make_user("reviewer"), days=days)


def test_a_holiday_entered_later_moves_no_limit_until_somebody_says_so() -> None:
    case, clerk, reviewer = handed_out()
    holiday(date(2019, 6, 7), date(2019, 6, 7))
    went_up(date(2019, 6, 11))
    case.refresh_from_db()
    assert (case.due_on, case.level) == (date(2019, 6, 10), 1)
    with pytest.raises(Refused) as refused:
        services.count_again(kind="test", by=reviewer, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowed):
        services.count_again(kind="test", by=clerk, reason="端午节")
    assert services.count_again(kind="test", by=reviewer, reason="端午节") == 1
    assert services.count_again(kind="test", by=reviewer, reason="端午节") == 0
    case.refresh_from_db()
    assert (case.due_on, case.level) == (date(2019, 6, 11), 0)
    step = Step.objects.get(verb="recount")
    assert (step.by, step.note) == (reviewer, "到期由 2019-06-10 改为 2019-06-11：端午节")
    assert recounting.RIGHT == "rosters.issue"


def test_new_limits_count_by_the_calendar() -> None:
    holiday(date(2019, 6, 7), date(2019, 6, 7))
    holiday(date(2019, 6, 8), date(2019, 6, 8), works=True)
    case, _clerk, _reviewer = handed_out()
    assert case.due_on == date(2019, 6, 10)  # a Friday off, its Saturday worked
    assert queries.escalated(case, date(2019, 6, 11)) is not None


days = st.dates(date(2019, 1, 1), date(2020, 12, 31))


@given(start=days, n=st.integers(0, 60), off=st.sets(days, max_size=30), on=st.sets(days))
def test_counting_and_adding_are_one_another_s_reverse(
    start: date, n: int, off: set[date], on: set[date]
) -> None:
    calendar = Calendar(frozenset(off), frozenset(on - off))
    assert calendar.between(start, calendar.add(start, n)) == n
