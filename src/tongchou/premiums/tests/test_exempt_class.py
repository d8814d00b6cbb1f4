"""A class of a list is exempt at once: seen first, and only the very list that was seen."""

import re
import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tongchou.funds import services as funds
from tongchou.people.models import Person
from tongchou.people.services import record_death
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.premiums import queries, services
from tongchou.premiums.models import Exemption
from tongchou.premiums.tests.make import AREA, YEAR, make_exemption, make_payment

pytestmark = pytest.mark.django_db
MARCH = datetime(2020, 3, 10, 2, tzinfo=UTC)
DAY = date(2020, 3, 1)
LOW = ["low_income"]


@pytest.fixture(autouse=True)
def _march() -> object:
    with clock.frozen(MARCH):
        funds.open_area(AREA, actor="test")
        yield


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


def drawn() -> queries.ToExempt:
    return queries.to_exempt(AREA, YEAR, "low_income", DAY)


def exempt(clerk: User, shown: str) -> int:
    return services.exempt_class(
        by=clerk, year=YEAR, kind="low_income", on_day=DAY, source="民政名单", shown=shown
    )


def county(clerk: User) -> dict[str, Person]:
    found = {
        "due": make_person(name="甲一", identities=LOW),
        "exempt": make_person(name="乙一", identities=LOW),
        "paid": make_person(name="丙一", identities=LOW),
        "elsewhere": make_person(name="丁一", identities=LOW, scheme=None),
    }
    make_person(name="戊一", identities=["disabled"])
    dead = make_person(name="己一", identities=LOW)
    record_death(actor="t", person=dead, died_on=date(2020, 2, 1), source="公安")
    make_exemption(found["exempt"], by=clerk, year=YEAR)
    make_payment(found["paid"], by=clerk, year=YEAR)
    return found


def test_everybody_of_the_class_stands_once_on_the_list(clerk: User) -> None:
    people, found = county(clerk), drawn()
    assert {name: getattr(found, name) for name in people} == {
        name: (person.pk,) for name, person in people.items()
    }


def test_the_list_that_was_seen_is_set_and_no_other(clerk: User) -> None:
    people = county(clerk)
    seen = drawn().digest
    late = make_person(name="庚一", identities=LOW)
    with pytest.raises(Refused, match="有变动"):
        exempt(clerk, seen)
    assert Exemption.objects.count() == 1
    assert exempt(clerk, drawn().digest) == 2
    set_now = Exemption.objects.exclude(person=people["exempt"])
    assert set(set_now.values_list("person_id", "ground", "source")) == {
        (people["due"].pk, "low_income", "民政名单"), (late.pk, "low_income", "民政名单"),
    }  # fmt: skip
    with pytest.raises(Refused, match="没有要认定的人"):
        exempt(clerk, drawn().digest)
    assert Act.objects.filter(verb="premiums.exemptions.set", actor=clerk.login).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on_day": date(2020, 3, 11)}, "on_day"),
        ({"on_day": date(2018, 3, 1)}, "on_day"),
        ({"kind": "rich"}, "ground"),
        ({"year": 99}, "year"),
        ({"source": " "}, "source"),
        ({"source": "长" * 101}, "source"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, object], field: str, clerk: User) -> None:
    make_person(identities=LOW)
    told = {"year": YEAR, "kind": "low_income", "on_day": DAY, "source": "民政"} | wrong
    with pytest.raises(Refused) as refused:
        services.exempt_class(by=clerk, shown=drawn().digest, **told)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Exemption.objects.exists()


def test_the_page_sets_nothing_before_it_is_confirmed(client: Client, clerk: User) -> None:
    people = county(clerk)
    client.force_login(clerk)
    url = f"{reverse('premiums:exempt-class')}?year={YEAR}"
    assert url in client.get(f"{reverse('premiums:year')}?year={YEAR}").content.decode()
    data = {"kind": "low_income", "on_day": f"{DAY}", "source": "民政名单"}
    wrong = client.post(url, data | {"source": ""}).content.decode()
    assert 'id="id_source-wrong"' in wrong
    shown = client.post(url, data).content.decode()
    assert people["due"].name in shown and people["paid"].name not in shown
    assert "为这 1 人做免缴认定" in shown and Exemption.objects.count() == 1
    digest = re.search(r'name="shown" value="([0-9a-f]+)"', shown)
    assert digest is not None
    stale = client.post(url, data | {"shown": "0" * 16}).content.decode()
    assert "名单在您看过以后有变动" in stale and Exemption.objects.count() == 1
    answer = client.post(url, data | {"shown": digest[1]})
    assert answer.status_code == 302 and Exemption.objects.count() == 2
    assert "没有要认定的人" in client.post(url, data).content.decode()
    client.force_login(make_user("auditor"))
    assert client.get(url).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_who_confirm_at_once_set_it_once(clerk: User) -> None:
    for n in range(30):
        make_person(name=f"甲{'一二三四五六七八九十'[n % 10]}", identities=LOW)
    seen, outcomes = drawn().digest, []
    barrier = threading.Barrier(2)

    def confirm() -> None:
        with clock.frozen(MARCH):
            barrier.wait()
            try:
                outcomes.append(exempt(clerk, seen))
            except Refused:
                outcomes.append(0)
            finally:
                connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == [0, 30] and Exemption.objects.count() == 30
