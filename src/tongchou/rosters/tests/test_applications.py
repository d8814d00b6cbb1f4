"""What towns apply for: until 31 December for the next year, after that on the dynamic path."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from tongchou.people import queries as people
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.db.tests.attack import change_row
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.rosters import services
from tongchou.rosters.applications import Application

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST = datetime(2019, 12, 31, 23, 50, tzinfo=SHANGHAI)
FIRST = datetime(2020, 1, 1, 0, 10, tzinfo=SHANGHAI)


def hand_in(by: User, person: Person, year: int = 2020, **more: Any) -> Application:
    told: dict[str, Any] = {"kind": "low_income", "material_name": "审批表.jpg", "material": b"x"}
    told |= {"name": person.name, **more}
    return services.apply_for(by=by, id_no=person.id_no, year=year, **told)


def test_until_the_last_evening_of_december_it_is_for_the_next_year() -> None:
    person, town = make_person(), make_user("town", town="平冈镇")
    with clock.frozen(LAST):
        made = hand_in(town, person)
    assert (made.path, made.effective) == ("yearly", date(2020, 1, 1))
    with clock.frozen(FIRST):
        services.recognise(by=make_user("reviewer"), application=made)
    (identity,) = people.identities_of(person)
    assert (identity.kind, identity.start) == ("low_income", date(2020, 1, 1))
    assert identity.source == f"平冈镇年度申请 {made.pk} 号"


def test_from_the_first_of_january_it_goes_the_dynamic_path() -> None:
    person, town = make_person(), make_user("town", town="平冈镇")
    with clock.frozen(FIRST):
        made = hand_in(town, person)
    assert (made.path, made.effective) == ("dynamic", None)
    with clock.frozen(datetime(2020, 2, 5, 9, tzinfo=SHANGHAI)):
        by = make_user("reviewer")
        for wrong, words in ((date(2019, 12, 31), "早于"), (date(2020, 2, 6), "晚于今天")):
            with pytest.raises(Refused, match=words):
                services.recognise(by=by, application=made, recognised_on=wrong)
        done = services.recognise(by=by, application=made, recognised_on=date(2020, 2, 3))
    assert done.effective == date(2020, 2, 3)
    assert people.identities_of(person)[0].start == date(2020, 2, 3)


def test_the_database_holds_the_path_to_the_day() -> None:
    with clock.frozen(LAST):
        made = hand_in(make_user("clerk"), make_person())
    with pytest.raises(DatabaseError, match="application_path"):
        change_row(made, submitted_on="2020-01-01")
    with pytest.raises(DatabaseError, match="application_path"):
        change_row(made, path="dynamic")
    with pytest.raises(DatabaseError, match="application_two_people"):
        change_row(made, decided_by_id=made.submitted_by_id, state="refused")
    with pytest.raises(DatabaseError, match="application_decided"):
        change_row(made, state="recognised")


def test_another_recognises_and_once() -> None:
    clerk = make_user("clerk")
    with clock.frozen(LAST):
        made = hand_in(clerk, make_person())
        with pytest.raises(NotAllowed, match="另一人"):
            services.recognise(by=clerk, application=made)
        with pytest.raises(Refused, match="已经报过"):
            hand_in(clerk, made.person)
        services.recognise(by=make_user("reviewer"), application=made)
        with pytest.raises(Refused, match="已认定"):
            services.recognise(by=make_user("reviewer"), application=made)


def test_a_town_hands_in_for_its_own_people_and_learns_of_nobody_else() -> None:
    person = make_person(town="东平镇", village="北环村")
    town = make_user("town", town="平冈镇")
    with clock.frozen(LAST):
        for name in (person.name, "别人"):
            with pytest.raises(Refused, match="没有这个人"):
                hand_in(town, person, name=name)
        with pytest.raises(Refused, match="没有材料"):
            hand_in(make_user("town", town="东平镇"), person, material=b"")
        with pytest.raises(Refused, match="现在只能报 2019 年"):
            services.apply_for(
                by=town, id_no=person.id_no, name=person.name, kind="orphan", year=2021 + 5,
                material_name="x", material=b"x",
            )  # fmt: skip


def test_what_is_held_already_is_not_handed_in_again() -> None:
    person = make_person(identities=["low_income"])
    with clock.frozen(LAST):
        for year in (2019, 2020):
            with pytest.raises(Refused, match="不用再报"):
                hand_in(make_user("clerk"), person, year)
        assert hand_in(make_user("clerk"), person, kind="disabled").path == "yearly"


def test_the_pages_from_town_to_bureau_and_back(client: Client) -> None:
    person, other = make_person(), make_person(town="东平镇", village="北环村", name="莫建华")
    with clock.frozen(LAST):
        foreign = hand_in(make_user("clerk"), other)
        client.force_login(make_user("town", town="平冈镇"))
        told = {
            "id_no": person.id_no, "name": person.name, "kind": "low_income", "year": "2020",
            "material": SimpleUploadedFile("审批表.jpg", b"x"),
        }  # fmt: skip
        answer = client.post(reverse("rosters:apply"), told)
        made = Application.objects.get(person=person)
        assert answer["Location"] == reverse("rosters:application", args=[made.pk])
        listed = client.get(reverse("rosters:applications")).content.decode()
        assert person.name in listed and other.name not in listed
        assert client.get(reverse("rosters:application", args=[foreign.pk])).status_code == 404
        material = reverse("rosters:application-material", args=[foreign.pk])
        assert client.get(material).status_code == 404
        decide = reverse("rosters:application-decide", args=[made.pk])
        assert client.post(decide, {"act": "recognise"}).status_code == 403
        client.force_login(make_user("reviewer"))
        assert "审核困难申请" in client.get(reverse("insight:home")).content.decode()
        page = client.get(reverse("rosters:application", args=[made.pk])).content.decode()
        assert "认定，2020-01-01 起登记身份" in page
        text = client.post(decide, {"act": "refuse"}).content.decode()
        assert "请写明退回的理由" in text
        assert client.post(decide, {"act": "refuse", "reason": "缺审批表"}).status_code == 302
        client.force_login(make_user("town", town="平冈镇"))
        page = client.get(reverse("rosters:application", args=[made.pk])).content.decode()
        assert "缺审批表" in page and "已退回" in page
