"""The county as built: whole, true to its own books, with the cast in place."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import F

from tongchou.catalogue import queries as catalogue
from tongchou.core.identity import CODE_FORMATS, code_kinds, is_id_number
from tongchou.core.money import parse_yuan
from tongchou.demo import build, cast, items, persons, words
from tongchou.funds import accounts
from tongchou.funds.models import AccountMove
from tongchou.funds.verify import verify_books
from tongchou.people import queries as people
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Pooling
from tongchou.platform.authority.roles import ROLES
from tongchou.platform.numbering.services import forget_blocks
from tongchou.platform.trail import verify
from tongchou.pooling.models import Change, Remittance
from tongchou.pooling.obstacles import obstacles
from tongchou.pooling.verify import verify_levels
from tongchou.providers import credentials
from tongchou.providers import queries as providers
from tongchou.settlement.models import FeeLine, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.sharing.models import AccountLink

NOW = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SCALE = 500
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Any]:
    """The county with its cast, built once for this module and rolled back after it."""
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        for forget in (credentials.forget, forget_blocks, accounts.forget):
            forget()
        build.build(SCALE, lambda _words: None)
        yield cast.write(tmp_path_factory.mktemp("demo"), 8123)
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture(autouse=True)
def at_that_time() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def test_the_ledger_is_the_engine_folded_again(built: Any) -> None:
    result = replay("441700", NOW.year)
    assert result.bills == Settlement.objects.count() > 50
    assert not result.differences
    assert not verify_books("441700")
    assert not verify.verify().faults


def test_some_parents_pay_for_a_child(built: Any) -> None:
    links = {(one.owner_id, one.member_id) for one in AccountLink.objects.all()}
    drawn = AccountMove.objects.filter(amount__lt=0).exclude(for_person=F("person"))
    assert links >= set(drawn.values_list("person_id", "for_person_id"))
    shared = Settlement.objects.filter(linked_pays__gt=0)
    assert len(links) > 5 and shared.count() == drawn.count() > 5


def test_bills_are_the_sums_of_their_lines_until_yesterday(built: Any) -> None:
    for bill in Settlement.objects.exclude(charge=None).select_related("charge"):
        lines = FeeLine.objects.filter(charge=bill.charge)
        assert bill.total == sum(line.amount for line in lines)
        assert NOW.replace(month=1, day=1, hour=0) <= bill.settled_at < NOW - timedelta(hours=9)
    assert {b.visit_kind for b in Settlement.objects.all()} >= {"inpatient", "pharmacy"}


def test_the_worked_case_of_three_admissions(built: Any) -> None:
    person = people.find_by_psn_no(built["persons"][0]["psn_no"])
    bills = Settlement.objects.filter(person=person).order_by("ordinal")
    assert [(b.total, b.in_scope, b.basic, b.critical_illness, b.person_pays) for b in bills] == [
        (3_000_00, 3_000_00, 2_520_00, 0, 480_00),
        (40_000_00, 40_000_00, 23_580_00, 1_140_00, 15_280_00),
        (60_000_00, 60_000_00, 35_580_00, 14_652_00, 9_768_00),
    ]


def test_cast_of_persons(built: Any) -> None:
    fresh = [one for one in built["persons"] if one["bills_this_year"] == 0]
    assert sum(one["scheme"] == "resident" for one in fresh) >= 5
    assert {one["status"] for one in fresh if one["scheme"] == "employee"} == {"active", "retired"}
    assert {"destitute", "orphan", "registered_poor"} <= {i for o in fresh for i in o["identities"]}
    assert any(o["scheme"] == "resident" and not o["identities"] for o in fresh)
    for one in built["persons"]:
        person = people.find_person("id", one["certno"])
        assert person is not None and person.psn_no == one["psn_no"] and is_id_number(person.id_no)
        enrolment = people.enrolment_on(person, None, NOW.date())
        assert enrolment is not None and enrolment.scheme == one["scheme"]
        found = {i.kind for i in people.identities_on(person, NOW.date())}
        assert found == set(one["identities"])
        assert Settlement.objects.filter(person=person).count() == one["bills_this_year"]
    changed = next(one for one in built["persons"] if one["former_certno"])
    former = people.find_person("id", changed["former_certno"])
    assert former is not None and former.psn_no == changed["psn_no"]
    assert changed["name"] == persons.CHANGED_NUMBER.name


def test_cast_of_institutions_and_doctors(built: Any) -> None:
    for one in built["institutions"]:
        assert set(code_kinds(one["code"])) & {"hospital", "pharmacy"}
        account = providers.by_paasid(one["paasid"])
        assert account is not None and account.token == one["token"]
        agreement = providers.billing_open(account.institution_id, NOW.date())
        assert (agreement is not None) == one["billing_open"]
        assert all(CODE_FORMATS["doctor"].matches(d["code"]) for d in one["doctors"])
    assert {i["level"] for i in built["institutions"]} == {
        "community", "level1", "level2", "level3",
    }  # fmt: skip
    assert any(d["suspended"] for i in built["institutions"] for d in i["doctors"])
    assert [i["code"] for i in built["institutions"] if not i["one_stop"]] == [
        words.WITHOUT_ONE_STOP
    ]
    assert [i["code"] for i in built["institutions"] if not i["billing_open"]] == [words.SUSPENDED]


def test_the_employees_are_the_provinces_and_nothing_is_lost(built: Any) -> None:
    spell = Pooling.objects.get()
    assert (spell.area_id, spell.scheme, spell.end) == ("441700", "employee", None)
    bills = Settlement.objects.filter(scheme="employee", kind="settle")
    since, before = (
        bills.filter(settled_at__date__gte=spell.start),
        bills.filter(settled_at__date__lt=spell.start),
    )
    ours, theirs = (
        set(PlanVersion.objects.filter(area=a).values_list("plan_id", flat=True))
        for a in ("441700", spell.pool_id)
    )
    assert set(since.values_list("plan_id", flat=True)) <= theirs
    assert before.exists() and set(before.values_list("plan_id", flat=True)) <= ours
    assert {r.kind for r in Remittance.objects.filter(state="posted")} == {"closing", "down"}
    assert not verify_levels() and not verify_books(spell.pool_id)
    # The residents' waits for another person, and nothing stands in its way.
    waits = Change.objects.get(state="proposed")
    assert not obstacles(waits.area, waits.scheme, waits.pool, waits.starts_on)


def test_cast_of_items(built: Any) -> None:
    terms = catalogue.terms_on([i["code"] for i in built["items"]], NOW.date())
    assert len(built["items"]) == len(items.samples()) >= 150
    billable = [i for i in built["items"] if terms[i["code"]].level != "03"]
    assert len(billable) >= 12
    for item in built["items"]:
        assert code_kinds(item["code"]) and parse_yuan(item["price"]) > 0
        assert terms[item["code"]].level == item["chrgitm_lv"]
    assert {i["chrgitm_lv"] for i in built["items"]} == {"01", "02", "03"}


def test_users_hold_each_post_and_their_password_opens(built: Any) -> None:
    assert {one["role"] for one in built["users"]} == set(ROLES)
    for one in built["users"][:1] + built["users"][-1:]:
        assert User.objects.get(login=one["login"]).check_password(one["password"])
    office = User.objects.get(login="yiyuan")
    assert office.institution_code == "H44170000001"


def test_only_an_own_or_empty_folder_is_used(tmp_path: Path) -> None:
    assert build.folder_is_ours(tmp_path / "new") and build.folder_is_ours(tmp_path)
    (tmp_path / "letter.txt").write_text("x")
    assert not build.folder_is_ours(tmp_path)
    (tmp_path / "tongchou.sqlite3").touch()
    assert build.folder_is_ours(tmp_path)
