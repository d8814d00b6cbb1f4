"""The invented people: the same at every run, well formed, in the shares that are said."""

import hashlib
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tongchou.core.identity import parse_id_number
from tongchou.demo import parameters, persons
from tongchou.people.models import Enrolment, Person, PersonNumber
from tongchou.platform import clock

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def digest(rows: object) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_the_same_people_at_every_run() -> None:
    with clock.frozen(NOW):
        first, again = list(persons.invent(500)), list(persons.invent(500))
        assert digest(first) == digest(again)
        # A larger county begins with the people of a smaller one.
        assert list(persons.invent(800))[:500] == first
    assert [one.serial for one in first] == list(range(1, 501))


def test_numbers_are_valid_and_of_no_real_registration_area() -> None:
    with clock.frozen(NOW):
        for one in persons.invent(500):
            parsed = parse_id_number(persons.id_no_of(one))
            assert parsed.birth == one.birth
            assert (parsed.sex == "male") == (one.sex == "1")
            assert parsed.number.startswith(parameters.REGISTRATION)


def test_shares_of_the_published_figures() -> None:
    with clock.frozen(NOW):
        people = list(persons.invent(20_000))
    schemes = Counter(one.scheme for one in people)
    insured = schemes["resident"] + schemes["employee"]
    assert 0.09 < schemes["employee"] / insured < 0.13
    assert 0.002 > schemes[""] / len(people) > 0
    helped = sum(bool(one.identities) for one in people if one.scheme == "resident")
    assert 0.03 < helped / schemes["resident"] < 0.05
    assert all(not one.identities for one in people if one.scheme != "resident")
    children = [one for one in people if "orphan" in one.identities]
    assert children and all(NOW.year - one.birth.year <= 18 for one in children)


@pytest.mark.django_db
def test_loaded_whole_with_numbers_residence_and_enrolment() -> None:
    with clock.frozen(NOW):
        counts = list(persons.load(2500))
    assert counts[-1] == Person.objects.count() == 2500
    assert PersonNumber.objects.filter(kind="id").values("number").distinct().count() == 2500
    assert PersonNumber.objects.filter(kind="card").count() == 2500
    today = Enrolment.objects.filter(start__lte=NOW.date()).exclude(end__lte=NOW.date())
    assert today.count() == sum(1 for one in persons.invent(2500) if one.scheme)
    one = Person.objects.get(psn_no=persons.psn_no_of(1))
    assert (one.name, one.birth, one.initials) == ("梁秀英", date(1968, 5, 6), "lxy")
    assert one.residences.get().village == one.village == "大坪村"
