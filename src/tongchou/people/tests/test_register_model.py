"""Whatever is done to a person's enrolments, one day holds at most one scheme."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tongchou.core.spells import Spell
from tongchou.people import queries, services
from tongchou.people.tests.make import make_person
from tongchou.people.timeline import all_facts, as_known
from tongchou.platform import clock
from tongchou.platform.refusal import Refused

DAY = date(2019, 1, 1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
spans = st.tuples(st.integers(0, 40), st.none() | st.integers(1, 20))
acts = st.lists(
    st.tuples(
        st.sampled_from(["enrol", "end", "strike"]), spans, st.integers(0, 5), st.integers(0, 20)
    ),
    max_size=10,
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=acts)
# The replacement was known before what it replaced.
@example(
    acts=[("enrol", (0, None), 0, 0), ("strike", (0, None), 0, 0), ("enrol", (0, None), 1, 20)]
)
def test_at_most_one_scheme_a_day(
    acts: list[tuple[str, tuple[int, int | None], int, int]],
) -> None:
    person = make_person(scheme=None, start=DAY)
    for number, (act, (offset, length), which, late) in enumerate(acts):
        start = DAY + timedelta(days=offset)
        end = start + timedelta(days=length) if length else None
        recorded = datetime(2019, 3, 1, 9, tzinfo=SHANGHAI) + timedelta(days=3 * number)
        known_on = recorded.date() - timedelta(days=late)
        held = queries.enrolments_of(person)
        days_free = not any(Spell(e.start, e.end).overlaps(Spell(start, end)) for e in held)
        one = held[which % len(held)] if held else None
        try:
            with clock.frozen(recorded):
                if act == "enrol":
                    services.enrol(
                        actor="x",
                        person=person,
                        scheme="employee" if which % 2 else "resident",
                        status="active" if which % 2 else "",
                        start=start,
                        end=end,
                        known_on=known_on,
                        source="x",
                    )
                    assert days_free
                elif one and act == "end":
                    services.end_enrolment(
                        actor="x", enrolment=one, end=start, known_on=known_on, source="x"
                    )
                elif one:
                    services.strike_enrolment(actor="x", enrolment=one, reason="x")
        except Refused:
            assert act == "end" or (act == "enrol" and not days_free)
    live = queries.enrolments_of(person)
    assert_apart([Spell(e.start, e.end) for e in live])
    facts = all_facts(person)
    believed = as_known(facts, date(2020, 1, 1))
    assert {f.pk for f in believed if f.lane == "enrolment"} == {e.pk for e in live}
    for day in range(60):
        known = as_known(facts, date(2019, 2, 1) + timedelta(days=day))
        assert_apart([f.spell for f in known if f.lane == "enrolment"])


def assert_apart(spells: list[Spell]) -> None:
    assert not any(a.overlaps(b) for i, a in enumerate(spells) for b in spells[i + 1 :])
