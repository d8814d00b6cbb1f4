"""A year that begins with what another system had counted: every fold begins there."""

import json
import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tongchou.core.policy import INITIAL_STATE, STATE_WIDTH
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.queries.statement import recount
from tongchou.settlement.records import counted_twice
from tongchou.settlement.services.openings import clear_opening, set_opening
from tongchou.settlement.services.refold import claim_of, due_of, refold_year
from tongchou.settlement.services.trial import state_of
from tongchou.settlement.services.years import open_year
from tongchou.settlement.tests.make import AREA, make_charge, make_county, reverse, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> Person:
    make_county()
    return make_person()


@pytest.fixture
def place(person: Person) -> Institution:
    return make_institution()


def earlier_state(place: Institution) -> tuple[int, ...]:
    """The state of somebody whose earlier bills of the year were settled here."""
    other = make_person()
    for total in ("60000", "150000"):
        settle(make_charge(other, place, total))
    return tuple(PersonYear.objects.get(person=other).state)


def opened(person: Person, state: tuple[int, ...]) -> PersonYear:
    return set_opening(
        actor="test", person=person, scheme="resident", year=2019, state=state, source="旧系统"
    )


def test_a_bill_goes_on_from_the_opening(person: Person, place: Institution) -> None:
    state = earlier_state(place)
    assert state_of(person, "resident", 2019) == INITIAL_STATE
    year = opened(person, state)
    assert state_of(person, "resident", 2019) == state
    bills = [settle(make_charge(person, place, total)) for total in ("80000", "90000")]
    assert tuple(bills[0].state_before) == state
    for bill in bills:
        due = due_of(bill, state, claim_of(bill))
        assert (bill.fund_total, tuple(bill.state_after)) == (due.fund_total, due.state)
        state = due.state
    year.refresh_from_db()
    assert refold_year(year)[1] == tuple(year.state)
    assert replay(AREA, 2019).differences == []
    counted = recount(bills[1])
    assert counted.year_differences == [] and counted.same_state
    # The same bills from nothing would have been paid otherwise, or the test says nothing.
    assert due_of(bills[0], INITIAL_STATE, claim_of(bills[0])).fund_total != bills[0].fund_total


def test_a_reversal_goes_back_to_the_opening(person: Person, place: Institution) -> None:
    year = opened(person, earlier_state(place))
    bill = settle(make_charge(person, place, "80000"))
    reverse(bill)
    year.refresh_from_db()
    assert year.state == year.opening != []
    assert replay(AREA, 2019).differences == []


def test_replay_finds_an_opened_year_whose_state_is_another(
    person: Person, place: Institution
) -> None:
    year = opened(person, earlier_state(place))
    PersonYear.objects.filter(pk=year.pk).update(state=[1] * STATE_WIDTH)
    (found,) = replay(AREA, 2019).differences
    assert (found.person_year_id, found.what) == (year.pk, "state")


def test_after_a_bill_it_stays(person: Person, place: Institution) -> None:
    year = opened(person, earlier_state(place))
    reverse(settle(make_charge(person, place, "80000")))
    with pytest.raises(Refused, match="已有结算单"):
        clear_opening(actor="test", person_year=year, source="测试")
    with pytest.raises(Refused, match="已经带入过"):
        opened(person, INITIAL_STATE)
    other = make_person()
    settle(make_charge(other, place, "800"))
    with pytest.raises(Refused, match="已有结算单"):
        opened(other, (1,) * STATE_WIDTH)


def test_taken_back_it_begins_at_nothing(person: Person, place: Institution) -> None:
    year = opened(person, earlier_state(place))
    clear_opening(actor="test", person_year=year, source="测试")
    year.refresh_from_db()
    assert (year.opening, year.state, year.version) == ([], [], 2)
    verbs = list(Act.objects.filter(object_id=person.psn_no).values_list("verb", flat=True))
    assert verbs[-2:] == ["settlement.year.opened", "settlement.year.unopened"]


@pytest.mark.parametrize("state", [(), (1,) * 13, (-1,) + (0,) * 13])
def test_what_is_no_state_is_refused(person: Person, state: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        opened(person, state)


def attack(sql: str, *params: int | str) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)


_MOVE = "update settlement_personyear set opening = %s, state = %s where id = %s"


def test_the_database_keeps_the_opening(person: Person, place: Institution) -> None:
    year = opened(person, earlier_state(place))
    other = json.dumps([5] * STATE_WIDTH)
    attack("update settlement_personyear set opening = %s where id = %s", other, year.pk)
    for wrong in ([1], [-1] * STATE_WIDTH, [1.5] * STATE_WIDTH, ["1"] * STATE_WIDTH, {"a": 1}):
        attack(_MOVE, json.dumps(wrong), json.dumps(wrong), year.pk)
    new = "insert into settlement_personyear (person_id, scheme, year, version, state, opening)"
    attack(f"{new} values (%s, 'employee', 2019, 0, '[]', %s)", person.pk, other)
    bill = settle(make_charge(person, place, "80000"))
    attack(_MOVE, other, other, year.pk)
    attack(_MOVE, "[]", "[]", year.pk)
    year.refresh_from_db()
    assert year.state == bill.state_after
    assert Settlement.objects.get(pk=bill.pk).state_before == year.opening


def test_two_records_with_an_opening_are_not_made_one(
    person: Person, place: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = earlier_state(place)
    opened(person, state)
    other = make_person(scheme=None)
    assert counted_twice(person, other) == []
    monkeypatch.setattr(clock, "today", lambda: date(2019, 6, 1))
    assert "对调" in counted_twice(other, person)[0]
    settled = make_person()
    settle(make_charge(settled, place, "900"))
    assert any("各算各的" in words for words in counted_twice(person, settled))
    assert any("各算各的" in words for words in counted_twice(settled, person))


@pytest.mark.django_db(transaction=True)
def test_a_bill_and_an_opening_at_once(transactional_db: None) -> None:
    """Whoever is second sees the first: the bill goes on from it, or there is none."""
    make_county()
    place = make_institution()
    state = earlier_state(place)
    person = make_person()
    charge = make_charge(person, place, "80000")
    open_year(person.pk, "resident", 2019)
    refused: list[Refused] = []
    ready = threading.Barrier(2)

    def bring() -> None:
        ready.wait()
        try:
            opened(person, state)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=bring)
    other.start()
    ready.wait()
    bill = settle(charge)
    other.join()
    year = PersonYear.objects.get(person=person)
    assert tuple(bill.state_before) == (year.begins if not refused else INITIAL_STATE)
    assert (year.opening == []) == bool(refused)
    assert replay(AREA, 2019).differences == []
