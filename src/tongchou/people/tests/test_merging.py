"""Two records of one person: nothing is lost by the merge, everything is as before by its undo."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.people import doubles, joining, queries, records, services
from tongchou.people.models import Enrolment, Merge, Person, PersonNumber
from tongchou.people.tests.make import AREA, SOURCE, make_id_number, make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.db.tests.attack import change_row
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 3, 1, 15, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST = date(2018, 1, 1)
REASON = "公安变更证明 2019-31 号"


@pytest.fixture(autouse=True)
def first_of_march() -> Iterator[None]:
    with clock.frozen(DAY):
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def propose(by: User, keep: Person, gone: Person, **more: Any) -> Merge:
    return services.propose_merge(by=by, keep=keep, gone=gone, evidence=REASON, **more)


def merged(clerk: User, reviewer: User, keep: Person, gone: Person, **more: Any) -> Merge:
    return services.merge_records(by=reviewer, merge=propose(clerk, keep, gone, **more))


def live(person: Person) -> dict[str, Any]:
    """Return what stands of a record, without the keys of its rows."""
    person.refresh_from_db()
    record = records.record_of(person)
    found: dict[str, Any] = {"person": record.pop("person")}
    for lane, rows in record.items():
        plain = [{k: v for k, v in row.items() if k != "id"} for row in records.live(rows)]
        found[lane] = sorted(plain, key=repr)
    return found


def days(person: Person, day: date, count: int = 900) -> set[date]:
    """Return the days on which the person is enrolled."""
    spells = [fact.spell for fact in records.facts_of("enrolment", person)]
    window = (day + timedelta(days=n) for n in range(count))
    return {one for one in window if any(one in spell for spell in spells)}


def test_numbers_become_aliases_and_identities_are_carried_over(
    clerk: User, reviewer: User
) -> None:
    keep = make_person(scheme="resident")
    gone = make_person(scheme=None, identities=["destitute"], card="C77")
    old = gone.id_no
    merged(clerk, reviewer, keep, gone)
    assert queries.find_person("id", old) == keep
    assert queries.find_person("card", "C77") == keep
    assert queries.find_by_psn_no(gone.psn_no) == keep
    alias = PersonNumber.objects.get(person=keep, number=old)
    assert alias.end == DAY.date() and alias.start == gone.birth
    keep.refresh_from_db()
    assert keep.id_no != old
    assert [i.kind for i in queries.identities_of(keep)] == ["destitute"]
    assert queries.identities_of(gone) == []
    fact = queries.identities_of(keep)[0]
    assert (fact.known_on, fact.source) == (DAY.date(), f"并档：{SOURCE}")


def test_the_record_that_went_is_in_no_search_and_counts_once(clerk: User, reviewer: User) -> None:
    keep, gone = make_person(), make_person(start=date(2018, 1, 1), end=date(2019, 1, 1))
    before = sum(queries.enrolled_on(AREA, DAY.date()).values())
    merged(clerk, reviewer, keep, gone)
    assert sum(queries.enrolled_on(AREA, DAY.date()).values()) == before
    assert queries.search(AREA, "梁秀英") == [keep]
    assert queries.search(AREA, gone.psn_no) == [keep]
    assert queries.search(AREA, gone.id_no) == [keep]
    assert len(queries.enrolments_of(keep)) == 2
    assert queries.merged_numbers(AREA) == {gone.psn_no: keep.psn_no}


def test_overlapping_enrolments_ask_which_stays(clerk: User, reviewer: User) -> None:
    keep = make_person(start=date(2019, 1, 1), end=date(2020, 1, 1))
    gone = make_person(scheme="employee", start=date(2018, 7, 1), end=date(2019, 7, 1))
    with pytest.raises(Refused, match="哪一段留下"):
        propose(clerk, keep, gone)
    key = str(gone.enrolments.get().pk)
    merged(clerk, reviewer, keep, gone, choices={key: joining.GONE})
    told = [(e.scheme, e.start, e.end) for e in queries.enrolments_of(keep)]
    assert told == [
        ("employee", date(2018, 7, 1), date(2019, 7, 1)),
        ("resident", date(2019, 7, 1), date(2020, 1, 1)),
    ]


def test_two_people_do_it(clerk: User, reviewer: User) -> None:
    merge = propose(clerk, make_person(), make_person(scheme=None))
    with pytest.raises(NotAllowed, match="另一人"):
        services.merge_records(by=clerk, merge=merge)
    with pytest.raises(DatabaseError, match="merge_two_people"):
        change_row(merge, state="refused", decided_by_id=clerk.pk, decided_at=DAY)
    services.merge_records(by=reviewer, merge=merge)
    with pytest.raises(Refused, match="已合并"):
        services.merge_records(by=reviewer, merge=merge)
    with pytest.raises(Refused, match="已并入"):
        propose(clerk, make_person(), merge.gone)
    assert Act.objects.filter(verb="people.merge.merged").count() == 2


def test_one_proposal_waits_at_a_time(clerk: User) -> None:
    keep, gone, third = (make_person(scheme=None) for _ in range(3))
    propose(clerk, keep, gone)
    for one, other in ((keep, third), (third, gone), (gone, third)):
        with pytest.raises(Refused, match="还没有办完"):
            propose(clerk, one, other)


def test_a_change_since_the_proposal_stops_it(clerk: User, reviewer: User) -> None:
    keep, gone = make_person(), make_person(scheme=None)
    merge = propose(clerk, keep, gone)
    services.add_identity(
        actor="x", person=gone, kind="orphan", start=date(2019, 1, 1), source="民政"
    )
    with pytest.raises(Refused, match="又有变动"):
        services.merge_records(by=reviewer, merge=merge)


def test_nothing_is_registered_for_a_record_that_went(clerk: User, reviewer: User) -> None:
    keep, gone = make_person(), make_person(scheme=None)
    merged(clerk, reviewer, keep, gone)
    with pytest.raises(Refused, match=f"已并入 {keep.name}（{keep.psn_no}）"):
        services.enrol(
            actor="x", person=gone, scheme="resident", start=date(2019, 1, 1), source="x"
        )


def test_records_form_no_chains(clerk: User, reviewer: User) -> None:
    keep, gone, third = (make_person(scheme=None) for _ in range(3))
    merged(clerk, reviewer, keep, gone)
    with pytest.raises(Refused, match="对调"):
        propose(clerk, third, keep)
    with pytest.raises(DatabaseError, match="person_merged_flat"):
        change_row(keep, merged_into_id=third.pk)
    with pytest.raises(DatabaseError, match="person_merged_flat"):
        change_row(third, merged_into_id=gone.pk)
    with pytest.raises(DatabaseError, match=r"person_merged_(other|flat)"):
        change_row(third, merged_into_id=third.pk)


def test_a_record_that_went_holds_no_fact(clerk: User) -> None:
    keep, gone = make_person(), make_person()
    with pytest.raises(DatabaseError, match="person_merged_bare"):
        change_row(gone, merged_into_id=keep.pk)
    assert Person.objects.get(pk=gone.pk).merged_into_id is None


def test_deaths_must_agree(clerk: User) -> None:
    keep, gone = make_person(), make_person(scheme=None)
    services.record_death(actor="x", person=gone, died_on=date(2019, 2, 1), source="公安")
    with pytest.raises(Refused, match="死亡日期不同"):
        propose(clerk, keep, gone)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "merged"}, "merge_decided"),
        ({"state": "undone"}, "merge_"),
    ],
)
def test_half_a_merge_is_refused(clerk: User, changes: dict[str, Any], name: str) -> None:
    merge = propose(clerk, make_person(), make_person(scheme=None))
    with pytest.raises(DatabaseError, match=name):
        change_row(merge, **changes)
    with pytest.raises(DatabaseError, match="merge_two_records"):
        change_row(merge, keep_id=merge.gone_id)


def test_undo_restores_both_and_says_what_stays(clerk: User, reviewer: User) -> None:
    keep = make_person(start=date(2019, 1, 1), end=date(2020, 1, 1))
    gone = make_person(
        scheme="employee", start=date(2018, 7, 1), end=date(2019, 7, 1), identities=["orphan"]
    )
    before = live(keep), live(gone)
    key = str(gone.enrolments.get().pk)
    merge = merged(clerk, reviewer, keep, gone, choices={key: joining.GONE})
    services.add_identity(
        actor="x", person=keep, kind="disabled", start=date(2019, 2, 1), source="残联"
    )
    services.undo_merge(by=reviewer, merge=merge, reason="是两个人")
    assert live(gone) == before[1]
    after = live(keep)
    assert [row["kind"] for row in after.pop("identity")] == ["disabled"]
    assert after == {k: v for k, v in before[0].items() if k != "identity"}
    act = Act.objects.filter(verb="people.merge.undone", object_id=keep.psn_no).get()
    assert json.loads(act.data)["stays"] == ["2019-02-01 起 重度残疾"]
    assert queries.find_by_psn_no(gone.psn_no) == gone


def test_undo_refuses_where_a_carried_fact_has_changed_since(clerk: User, reviewer: User) -> None:
    keep, gone = make_person(), make_person(scheme=None, identities=["orphan"])
    merge = merged(clerk, reviewer, keep, gone)
    (identity,) = queries.identities_of(keep)
    services.end_identity(actor="x", identity=identity, end=date(2019, 2, 1), source="民政")
    with pytest.raises(Refused, match="又更正过"):
        services.undo_merge(by=reviewer, merge=merge, reason="是两个人")
    assert Person.objects.get(pk=gone.pk).merged_into_id == keep.pk


def test_a_snapshot_that_was_touched_restores_nothing(clerk: User, reviewer: User) -> None:
    merge = merged(clerk, reviewer, make_person(), make_person(scheme=None))
    merge.snapshot["gone"]["person"]["name"] = "别人"
    Merge.objects.filter(pk=merge.pk).update(snapshot=merge.snapshot)
    with pytest.raises(Refused, match="校验不符"):
        services.undo_merge(by=reviewer, merge=merge, reason="x")


SPELLS = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 300)), max_size=3).map(
    lambda rows: sorted(set(rows))
)
RECORDS = st.tuples(
    SPELLS, SPELLS, st.lists(st.sampled_from(["orphan", "disabled", "low_income"]), max_size=2)
)


def _make(told: Any, serial: str) -> Person:
    enrolments, identities, kinds = told
    person = make_person(scheme=None, card=serial, start=FIRST)
    taken = FIRST
    for start, length in enrolments:
        first = max(FIRST + timedelta(days=start), taken)
        taken = first + timedelta(days=length)
        scheme = "resident" if length % 2 else "employee"
        services.enrol(
            actor="x", person=person, scheme=scheme, start=first, end=taken, source=SOURCE,
            status="" if scheme == "resident" else "active",
        )  # fmt: skip
    for kind in set(kinds):
        taken = FIRST
        for start, length in identities:
            first = max(FIRST + timedelta(days=start), taken)
            taken = first + timedelta(days=length)
            services.add_identity(
                actor="x", person=person, kind=kind, start=first, end=taken, source=SOURCE
            )
    return person


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=RECORDS, other=RECORDS, stays=st.lists(st.booleans(), min_size=3, max_size=3))
def test_law_of_merging_and_undoing(
    clerk: User, reviewer: User, one: Any, other: Any, stays: list[bool]
) -> None:
    """No insured day is lost or added; what is undone is as it was, fact by fact."""
    with transaction.atomic():
        keep, gone = _make(one, "A1"), _make(other, "B1")
        before = live(keep), live(gone)
        insured = days(keep, FIRST) | days(gone, FIRST)
        held = {
            kind: {d for d in _held(keep, kind) | _held(gone, kind)}
            for kind in ("orphan", "disabled", "low_income")
        }
        overlaps = joining.plan(keep, gone, {}).overlaps
        choices = {
            str(overlap.gone.pk): joining.GONE if stay else joining.KEEP
            for overlap, stay in zip(overlaps, stays, strict=False)
        }
        choices |= {str(o.gone.pk): joining.KEEP for o in overlaps if str(o.gone.pk) not in choices}
        merge = merged(clerk, reviewer, keep, gone, choices=choices)
        assert days(keep, FIRST) == insured and days(gone, FIRST) == set()
        assert {kind: _held(keep, kind) for kind in held} == held
        services.undo_merge(by=reviewer, merge=merge, reason="是两个人")
        assert (live(keep), live(gone)) == before
        transaction.set_rollback(True)


def _held(person: Person, kind: str) -> set[date]:
    spells = [f.spell for f in records.facts_of("identity", person) if f.kind == kind]
    window = (FIRST + timedelta(days=n) for n in range(1100))
    return {one for one in window if any(one in spell for spell in spells)}


def test_namesakes_with_their_own_numbers_are_not_double_records() -> None:
    make_person()
    make_person()
    assert doubles.pairs(AREA) == []
    assert len(doubles.changed_numbers(AREA)) == 1


def registered_without_id(person: Person, **more: Any) -> Person:
    told = {"town": person.town, "village": person.village, "birth": person.birth, **more}
    return services.register_person(
        actor="x", area=AREA, name=person.name, id_no="出生证 0731", cert_type="99",
        sex=person.sex, source="出生登记", **told,
    )  # fmt: skip


def test_a_record_without_an_id_number_of_the_same_birth_and_village_is_one() -> None:
    person = make_person()
    other = registered_without_id(person)
    assert {(p.one, p.other) for p in doubles.pairs(AREA)} == {(other.pk, person.pk)}
    assert doubles.twins_of(AREA) == {person.psn_no: other.psn_no, other.psn_no: person.psn_no}
    assert doubles.twin_of(person) == (other, doubles.pairs(AREA)[0].why)
    assert doubles.twin_of(other) == (person, doubles.pairs(AREA)[0].why)


def test_another_village_is_not() -> None:
    registered_without_id(make_person(), village="良朝村")
    assert doubles.pairs(AREA) == []


def test_a_card_with_the_others_number_is_one() -> None:
    person = make_person()
    other = make_person(scheme=None, card=person.id_no)
    make_person(name="别人", card=make_id_number())
    assert [{p.one, p.other} for p in doubles.pairs(AREA)] == [{person.pk, other.pk}]
    assert doubles.twin_of(person)[0] == other  # type: ignore[index]


def test_found_to_be_two_they_are_not_shown_again(clerk: User, reviewer: User) -> None:
    person = make_person()
    other = registered_without_id(person)
    merge = propose(clerk, person, other)
    services.refuse_merge(by=reviewer, merge=merge, opinion="堂兄弟", different=True)
    assert doubles.pairs(AREA) == [] and doubles.twin_of(person) is None


def test_words_too_long_are_refused_and_not_cut(clerk: User) -> None:
    keep, gone = make_person(), make_person(scheme=None)
    with pytest.raises(Refused, match="最多 200 字"):
        services.propose_merge(by=clerk, keep=keep, gone=gone, evidence="长" * 201)
    assert not Merge.objects.exists()
    assert Enrolment.objects.count() == 1
