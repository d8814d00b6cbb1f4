"""The list of bills, the trial, the person's page, the search and the desk's figures."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse as address

from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.plans.queries import version_in_force
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.numbering.services import display_number, wire_number
from tongchou.providers.tests.make import make_institution
from tongchou.settlement import sections
from tongchou.settlement.models import Settlement
from tongchou.settlement.queries import bills as desk
from tongchou.settlement.services import reversal_requests
from tongchou.settlement.tests.make import AREA, at, make_charge, make_county, reverse, settle
from tongchou.settlement.tests.make_manual import make_claim
from tongchou.settlement.tests.pages import client_as, make_year, page, url

pytestmark = pytest.mark.django_db
DAY = at("2019-03-02 15:42")


@pytest.fixture
def person() -> Person:
    make_county()
    return make_person(name="梁秀英")


@pytest.fixture
def bills(person: Person) -> list[Settlement]:
    return make_year(person, make_institution())


def listed(**query: str) -> list[int]:
    """Return the numbers of the list that the conditions ask for."""
    with clock.frozen(DAY):
        answer = client_as("clerk").get(url("list"), {"sort": "time"} | query)
    return [int(line.pk) for line in answer.context["lines"]]


def test_today_is_what_opens(bills: list[Settlement]) -> None:
    with clock.frozen(at("2019-03-01 15:42")):
        answer = client_as("clerk").get(url("list"), follow=True)
    assert [int(line.pk) for line in answer.context["lines"]] == [bills[2].pk]
    assert '35,580<span class="tc-fen">.00</span>' in answer.content.decode()


def test_the_conditions_narrow_the_rows(person: Person, bills: list[Settlement]) -> None:
    helped = make_person(name="关国强", identities=["destitute"])
    other = settle(make_charge(helped, make_institution(name="中医院", level="level2"), "900.00"))
    twin = reverse(other)
    first, second, third = (bill.pk for bill in bills)
    assert listed(person="梁秀英") == [first, second, third]
    assert listed(person=person.id_no) == [first, second, third]
    assert listed(identity="destitute") == [other.pk, twin.pk]
    assert listed(identity="orphan") == []
    assert listed(institution="中医") == [other.pk, twin.pk]
    assert listed(amount_min="40000.00") == [second, third]
    assert listed(state="both") == [other.pk, twin.pk]
    assert listed(state="reversed") == [other.pk] and listed(state="reversal") == [twin.pk]
    assert listed(state="settled") == [first, second, third]
    assert listed(state="assumed") == [b.pk for b in bills if b.has_assumed]
    assert listed(state="adjustment") == listed(visit="out_inpatient") == []
    assert listed(visit="inpatient", scheme="resident", channel="gateway", state="reversal")


def test_the_sums_are_of_the_page_and_of_all(bills: list[Settlement]) -> None:
    with clock.frozen(DAY):
        answer = client_as("clerk").get(url("list"), {"sort": "time"})
    assert answer.context["totals"].all["total"] == 10_300_000
    assert answer.context["totals"].all["person_pays"] == sum(b.person_pays for b in bills)


def test_the_list_asks_the_database_no_more_for_more_rows(person: Person) -> None:
    hospital = make_institution()
    counts = []
    for more in (1, 6):
        for _n in range(more):
            settle(make_charge(make_person(), hospital, "900.00"))
        client = client_as("clerk")
        with clock.frozen(DAY), CaptureQueriesContext(connection) as asked:
            page(client, "list", sort="time")
        counts.append(len(asked))
    assert (
        counts[0] == counts[1] <= 30
    )  # 5 of them the views' counts, 4 the session's, 13 what the menu counts


def test_an_empty_day_names_the_condition_to_drop(bills: list[Settlement]) -> None:
    with clock.frozen(DAY):
        text = page(client_as("clerk"), "list", day_from="2019-03-02", person="梁秀英")
    assert "共 3" in text or "3 笔" in text


def test_a_trial_is_a_statement_without_a_record(person: Person, bills: list[Settlement]) -> None:
    before = list(Settlement.objects.values_list("pk", flat=True))
    asked = {"visit_kind": "inpatient", "level": "level3", "on": "2019-03-02"}
    with clock.frozen(DAY):
        client = client_as("clerk")
        text = page(client, "trial", person="lxy", total="60000", **asked)
        assert "50,306.00" in text and "70% 段" in text and "限在比例" in text
        partly = page(client, "trial", person=person.psn_no, total="100", in_scope="200", **asked)
        assert 'id="id_in_scope-wrong"' in partly
        nobody = page(client, "trial", person="查无此人", total="100", **asked)
        assert "没有找到“查无此人”" in nobody
    assert list(Settlement.objects.values_list("pk", flat=True)) == before


def test_a_trial_of_a_namesake_lets_one_choose(person: Person) -> None:
    other = make_person(name="梁秀英")
    with clock.frozen(DAY):
        text = page(client_as("clerk"), "trial", person="梁秀英", total="500")
    assert "找到 2 人" in text
    assert f"person={other.psn_no}" in text and "total=500" in text  # the bill is kept
    assert 'value="500"' in text and "tc-wrong" in text and "必填" not in text


def test_a_trial_says_beside_the_field_why_not(person: Person) -> None:
    with clock.frozen(DAY):
        asked = {"visit_kind": "pharmacy", "level": "level1", "on": "2019-03-02"}
        text = page(client_as("reviewer"), "trial", person=person.psn_no, total="9", **asked)
    assert "没有规定药店购药的待遇" in text


def test_the_persons_page_shows_the_year(person: Person, bills: list[Settlement]) -> None:
    with clock.frozen(DAY):
        client = client_as("clerk")
        text = client.get(address("people:person", args=[person.psn_no])).content.decode()
    assert "2019 年累计" in text and "103,000" in text and "自付累计 41,320.00" in text
    assert all(url("statement", bill.pk) in text for bill in bills)
    with clock.frozen(DAY):
        past = client.get(address("people:person", args=[person.psn_no]), {"year": "2018"})
    assert "2018 年还没有结算" in past.content.decode() and "?year=2019" in past.content.decode()


def test_the_marks_of_a_person_leave_out_what_was_reversed(
    person: Person, bills: list[Settlement]
) -> None:
    reverse(bills[2])
    marks = sections.marks(person, date(2019, 1, 1), date(2020, 1, 1))
    assert [(m.day, m.fen) for m in marks] == [
        (date(2019, 1, 1), 300_000), (date(2019, 2, 1), 4_000_000),
    ]  # fmt: skip


def test_a_number_in_the_search_opens_the_bill(bills: list[Settlement]) -> None:
    bill = bills[2]
    for text in (display_number(bill.pk, AREA), wire_number(bill.pk, AREA), str(bill.msgid)):
        answer = client_as("inspector").get("/search/", {"q": text})
        assert answer["Location"] == url("statement", bill.pk), text
    stranger = client_as("inspector", area="441800")
    assert stranger.get("/search/", {"q": display_number(bill.pk, AREA)}).status_code == 200


def test_the_days_figures_set_corrections_off(bills: list[Settlement]) -> None:
    hospital = bills[2].institution
    assert hospital is not None
    twin = reverse(bills[2], when="2019-03-01 16:00")
    found = desk.today_figures(AREA, date(2019, 3, 1))
    assert (found.settled, found.reversed, found.total, found.fund) == (1, 1, 0, 0)
    assert twin.person_pays == -bills[2].person_pays and found.person == 0
    assert desk.today_figures(AREA, date(2019, 2, 1), hospital.code).total == 4_000_000
    assert desk.today_figures(AREA, date(2019, 1, 1), hospital.code).settled == 0
    hours = desk.by_hour(AREA, date(2019, 3, 1))
    assert hours[9] == 1 and sum(hours) == 1 and len(hours) == 24


def test_open_work_is_by_its_limit_and_says_who_may(bills: list[Settlement]) -> None:
    clerk = make_user("clerk")
    claim = make_claim(by=clerk)
    with clock.frozen(at("2019-03-01 09:00")):
        reversal_requests.propose(by=clerk, bill=bills[2], reason="重复")
    first, second = desk.open_work(AREA)
    assert (first.kind, first.amount, first.right) == ("reversal", 5_023_200, "reversal.review")
    assert (second.kind, second.number, second.acted) == (
        "manual_review", claim.invoice, (clerk.pk,),
    )  # fmt: skip
    assert second.url == url("manual", claim.pk) and desk.open_work("441800") == []


def test_a_policy_says_how_often_its_assumed_numbers_were_used(person: Person) -> None:
    """And the number opens to exactly those bills."""
    today = clock.now().strftime("%Y-%m-%d %H:%M")
    used = settle(make_charge(person, make_institution(), "120000.00", on=today), when=today)
    plain = settle(make_charge(make_person(), make_institution(), "900.00", on=today), when=today)
    assert used.has_assumed and not plain.has_assumed
    client = client_as("reviewer")
    version = version_in_force("441700", "resident", clock.today())
    assert version is not None
    text = client.get(address("plans:version", args=[version.pk])).content.decode()
    assert "近 30 天 1 笔结算用到" in text
    link = re.search(r'href="(/bills/\?[^"]*state=assumed)"', text)
    assert link is not None
    rows = client.get(unescape(link[1])).content.decode()
    assert rows.count("<tr data-tc-row") == 1 and f"/bills/{used.pk}/" in rows
