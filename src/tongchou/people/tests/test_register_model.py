"""Whatever is done to a person's enrolments, one day holds at most one scheme."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.core.spells import Spell
from tongchou.people import queries, services
from tongchou.people.tests.make import make_person
from tongchou.people.timeline import facts_as_known
from tongchou.platform import clock
from tongchou.platform.refusal import Refused

DAY = date(2019, 1, 1)
spans = st.tuples(st.integers(0, 40), st.none() | st.integers(1, 20))
acts = st.lists(
    st.tuples(st.sampled_from(["enrol", "end", "strike"]), spans, st.integers(0, 5)), max_size=10
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=acts)
def test_at_most_one_scheme_a_day(acts: list[tuple[str, tuple[int, int | None], int]]) -> None:
    person = make_person(scheme=None)
    for act, (offset, length), which in acts:
        start = DAY + timedelta(days=offset)
        end = start + timedelta(days=length) if length else None
        held = queries.enrolments_of(person)
        days_free = not any(Spell(e.start, e.end).overlaps(Spell(start, end)) for e in held)
        try:
            if act == "enrol":
                services.enrol(
                    actor="x",
                    person=person,
                    scheme="employee" if which % 2 else "resident",
                    status="active" if which % 2 else "",
                    start=start,
                    end=end,
                    source="x",
                )
                assert days_free
            elif held and act == "end":
                one = held[which % len(held)]
                services.end_enrolment(actor="x", enrolment=one, end=start, source="x")
            elif held:
                one = held[which % len(held)]
                services.strike_enrolment(actor="x", enrolment=one, reason="x")
        except Refused:
            assert act == "end" or (act == "enrol" and not days_free)
    live = queries.enrolments_of(person)
    spells = [Spell(e.start, e.end) for e in live]
    assert not any(a.overlaps(b) for i, a in enumerate(spells) for b in spells[i + 1 :])
    believed = facts_as_known(person, clock.today())
    assert {f.pk for f in believed if f.lane == "enrolment"} == {e.pk for e in live}
