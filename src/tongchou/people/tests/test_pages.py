"""The pages of the register, as its users meet them."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.people import hooks, services
from tongchou.people.models import Person
from tongchou.people.tests.make import make_id_number, make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
PART = {"HX-Request": "true", "HX-Target": "facts"}
DAY = datetime(2019, 3, 1, 15, 42, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def first_of_march() -> Any:
    with clock.frozen(DAY):
        yield


def without_tokens(answer: Any) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def sign_in(client: Client, role: str = "clerk", **more: Any) -> Client:
    client.force_login(make_user(role, **more))
    return client


def page(client: Client, person: Person, query: str = "", **more: Any) -> str:
    answer = client.get(reverse("people:person", args=[person.psn_no]) + query, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"people:{name}", args=args), data)


def seen(person: Person, verb: str) -> int:
    return Act.objects.filter(object_id=person.psn_no, verb=f"people.person.{verb}").count()


def test_the_page_shows_facts_and_masks_numbers(client: Client) -> None:
    person = make_person(identities=["destitute"], card="6217000012343390")
    text = page(sign_in(client), person)
    for shown in ("梁秀英", "特困人员", "居民参保", "平冈镇", "2019-01-01"):
        assert shown in text
    assert person.id_no not in text and "6217000012343390" not in text


def test_looking_is_recorded_once_and_turning_parts_over_is_not_another_look(
    client: Client,
) -> None:
    person = make_person()
    sign_in(client, login="chenjing", name="陈静")
    page(client, person)
    page(client, person)
    page(client, person, "?span=all", headers=PART)
    assert seen(person, "seen") == 1
    assert "陈静" in page(client, person)
    sign_in(client, login="huang")
    page(client, person)
    assert seen(person, "seen") == 2


def test_the_whole_number_is_shown_on_demand_and_recorded(client: Client) -> None:
    person = make_person()
    sign_in(client)
    answer = post(client, "number-show", person.psn_no)
    assert person.id_no in answer.content.decode()
    assert "delay:30s" in answer.content.decode()
    assert seen(person, "unmasked") == 1
    again = client.get(reverse("people:number", args=[person.psn_no])).content.decode()
    assert person.id_no not in again and person.id_no[-4:] in again
    assert client.get(reverse("people:number-show", args=[person.psn_no])).status_code == 405


def test_a_post_without_the_right_cannot_unmask(client: Client) -> None:
    person = make_person()
    sign_in(client, "finance")
    assert "number/show" not in page(client, person)
    assert post(client, "number-show", person.psn_no).status_code == 403
    assert seen(person, "unmasked") == 0


@pytest.mark.parametrize(
    ("name", "args"),
    [("person", ()), ("number", ()), ("facts", ()), ("fact-add", ("identity",))],
)
def test_other_areas_and_unknown_persons_look_alike(
    client: Client, name: str, args: tuple[str, ...]
) -> None:
    sign_in(client, area="441800")
    known = client.get(reverse(f"people:{name}", args=[make_person().psn_no, *args]))
    unknown = client.get(reverse(f"people:{name}", args=["nobody", *args]))
    assert known.status_code == unknown.status_code == 404
    assert without_tokens(known) == without_tokens(unknown)


def test_a_hospital_does_not_see_the_register(client: Client) -> None:
    person = make_person()
    sign_in(client, "hospital", institution="H44170000001")
    for address in ("people:list", "people:register"):
        assert client.get(reverse(address)).status_code == 403
    answer = client.get(reverse("people:person", args=[person.psn_no]))
    assert answer.status_code == 403 and person.name not in answer.content.decode()
    assert seen(person, "seen") == 0


def test_what_was_known_on_a_day(client: Client) -> None:
    with clock.frozen(datetime(2018, 3, 9, 9, tzinfo=SHANGHAI)):
        person = make_person(start=date(2018, 1, 1))
        identity = services.add_identity(
            actor="x",
            person=person,
            kind="low_income_edge",
            start=date(2018, 1, 1),
            source="三月名单",
        )
    with clock.frozen(datetime(2018, 8, 6, 9, tzinfo=SHANGHAI)):
        services.end_identity(actor="x", identity=identity, end=date(2018, 7, 1), source="八月名单")
    sign_in(client)
    now = page(client, person)
    assert "八月名单" in now and "已由结束日 2018-07-01" in now
    assert "07-01 退出，08-06 才得知" in now
    then = page(client, person, "?known=2018-08-05", headers=PART)
    assert "八月名单" not in then and "三月名单" in then and "当天所知的样子" in then
    assert "已由结束日" not in then  # nobody knew that yet
    assert page(client, person, "?known=nonsense&span=nonsense")
    without = page(client, person, "?struck=0")
    assert "三月名单" not in without


def test_registering_a_person_then_an_enrolment(client: Client) -> None:
    sign_in(client, login="chenjing")
    number = make_id_number(birth=date(1980, 5, 6), sex="1")
    data = {"id_no": number, "cert_type": "01", "name": "麦 国强", "source": "窗口申请"}
    answer = post(client, "register", **data)
    person = Person.objects.get()
    assert (person.name, person.sex, person.birth) == ("麦国强", "1", date(1980, 5, 6))
    assert answer.url == reverse("people:fact-add", args=[person.psn_no, "enrolment"])
    fact = {"scheme": "resident", "start": "2019-01-01", "source": "税务", "known_on": "2019-03-01"}
    assert post(client, "fact-add", person.psn_no, "enrolment", **fact).status_code == 302
    assert person.enrolments.get().psn_type == "1501"
    assert Act.objects.filter(verb="people.enrolment.added", actor="chenjing").count() == 1


def test_a_refusal_stands_beside_its_field_and_writes_nothing(client: Client) -> None:
    person = make_person()
    sign_in(client)
    fact = {"scheme": "employee", "status": "active", "start": "2019-02-01", "source": "x"}
    answer = post(client, "fact-add", person.psn_no, "enrolment", **fact, known_on="2019-03-01")
    text = answer.content.decode()
    assert "已参加城乡居民。</b>" in text and 'aria-describedby="id_start-wrong"' in text
    assert person.enrolments.count() == 1
    wrong = {"id_no": person.id_no[:-1] + "0", "cert_type": "01", "name": "甲", "source": "x"}
    if wrong["id_no"] == person.id_no:
        wrong["id_no"] = person.id_no[:-1] + "1"
    assert "末位校验不对。" in post(client, "register", **wrong).content.decode()


@pytest.mark.parametrize(
    ("kind", "data", "check"),
    [
        ("identity", {"kind": "orphan", "start": "2019-02-01"}, ("identities", "kind", "orphan")),
        (
            "residence",
            {"town": "北津镇", "village": "", "start": "2019-02-01"},
            ("residences", "town", "北津镇"),
        ),
        (
            "number",
            {"kind": "card", "number": "C1", "start": "2019-02-01"},
            ("numbers", "number", "C1"),
        ),
    ],
)
def test_every_kind_of_fact(
    client: Client, kind: str, data: dict[str, str], check: tuple[str, str, str]
) -> None:
    person = make_person()
    sign_in(client)
    assert client.get(reverse("people:fact-add", args=[person.psn_no, kind])).status_code == 200
    more = {"source": "申请", "known_on": "2019-02-20"}
    assert post(client, "fact-add", person.psn_no, kind, **data, **more).status_code == 302
    rows, field, value = check
    row = getattr(person, rows).get(**{field: value})
    assert (row.source, row.known_on) == ("申请", date(2019, 2, 20))


def test_name_number_and_death(client: Client) -> None:
    person = make_person()
    sign_in(client)
    number = make_id_number(birth=date(1961, 6, 12))
    known = {"source": "公安", "known_on": "2019-03-01"}
    changed = {"cert_type": "01", "id_no": number, "start": "2019-02-01"}
    post(client, "fact-add", person.psn_no, "name", name="梁秀瑛", source="公安")
    post(client, "fact-add", person.psn_no, "id", **changed, **known)
    post(client, "fact-add", person.psn_no, "death", died_on="2019-02-10", **known)
    person.refresh_from_db()
    assert (person.name, person.id_no, person.died_on) == ("梁秀瑛", number, date(2019, 2, 10))
    assert "2019-02-10 死亡" in page(client, person)
    assert post(client, "fact-add", person.psn_no, "nonsense").status_code == 404


def test_correcting_ends_or_strikes(client: Client) -> None:
    person = make_person(identities=["orphan"], card="C1")
    sign_in(client)
    known = {"source": "更正", "known_on": "2019-03-01"}
    enrolment, identity = person.enrolments.get(), person.identities.get()
    card = person.numbers.get(kind="card")
    where = ("fact-correct", person.psn_no)
    assert client.get(reverse("people:fact-correct", args=[person.psn_no, "identity", identity.pk]))
    post(client, *where, "enrolment", enrolment.pk, act="end", end="2019-02-01", **known)
    assert person.enrolments.get(struck_at=None).end == date(2019, 2, 1)
    post(client, *where, "identity", identity.pk, act="strike", reason="登错了人")
    assert not person.identities.filter(struck_at=None).exists()
    post(client, *where, "number", card.pk, act="end", end="2019-02-01", **known)
    assert person.numbers.get(kind="card", struck_at=None).end == date(2019, 2, 1)
    text = post(client, *where, "identity", identity.pk, act="strike", reason="再").content.decode()
    assert "已更正过" in text
    assert post(client, *where, "nonsense", 1).status_code == 404
    stranger = make_person(identities=["orphan"]).identities.get()
    assert (
        post(client, *where, "identity", stranger.pk, act="strike", reason="x").status_code == 404
    )
    assert stranger.struck_at is None


def test_posts_that_only_view_are_not_offered_what_they_cannot_do(client: Client) -> None:
    person = make_person()
    sign_in(client, "reviewer")
    text = page(client, person)
    assert "/facts/" not in text
    assert post(client, "fact-add", person.psn_no, "identity").status_code == 403
    assert reverse("people:register") not in client.get(reverse("people:list")).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"梁秀英", "陈水英", "麦少珍"}),
        ("?person=lxy", {"梁秀英"}),
        ("?person=陈", {"陈水英"}),
        ("?scheme=employee:retired", {"陈水英"}),
        ("?scheme=none", {"麦少珍"}),
        ("?identity=any", {"梁秀英"}),
        ("?identity=orphan", set()),
        ("?town=北津", {"麦少珍"}),
    ],
)
def test_the_list(client: Client, query: str, found: set[str]) -> None:
    make_person(name="梁秀英", identities=["destitute"])
    make_person(name="陈水英", scheme="employee", status="retired")
    make_person(name="麦少珍", scheme=None, town="北津镇")
    make_person(name="外地人", area="441800")
    text = sign_in(client).get(reverse("people:list") + query).content.decode()
    assert {n for n in ("梁秀英", "陈水英", "麦少珍", "外地人") if f">{n}</a>" in text} == found


def test_the_list_takes_the_same_statements_for_any_number_of_rows(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        make_person(identities=["destitute"])
    sign_in(client)
    with django_assert_max_num_queries(29):  # 12 of them what the menu counts
        client.get(reverse("people:list"))


def test_the_search_opens_the_one_whose_whole_number_was_typed(client: Client) -> None:
    person, other = make_person(name="梁秀英"), make_person(name="梁秀珍")
    sign_in(client)
    answer = client.get(reverse("search"), {"q": person.id_no})
    assert answer.url == reverse("people:person", args=[person.psn_no])  # type: ignore[attr-defined]
    both = client.get(reverse("search"), {"q": "梁秀"}).content.decode()
    assert person.psn_no in both and other.psn_no in both and person.id_no not in both


def test_later_contexts_add_sections_and_money(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    monkeypatch.setattr(hooks, "_sections", [])
    monkeypatch.setattr(hooks, "_marks", [])
    hooks.add_section(place="rail", order=2, render=lambda request, person: "第二块")
    hooks.add_section(place="rail", order=1, render=lambda request, person: f"第一块{person.name}")
    hooks.add_marks(lambda person, first, last: [hooks.Mark(date(2019, 2, 1), 4_000_000, "/b/1")])
    text = page(sign_in(client), person)
    assert text.index("第一块梁秀英") < text.index("第二块")
    assert 'href="/b/1"' in text and "40,000.00" in text
