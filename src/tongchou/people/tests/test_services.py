from datetime import date, datetime
from threading import Thread
from typing import Any
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tongchou.core import policy
from tongchou.core.identity import check_character
from tongchou.people import queries, services, verbs
from tongchou.people.labels import IDENTITY_LABELS
from tongchou.people.models import Enrolment, Person, PersonNumber
from tongchou.people.signals import person_facts_changed
from tongchou.people.tests.make import make_id_number, make_person
from tongchou.people.timeline import facts_as_known
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
BY: dict[str, Any] = {"actor": "chenjing", "source": "民政 8 月名单"}


def at(year: int, month: int, day: int) -> Any:
    return clock.frozen(datetime(year, month, day, 15, 42, tzinfo=SHANGHAI))


def test_the_words_of_identities_are_complete() -> None:
    assert set(IDENTITY_LABELS) == set(policy.IDENTITIES)


def test_registering_reads_birth_and_sex_from_the_number() -> None:
    person = services.register_person(
        **BY, area="441700", name=" 梁 秀英 ", id_no="１１０１０５１９４９１２３１００２x"
    )
    assert (person.name, person.initials, person.sex) == ("梁秀英", "lxy", "2")
    assert person.birth == date(1949, 12, 31)
    assert person.id_no == "11010519491231002X"
    assert len(person.psn_no) == 26 and person.psn_no.startswith("441700")


def test_an_older_number_is_stored_in_its_new_form() -> None:
    person = services.register_person(**BY, area="441700", name="甲", id_no="110105491231002")
    assert person.id_no == "11010519491231002X"
    assert queries.find_person("id", "110105491231002") == person
    assert queries.search("441700", "110105491231002") == [person]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id_no": "110105194912310021"}, "id_no"),
        ({"name": " "}, "name"),
        ({"source": ""}, "source"),
        ({"known_on": date(2999, 1, 1)}, "known_on"),
        ({"cert_type": "08", "id_no": "E1234567"}, "birth"),
    ],
)
def test_refused_registrations_leave_nothing(wrong: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {**BY, "area": "441700", "name": "甲", "id_no": "11010519491231002X"}
    with pytest.raises(Refused) as refused:
        services.register_person(**{**good, **wrong})
    assert refused.value.field == field
    assert not Person.objects.exists() and not Act.objects.exists()


def test_a_number_is_registered_once() -> None:
    person = make_person(name="梁秀英")
    with pytest.raises(Refused, match="梁秀英"):
        make_person(id_no=person.id_no)


def test_a_changed_number_still_finds_the_person() -> None:
    person = make_person()
    old, new = person.id_no, make_id_number(birth=date(1961, 7, 1), sex="1")
    person = services.change_id(**BY, person=person, id_no=new, start=date(2019, 5, 1))
    assert person.id_no == new
    assert (person.sex, person.birth) == ("1", date(1961, 7, 1))
    assert queries.find_person("id", old) == queries.find_person("id", new) == person
    spells = person.numbers.filter(struck_at=None).order_by("start")
    assert [(n.number, n.end) for n in spells if n.number == old] == [(old, date(2019, 5, 1))]


def test_cards_and_vouchers_find_the_person() -> None:
    person = make_person(card="D12345678", voucher="ec-token-1")
    assert queries.find_person("card", "D12345678") == person
    assert queries.find_person("voucher", "ec-token-1") == person
    assert queries.find_person("id", "D12345678") is None
    card = person.numbers.get(kind="card")
    services.end_number(**BY, number=card, end=date(2019, 3, 1))
    assert queries.find_person("card", "D12345678") == person
    with pytest.raises(Refused, match="已登记给"):
        services.add_number(
            **BY, person=make_person(), kind="card", number="D12345678", start=date(2019, 4, 1)
        )


def test_the_number_in_use_cannot_be_ended_or_added_beside() -> None:
    person = make_person()
    number = person.numbers.get(kind=PersonNumber.Kind.ID)
    with pytest.raises(Refused, match="变更证件号码"):
        services.end_number(**BY, number=number, end=date(2019, 3, 1))
    with pytest.raises(Refused, match="变更证件号码"):
        services.add_number(
            **BY, person=person, kind="id", number=make_id_number(), start=date(2019, 3, 1)
        )


def test_enrolments_of_two_schemes_cannot_share_a_day() -> None:
    person = make_person(end=date(2019, 7, 1))
    with pytest.raises(Refused, match="已参加城乡居民") as refused:
        services.enrol(
            **BY, person=person, scheme="employee", status="active", start=date(2019, 6, 30)
        )
    assert refused.value.field == "start"
    services.enrol(**BY, person=person, scheme="employee", status="active", start=date(2019, 7, 1))
    for day, scheme in (
        (date(2018, 12, 31), None),
        (date(2019, 1, 1), "resident"),
        (date(2019, 6, 30), "resident"),
        (date(2019, 7, 1), "employee"),
    ):
        enrolment = queries.enrolment_on(person, None, day)
        assert (enrolment.scheme if enrolment else None) == scheme
    assert queries.enrolment_on(person, "resident", date(2019, 7, 1)) is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"scheme": "commercial"}, "scheme"),
        ({"status": "active"}, "status"),
        ({"scheme": "employee", "psn_type": "1101"}, "status"),
        ({"psn_type": "1101"}, "psn_type"),
        ({"end": date(2019, 1, 1)}, "end"),
        ({"source": " "}, "source"),
    ],
)
def test_refused_enrolments(wrong: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {
        **BY,
        "person": make_person(scheme=None),
        "scheme": "resident",
        "start": date(2019, 1, 1),
    }
    with pytest.raises(Refused) as refused:
        services.enrol(**{**good, **wrong})
    assert refused.value.field == field
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("birth", "scheme", "status", "code"),
    [
        (date(2018, 6, 1), "resident", "", "1401"),
        (date(2018, 1, 1), "resident", "", "1402"),
        (date(2013, 1, 1), "resident", "", "1403"),
        (date(2001, 1, 2), "resident", "", "1403"),
        (date(2001, 1, 1), "resident", "", "1501"),
        (date(1959, 1, 1), "resident", "", "16"),
        (date(1980, 1, 1), "employee", "active", "1101"),
        (date(1950, 1, 1), "employee", "retired", "1201"),
    ],
)
def test_the_usual_type_of_person(birth: date, scheme: str, status: str, code: str) -> None:
    person = make_person(birth=birth, scheme=scheme, status=status)
    assert person.enrolments.get().psn_type == code


def test_ending_a_fact_strikes_the_old_row_and_keeps_it() -> None:
    person = make_person(identities=["low_income_edge"])
    with at(2019, 8, 6):
        ended = services.end_identity(**BY, identity=person.identities.get(), end=date(2019, 7, 1))
    assert (ended.end, ended.known_on, ended.source) == (
        date(2019, 7, 1),
        date(2019, 8, 6),
        "民政 8 月名单",
    )
    struck = person.identities.exclude(struck_at=None).get()
    assert (struck.end, struck.source) == (None, "测试名单")
    assert queries.identities_on(person, date(2019, 6, 30)) == [ended]
    assert queries.identities_on(person, date(2019, 7, 1)) == []
    with pytest.raises(Refused, match="更正过"):
        services.strike_identity(actor="x", identity=struck, reason="再次")
    with pytest.raises(Refused, match="已经结束"):
        services.end_identity(**BY, identity=ended, end=date(2019, 9, 1))


def test_what_was_known_on_an_earlier_day() -> None:
    person = make_person(identities=["low_income_edge"], start=date(2018, 1, 1))
    with at(2019, 8, 10):
        services.end_identity(
            **BY,
            identity=person.identities.get(),
            end=date(2019, 7, 1),
            known_on=date(2019, 8, 6),
        )

    def ends(day: date) -> list[date | None]:
        return [f.end for f in facts_as_known(person, day) if f.lane == "identity"]

    assert ends(date(2017, 12, 31)) == []
    assert ends(date(2018, 1, 1)) == [None]
    assert ends(date(2019, 8, 5)) == [None]
    assert ends(date(2019, 8, 6)) == [date(2019, 7, 1)]  # known, though entered four days later
    assert ends(date(2019, 8, 10)) == [date(2019, 7, 1)]


def test_a_struck_enrolment_needs_a_reason_and_frees_its_days() -> None:
    person = make_person()
    with pytest.raises(Refused, match="原因"):
        services.strike_enrolment(actor="x", enrolment=person.enrolments.get(), reason=" ")
    services.strike_enrolment(actor="x", enrolment=person.enrolments.get(), reason="重复参保")
    assert queries.enrolments_of(person) == []
    services.enrol(**BY, person=person, scheme="employee", status="retired", start=date(2019, 1, 1))
    assert person.enrolments.count() == 2


def test_death_ends_what_was_in_force_the_day_after() -> None:
    person = make_person(identities=["destitute"])
    services.add_identity(**BY, person=person, kind="disabled", start=date(2020, 1, 1))
    services.record_death(**BY, person=person, died_on=date(2019, 6, 10))
    assert queries.enrolment_on(person, None, date(2019, 6, 10)) is not None
    assert queries.enrolment_on(person, None, date(2019, 6, 11)) is None
    assert [(i.kind, i.end) for i in queries.identities_of(person)] == [
        ("destitute", date(2019, 6, 11))
    ]
    with pytest.raises(Refused, match="已登记死亡"):
        services.record_death(**BY, person=person, died_on=date(2019, 6, 11))
    with pytest.raises(Refused, match="已死亡"):
        services.enrol(**BY, person=person, scheme="resident", start=date(2020, 1, 1))
    with pytest.raises(Refused, match="已死亡"):
        services.add_identity(**BY, person=person, kind="orphan", start=date(2019, 6, 11))


def test_moving_ends_the_last_residence() -> None:
    person = make_person()
    services.move_residence(
        **BY, person=person, town="北津镇", village="沙边村", start=date(2019, 9, 1)
    )
    person.refresh_from_db()
    assert (person.town, person.village) == ("北津镇", "沙边村")
    lived = person.residences.filter(struck_at=None).order_by("start")
    assert [(r.town, r.end) for r in lived] == [("平冈镇", date(2019, 9, 1)), ("北津镇", None)]
    with pytest.raises(Refused, match="更晚的日期"):
        services.move_residence(**BY, person=person, town="平冈镇", start=date(2019, 9, 1))


def test_a_corrected_name_is_found_by_its_initials() -> None:
    person = make_person(name="梁秀英")
    services.correct_name(**BY, person=person, name="梁秀瑛")
    assert queries.search("441700", "梁秀瑛") == [person]
    with pytest.raises(Refused, match="相同"):
        services.correct_name(**BY, person=person, name="梁秀瑛")


def test_facts_that_pricing_reads_are_announced_and_others_are_not() -> None:
    person = make_person(scheme=None)
    heard = Mock()
    person_facts_changed.connect(heard, weak=False)
    try:
        services.correct_name(**BY, person=person, name="梁水英")
        services.move_residence(**BY, person=person, town="北津镇", start=date(2019, 9, 1))
        assert heard.call_count == 0
        enrolment = services.enrol(**BY, person=person, scheme="resident", start=date(2019, 1, 1))
        identity = services.add_identity(**BY, person=person, kind="orphan", start=date(2019, 1, 1))
        enrolment = services.end_enrolment(**BY, enrolment=enrolment, end=date(2019, 9, 1))
        identity = services.end_identity(**BY, identity=identity, end=date(2019, 9, 1))
        services.strike_enrolment(actor="x", enrolment=enrolment, reason="误登")
        services.strike_identity(actor="x", identity=identity, reason="误登")
        services.record_death(**BY, person=person, died_on=date(2019, 9, 1))
    finally:
        person_facts_changed.disconnect(heard)
    assert [call.kwargs["person_id"] for call in heard.call_args_list] == [person.pk] * 7


def test_every_act_leaves_a_trace_with_words() -> None:
    person = make_person(identities=["orphan"], card="C1")
    services.change_id(**BY, person=person, id_no=make_id_number(), start=date(2019, 2, 1))
    services.end_enrolment(**BY, enrolment=person.enrolments.get(), end=date(2019, 9, 1))
    acts = Act.objects.filter(object_type="person", object_id=person.psn_no)
    assert list(acts.order_by("seq").values_list("verb", flat=True)) == [
        "people.person.registered",
        "people.enrolment.added",
        "people.identity.added",
        "people.number.added",
        "people.number.changed",
        "people.enrolment.ended",
    ]
    assert {act.verb for act in acts} <= set(verbs.VERBS)
    assert not any(person.id_no in act.data for act in acts)  # no whole number in the trail


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("梁", True),
        ("梁秀英", True),
        ("秀英", False),
        ("lxy", True),
        ("LX", True),
        ("xy", False),
        ("441799195606", True),
        ("441799195606120", True),  # as long as a number of 1989, yet a beginning
        ("441799195606120280", True),
        ("C777", True),
        ("C77", False),
        ("", False),
        ("%", False),
        ("___", False),
    ],
)
def test_search(text: str, found: bool) -> None:
    first = "44179919560612028"
    number = first + check_character(first)
    person = make_person(name="梁秀英", id_no=number, card="C777", birth=date(1956, 6, 12))
    make_person(name="陈水英", area="441800")
    text = number if text == "441799195606120280" else text
    assert queries.search("441700", text) == ([person] if found else [])
    assert queries.search("441800", text) == []


def test_the_schemes_of_a_day_add_up_to_the_persons_enrolled() -> None:
    for scheme in ("resident", "resident", "employee"):
        make_person(scheme=scheme)
    make_person(end=date(2019, 3, 1))
    make_person(area="441800")
    assert queries.enrolled_on("441700", date(2019, 2, 28)) == {"employee": 1, "resident": 3}
    assert queries.enrolled_on("441700", date(2019, 3, 1)) == {"employee": 1, "resident": 2}
    assert queries.enrolled_on("441700", date(2018, 12, 31)) == {}


@pytest.mark.django_db(transaction=True)
def test_many_desks_enrolling_one_person_at_once_leave_one_scheme() -> None:
    person = make_person(scheme=None)
    refused: list[str] = []

    def enrol(scheme: str) -> None:
        try:
            services.enrol(
                **BY,
                person=person,
                scheme=scheme,
                status="active" if scheme == "employee" else "",
                start=date(2019, 1, 1),
            )
        except Refused as refusal:
            refused.append(refusal.reason)
        finally:
            connection.close()

    desks = [Thread(target=enrol, args=[["resident", "employee"][n % 2]]) for n in range(8)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert person.enrolments.count() == 1
    assert len(refused) == 7 and all("已参加" in reason for reason in refused)
    assert Act.objects.filter(verb="people.enrolment.added").count() == 1
