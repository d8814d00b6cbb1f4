"""A merge from its files to its comparison: totals before = after, person by person."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.core.policy import INITIAL_STATE, TIERS
from tongchou.people import queries as people
from tongchou.people.models import Enrolment, Person
from tongchou.people.services import end_enrolment, enrol, record_death, strike_enrolment
from tongchou.people.tests.make import make_id_number, make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services import openings
from tongchou.settlement.services.refold import claim_of, due_of
from tongchou.settlement.services.years import open_year
from tongchou.settlement.tests.make import AREA, make_charge, make_county, settle
from tongchou.transitions import reading, services
from tongchou.transitions.models import Carried, OldSpell, Transition

from .make import DAY, make_merge, make_transition, row_of

pytestmark = pytest.mark.django_db

BASIC = {"basic": (500_000, 300_000)}


@pytest.fixture
def clerk(db: None) -> User:
    make_county()
    return make_user("clerk")


@pytest.fixture
def reviewer(clerk: User) -> User:
    return make_user("reviewer")


def problems(transition: Transition) -> list[tuple[int, str]]:
    return list(transition.problems.order_by("row", "pk").values_list("row", "reason"))


def test_a_bill_after_the_merge_goes_on_from_the_old_system(clerk: User, reviewer: User) -> None:
    """As if the earlier bills of the year had been settled here."""
    place, here = make_institution(), make_person()
    for total in ("60000", "150000"):
        settle(make_charge(here, place, total))
    state = tuple(PersonYear.objects.get(person=here).state)
    there = make_person(scheme=None)
    make_merge(clerk, reviewer, row_of(there, counted=state, total="210000", bills="2"))
    year = PersonYear.objects.get(person=there)
    assert tuple(year.opening) == tuple(year.state) == state
    bills = [
        settle(make_charge(who, place, "80000", on="2019-08-01 08:00"), when="2019-08-01 09:00")
        for who in (here, there)
    ]
    assert bills[0].fund_total == bills[1].fund_total
    assert bills[0].state_after == bills[1].state_after
    due = due_of(bills[1], state, claim_of(bills[1]))
    assert bills[1].fund_total == due.fund_total
    assert replay(AREA, 2019).differences == []


def test_old_spells_are_history_and_from_the_day_they_are_enrolled(
    clerk: User, reviewer: User
) -> None:
    known = make_person(scheme=None)
    number = make_id_number()
    done = make_merge(
        clerk,
        reviewer,
        row_of(known, start="2016-01-01", end="2016-12-31", year="2016", old_no="A1"),
        row_of(known, start="2018-01-01", old_no="A1"),
        row_of(id_no=number, name="陈阿婆", code="ZG", start="2010-05-01"),
        row_of(known, code="SY", start="2018-01-01", old_no="B1"),
    )
    assert done.state == "accepted"
    spells = [(e.start, e.end, e.source) for e in people.enrolments_of(known)]
    old = "旧系统 NCMS 新型农村合作医疗"
    assert spells == [
        (date(2016, 1, 1), date(2017, 1, 1), old),
        (date(2018, 1, 1), DAY, old),
        (DAY, None, f"制度并轨 {done.pk}，{old}"),
    ]
    new = people.find_person("id", number)
    assert new is not None and new.name == "陈阿婆"
    first, second = people.enrolments_of(new)
    assert (first.scheme, first.status, first.psn_type) == ("employee", "active", "1101")
    assert (first.end, second.start) == (DAY, DAY)
    assert PersonYear.objects.filter(person=new).count() == 0, "nothing was counted"


def test_two_spells_that_follow_each_other_are_added(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None)
    make_merge(
        clerk,
        reviewer,
        row_of(person, start="2019-01-01", end="2019-03-31", counted=BASIC),
        row_of(person, code="URBMI", start="2019-04-01", counted={"basic": (200_000, 1)}),
    )
    assert PersonYear.objects.get(person=person).opening[:2] == [700_000, 300_001]
    (row,) = Carried.objects.filter(person=person)
    assert (row.spells, row.base_after, row.paid_after) == (2, 700_000, 300_001)


def test_what_is_not_carried_is_explained_first(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None)
    transition = make_transition(
        clerk,
        row_of(person, start="2018-01-01", end="2018-12-31", year="2018", counted=BASIC),
        row_of(person, start="2019-01-01", counted=BASIC),
        row_of(person, code="SY", start="2019-01-01", counted={"basic": (70_000, 70_000)}),
    )
    services.try_merge(by=clerk, transition=transition)
    transition.refresh_from_db()
    assert [(one["code"], one["why"], one["paid"]) for one in transition.totals["left"]] == [
        ("NCMS", "earlier", 300_000),
        ("SY", "history", 70_000),
    ]
    with pytest.raises(Refused, match="还没有说明"):
        services.accept(by=reviewer, transition=transition)
    for scheme, why in (("NCMS", "earlier"), ("SY", "history")):
        services.explain(
            by=clerk, transition=transition, scheme=transition.schemes.get(code=scheme), why=why,
            words="按文件第三条",
        )  # fmt: skip
    services.accept(by=reviewer, transition=transition)
    assert PersonYear.objects.get(person=person).opening[:2] == [500_000, 300_000]


def test_another_person_confirms(clerk: User, reviewer: User) -> None:
    transition = make_transition(clerk, row_of())
    tried = services.try_merge(by=reviewer, transition=transition)
    for own in (clerk, reviewer):
        with pytest.raises(Refused, match="另一个人"):
            services.accept(by=own, transition=tried)
    done = services.accept(by=make_user("approver"), transition=tried)
    with pytest.raises(Refused, match="已并轨"):
        services.accept(by=make_user("approver"), transition=done)
    verbs = list(Act.objects.filter(object_type="transition").values_list("verb", flat=True))
    assert verbs == ["transitions.received", "transitions.tried", "transitions.accepted"]


Bad = Callable[[Person], list[dict[str, Any]]]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (lambda p: [row_of(p, name="别人")], "登记的是“梁秀英”"),
        (lambda p: [row_of(name="甲", id_no="1"), row_of()], "请对照证件重输"),
        (lambda p: [row_of(p), row_of(p, code="URBMI", start="2019-06-01")], "同一天"),
        (lambda p: [row_of(p, code="没有")], "对照表"),
        (lambda p: [row_of(p, start="2019-02-30")], "日期"),
        (lambda p: [row_of(p, end="2018-12-31")], "早于开始"),
        (lambda p: [row_of(p, year="2020")], "2019 年或以前"),
        (lambda p: [row_of(p, sex="男")], "性别"),
        (lambda p: [row_of(p, birth="1960-06-13")], "出生日期"),
        (lambda p: [row_of(p, start="1950-01-01")], "早于出生"),
        (lambda p: [row_of(p, counted={"basic": (1, 2)})], "支付大于基数"),
        (lambda p: [row_of(p, counted=BASIC, total="1")], "小于各层"),
        (lambda p: [row_of(p, counted=BASIC, bills="0")], "没有结算却有金额"),
        (lambda p: [{**row_of(p), "base.basic": "-1"}], "0 和 10 亿"),
        (lambda p: [{**row_of(p), "base.basic": "1.234"}], "小数"),
        (lambda p: [row_of(p, old_no="")], "没有填"),
        (lambda p: [row_of(p, old_no="9" * 51)], "最多 50 字"),
        (lambda p: [row_of(p, bills="1.5")], "小数"),
    ],
)
def test_a_bad_row_is_named_with_its_remedy(clerk: User, rows: Bad, says: str) -> None:
    person = make_person(scheme=None)
    transition = make_transition(clerk, *rows(person))
    assert transition.state == "received"
    found = transition.problems.first()
    assert found is not None and says in found.reason
    assert found.sheet == "人员表" and found.row >= 2 and found.column
    with pytest.raises(Refused):
        services.try_merge(by=clerk, transition=transition)


@pytest.mark.parametrize(
    ("scheme", "says"),
    [
        (("X", "旧", "别的", "", ""), "看不懂"),
        (("X", "旧", "城镇职工", "", ""), "在职或退休"),
        (("X", "旧", "城乡居民", "在职", ""), "只有并入职工"),
        (("X", "旧", "城乡居民", "", "1101"), "人员类别"),
        (("X", "旧", "只留历史", "", "15"), "没有人员类别"),
        (("NCMS", "旧", "城乡居民", "", ""), "重复"),
        (("X", "旧" * 41, "城乡居民", "", ""), "最多 40 字"),
    ],
)
def test_a_bad_row_of_the_mapping_is_named(clerk: User, scheme: tuple[str, ...], says: str) -> None:
    first = ("NCMS", "新型农村合作医疗", "城乡居民", "", "")
    transition = make_transition(clerk, row_of(), schemes=(first, scheme))
    found = transition.problems.get()
    assert says in found.reason and (found.sheet, found.row) == ("对照表", 3)


def test_what_is_registered_here_stands_in_the_way(clerk: User) -> None:
    enrolled = make_person()
    settled = make_person(end=date(2019, 6, 1))
    settle(make_charge(settled, make_institution(), "900"))
    dead = make_person(scheme=None)
    record_death(actor="test", person=dead, died_on=date(2019, 2, 1), source="测试")
    elsewhere = make_person(scheme=None, area="441800")
    transition = make_transition(
        clerk,
        row_of(enrolled),
        row_of(settled, start="2019-06-01", counted=BASIC),
        row_of(dead),
        row_of(elsewhere),
    )
    found = problems(transition)
    assert [row for row, _reason in found] == [2, 3, 4, 5]
    for (_row, reason), says in zip(
        found, ("已登记城乡居民", "已有结算单", "死亡", "别的统筹区"), strict=True
    ):
        assert says in reason


def test_after_a_correction_of_the_register_the_same_files_are_checked_again(clerk: User) -> None:
    person = make_person()
    transition = make_transition(clerk, row_of(person, start="2019-01-01"))
    assert transition.state == "received"
    one = people.enrolments_of(person)[0]
    strike_enrolment(actor="test", enrolment=one, reason="测试")
    assert services.check_again(by=clerk, transition=transition).state == "checked"
    with pytest.raises(Refused, match="已经收过"):
        file = (transition.persons_name, bytes(transition.persons))
        services.receive(by=clerk, title="又", starts_on=DAY, mapping=file, persons=file)


def test_what_changed_since_the_dry_run_is_not_overlooked(clerk: User, reviewer: User) -> None:
    person, number = make_person(scheme=None), make_id_number()
    tried = [
        services.try_merge(by=clerk, transition=make_transition(clerk, row))
        for row in (row_of(person, counted=BASIC), row_of(id_no=number, name="梁秀英"))
    ]
    enrol(actor="test", person=person, scheme="resident", start=DAY, source="测试")
    make_person(id_no=number, scheme=None)
    with pytest.raises(Refused, match="登记有变"):
        services.accept(by=reviewer, transition=tried[0])
    with pytest.raises(Refused, match="新登记"):
        services.accept(by=reviewer, transition=tried[1])
    assert not Carried.objects.exists()


def test_a_difference_when_read_back_undoes_all(
    clerk: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    transition = make_transition(clerk, row_of(counted=BASIC), row_of(name="乙", counted=BASIC))
    services.try_merge(by=clerk, transition=transition)
    whole = openings.set_opening

    def short(**given: Any) -> PersonYear:
        state = list(given.pop("state"))
        state[0] += 1 if PersonYear.objects.exclude(opening=[]).exists() else 0
        return whole(**given, state=state)

    monkeypatch.setattr(openings, "set_opening", short)
    counts = Person.objects.count(), Act.objects.count()
    with pytest.raises(Refused, match="整次没有并"):
        services.accept(by=reviewer, transition=transition)
    assert (Person.objects.count(), Act.objects.count()) == counts
    assert not Carried.objects.exists() and not PersonYear.objects.exists()


def test_undone_nothing_of_it_holds(clerk: User, reviewer: User) -> None:
    person, number = make_person(scheme=None), make_id_number()
    rows = (row_of(person, counted=BASIC), row_of(id_no=number, name="新来的", counted=BASIC))
    done = make_merge(clerk, reviewer, *rows)
    undone = services.undo(by=reviewer, transition=done, reason="文件错了")
    assert undone.state == "undone"
    new = people.find_person("id", number)
    assert new is not None
    for who in (person, new):
        assert people.enrolments_of(who) == []
        year = PersonYear.objects.get(person=who)
        assert (year.opening, year.state) == ([], [])
    # The corrected file is taken, and finds the person who was registered.
    again = make_merge(clerk, reviewer, *rows)
    assert PersonYear.objects.get(person=new).opening[:2] == [500_000, 300_000]
    assert again.spells.filter(new_person=True).count() == 0


def test_with_a_bill_on_it_it_is_not_undone(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None)
    done = make_merge(clerk, reviewer, row_of(person))  # nothing counted: no opening guards it
    settle(
        make_charge(person, make_institution(), "900", on="2019-08-01 08:00"),
        when="2019-08-01 09:00",
    )
    with pytest.raises(Refused, match="已有结算单"):
        services.undo(by=reviewer, transition=done, reason="文件错了")


def test_with_a_fact_changed_since_it_is_not_undone(clerk: User, reviewer: User) -> None:
    person = make_person(scheme=None)
    done = make_merge(clerk, reviewer, row_of(person))
    last = people.enrolments_of(person)[-1]
    end_enrolment(actor="test", enrolment=last, end=date(2019, 9, 1), source="测试")
    with pytest.raises(Refused, match="改过"):
        services.undo(by=reviewer, transition=done, reason="文件错了")
    assert people.enrolments_of(person)[-1].end == date(2019, 9, 1)


def test_dropped_files_are_not_used(clerk: User, reviewer: User) -> None:
    transition = make_transition(clerk, row_of())
    services.try_merge(by=clerk, transition=transition)
    with pytest.raises(Refused, match="原因"):
        services.drop(by=clerk, transition=transition, reason=" ")
    services.drop(by=clerk, transition=transition, reason="重做")
    with pytest.raises(Refused, match="已作废"):
        services.accept(by=reviewer, transition=transition)


# Hypothesis: any valid file.

FIRST = date(2017, 1, 1)
tiers = st.tuples(st.integers(0, 9_000_000), st.integers(0, 9_000_000)).map(
    lambda pair: (max(pair), min(pair))
)
rows = st.fixed_dictionaries(
    {
        "who": st.integers(0, 3),
        "code": st.sampled_from(("NCMS", "URBMI", "ZG", "SY")),
        "start": st.integers(0, 1200),
        "length": st.one_of(st.none(), st.integers(1, 700)),
        "year": st.sampled_from((2018, 2019, 2019)),
        "counted": st.dictionaries(st.sampled_from(TIERS), tiers, max_size=3),
    }
)


def valid(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what would share a day with an earlier row of the same person."""
    taken: list[tuple[int, date, date | None]] = []
    kept = []
    for one in found:
        start = FIRST + timedelta(days=one["start"])
        end = None if one["length"] is None else start + timedelta(days=one["length"])
        clash = any(
            who == one["who"] and (b is None or start < b) and (end is None or a < end)
            for who, a, b in taken
        )
        if one["code"] != "SY" and clash:
            continue
        if one["code"] != "SY":
            taken.append((one["who"], start, end))
        last = "" if end is None else f"{end - timedelta(days=1)}"
        kept.append({**one, "start": f"{start}", "end": last})
    return kept


def day_of(text: str) -> date:
    return date.fromisoformat(text)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(found=st.lists(rows, min_size=1, max_size=7).map(valid))
def test_totals_before_are_those_after_person_by_person(
    found: list[dict[str, Any]], django_db_blocker: Any
) -> None:
    with transaction.atomic():
        clerk, reviewer = make_user("clerk"), make_user("reviewer")
        numbers = [make_id_number() for _ in range(4)]
        make_person(scheme=None, id_no=numbers[0], name="人0")
        lines = [
            row_of(
                id_no=numbers[one["who"]], name=f"人{one['who']}", code=one["code"],
                start=one["start"], end=one["end"], year=str(one["year"]), counted=one["counted"],
            )
            for one in found
        ]  # fmt: skip
        done = make_merge(clerk, reviewer, *lines)
        check_persons(found, numbers)
        check_codes(found, done)
        services.undo(by=reviewer, transition=done, reason="测试")
        assert not PersonYear.objects.exclude(opening=[], state=[]).exists()
        assert not Enrolment.objects.filter(struck_at=None).exists()
        transaction.set_rollback(True)


def state_of(found: list[dict[str, Any]]) -> list[int]:
    state = list(INITIAL_STATE)
    for one in found:
        for tier, (base, paid) in one["counted"].items():
            state[2 * TIERS.index(tier)] += base
            state[2 * TIERS.index(tier) + 1] += paid
    return state


def check_persons(found: list[dict[str, Any]], numbers: list[str]) -> None:
    for who, number in enumerate(numbers):
        person = people.find_person("id", number)
        own = [one for one in found if one["who"] == who]
        assert (person is not None) == (bool(own) or who == 0)
        if person is None:
            continue
        for scheme, codes in (("resident", ("NCMS", "URBMI")), ("employee", ("ZG",))):
            mine = [one for one in own if one["code"] in codes]
            year = PersonYear.objects.filter(person=person, scheme=scheme, year=2019).first()
            assert state_of([one for one in mine if one["year"] == 2019]) == list(
                year.begins if year else INITIAL_STATE
            )
            days = sum(
                (min(e.end or date(2030, 1, 1), date(2030, 1, 1)) - e.start).days
                for e in people.enrolments_of(person)
                if e.scheme == scheme
            )
            ends = [
                (day_of(one["end"]) + timedelta(days=1) if one["end"] else date(2030, 1, 1))
                - day_of(one["start"])
                for one in mine
            ]
            assert days == sum(end.days for end in ends)


def check_codes(found: list[dict[str, Any]], done: Transition) -> None:
    for one in done.totals["before"]:
        mine = [row for row in found if row["code"] == one["code"]]
        assert (one["rows"], one["counted"]) == (len(mine), state_of(mine))
    carried = [0] * len(INITIAL_STATE)
    for row in Carried.objects.filter(transition=done):
        assert row.person_year is None or row.person_year.opening == row.counted
        carried = [a + b for a, b in zip(carried, row.counted, strict=True)]
    left = [0] * len(INITIAL_STATE)
    for one in done.totals["left"]:
        left = [a + b for a, b in zip(left, one["counted"], strict=True)]
    assert [a + b for a, b in zip(carried, left, strict=True)] == state_of(found)


def test_the_strategy_makes_spells_that_follow_each_other() -> None:
    """The property above says nothing where no person has two rows."""
    one: dict[str, Any] = {"who": 0, "code": "NCMS", "start": 0, "length": 100, "year": 2019}
    assert len(valid([one, {**one, "start": 100}])) == 2
    assert len(valid([one, {**one, "start": 99}])) == 1


# Attacks by SQL.


def attack(sql: str, *params: int | str) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)


def test_the_database_keeps_files_rows_and_what_was_carried(clerk: User, reviewer: User) -> None:
    waiting = make_transition(clerk, row_of())
    done = make_merge(clerk, reviewer, row_of(counted=BASIC))
    table = "transitions_transition"
    for one in (waiting, done):
        attack(f"update {table} set persons_sha256 = 'x' where id = %s", one.pk)
        attack(f"update {table} set persons = mapping || mapping where id = %s", one.pk)
        attack(f"update {table} set starts_on = '2019-01-01' where id = %s", one.pk)
    attack(f"update {table} set accepted_by_id = received_by_id where id = %s", done.pk)
    attack(f"update {table} set accepted_by_id = tried_by_id where id = %s", done.pk)
    attack(f"update {table} set state = 'accepted' where id = %s", waiting.pk)
    attack(f"update {table} set state = 'undone' where id = %s", done.pk)
    spell = OldSpell.objects.get(transition=done)
    attack("update transitions_oldspell set paid = 1 where id = %s", spell.pk)
    attack("delete from transitions_oldspell where id = %s", spell.pk)
    attack("update transitions_oldspell set transition_id = %s", done.pk)
    row = Carried.objects.get()
    attack("update transitions_carried set counted = '[]' where id = %s", row.pk)
    attack("update transitions_carried set paid_after = 1 where id = %s", row.pk)
    attack("delete from transitions_carried where id = %s", row.pk)
    columns = (
        "transition_id, person_id, scheme, year, person_year_id, spells, bills, total, counted,"
        " base_before, paid_before, base_after, paid_after, undone"
    )
    attack(
        f"insert into transitions_carried ({columns})"
        " values (%s, %s, 'employee', 2019, null, 1, 0, 0, '[]', 1, 0, 2, 0, false)",
        done.pk,
        row.person_id,
    )


def test_files_that_were_changed_behind_the_guards_are_not_merged(
    clerk: User, reviewer: User
) -> None:
    transition = services.try_merge(by=clerk, transition=make_transition(clerk, row_of()))
    drop = {
        "sqlite": "drop trigger transitions_files_stay",
        "postgresql": "drop trigger transitions_files_stay on transitions_transition",
    }
    with connection.cursor() as cursor:
        cursor.execute(drop[connection.vendor])
    Transition.objects.filter(pk=transition.pk).update(persons_sha256="0" * 64)
    with pytest.raises(Refused, match="摘要不同"):
        services.accept(by=reviewer, transition=transition)


@pytest.mark.django_db(transaction=True)
def test_a_bill_and_the_merge_at_once(transactional_db: None) -> None:
    """A hospital settles while the merge is written: one waits, neither is overlooked."""
    make_county()
    clerk, reviewer, place = make_user("clerk"), make_user("reviewer"), make_institution()
    person = make_person(start=DAY)
    charge = make_charge(person, place, "80000", on="2019-08-01 08:00")
    transition = make_transition(
        clerk, row_of(person, start="2019-01-01", end="2019-06-30", counted=BASIC), row_of()
    )
    services.try_merge(by=clerk, transition=transition)
    open_year(person.pk, "resident", 2019)
    refused: list[Refused] = []
    ready = threading.Barrier(2)

    def merge() -> None:
        ready.wait()
        try:
            services.accept(by=reviewer, transition=transition)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=merge)
    other.start()
    ready.wait()
    bill = settle(charge, when="2019-08-01 09:00")
    other.join()
    year = PersonYear.objects.get(person=person)
    assert tuple(bill.state_before) == year.begins
    assert (year.opening == []) == bool(refused) == (not Carried.objects.exists())
    assert replay(AREA, 2019).differences == []


def test_a_file_of_too_many_rows_says_to_split_it(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    assert make_transition(clerk, row_of()).rows == 1
    with pytest.raises(Refused, match="分成几份"):
        make_transition(clerk, row_of(), row_of())
