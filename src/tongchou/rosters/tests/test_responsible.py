"""Each helped household has exactly one person who answers for it (ENR-23)."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from tongchou.core.sheets import read_grids
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework.models import Case
from tongchou.platform.db.tests.attack import copy_row
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.rosters import services, villages
from tongchou.rosters.responsible import Responsible
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of, xlsx

pytestmark = pytest.mark.django_db
DAY = datetime(2019, 6, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HEADINGS = ("镇街", "村居", "责任人", "联系电话")


@pytest.fixture(autouse=True)
def in_june() -> Any:
    with clock.frozen(DAY):
        yield


def appoint(by: User, name: str = "关主任", **more: Any) -> Responsible | None:
    told = {"town": "平冈镇", "village": "大坪村", "phone": "13800000001", **more}
    return services.appoint(by=by, name=name, **told)


def test_one_follows_the_other_and_never_two_at_once() -> None:
    make_person()
    clerk = make_user("clerk")
    first = appoint(clerk, start=date(2019, 1, 1))
    assert first is not None and appoint(clerk) is None  # the same person, nothing new
    second = appoint(clerk, "谭主任", start=date(2019, 6, 20))
    first.refresh_from_db()
    assert first.end == date(2019, 6, 20)
    assert list(villages.in_force("441700", DAY.date())) == [second]
    with pytest.raises(Refused, match="更晚"):
        appoint(clerk, "何主任", start=date(2019, 6, 20))
    with pytest.raises(DatabaseError, match="responsible_one_a_day"):
        copy_row(first, start="2019-05-01", end=None)


def test_a_village_that_nobody_lives_in_and_another_town_are_refused() -> None:
    make_person()
    with pytest.raises(Refused, match="没有人住在"):
        appoint(make_user("clerk"), village="大平村")
    with pytest.raises(NotAllowed, match="本镇"):
        appoint(make_user("town", town="东平镇"))
    made = appoint(make_user("town", town="平冈镇"))
    assert made is not None
    with pytest.raises(NotAllowed, match="本镇"):
        services.end_responsible(
            by=make_user("town", town="东平镇"), responsible=made, end=date(2019, 7, 1)
        )


def test_a_list_is_taken_whole_or_not_at_all() -> None:
    make_person()
    make_person(village="良朝村")
    clerk = make_user("clerk")
    good = ("平冈镇", "大坪村", "关主任", "13800000001")
    bad = ("平冈镇", "不在村", "谭主任", "13800000002")
    with pytest.raises(Refused, match="第 3 行 村居：参保登记里没有人住在"):
        services.take_responsibles(
            by=clerk, name="a.xlsx", content=xlsx(good, bad, headings=HEADINGS)
        )
    assert not Responsible.objects.exists()
    with pytest.raises(Refused, match="与第 2 行是同一个村居"):
        services.take_responsibles(
            by=clerk, name="a.xlsx", content=xlsx(good, good, headings=HEADINGS)
        )
    rows = (good, ("平冈镇", "良朝村", "谭主任", "13800000002"))
    content = xlsx(*rows, headings=HEADINGS)
    assert services.take_responsibles(by=clerk, name="a.xlsx", content=content) == (2, 0)
    assert services.take_responsibles(by=clerk, name="a.xlsx", content=content) == (0, 2)


def test_who_answers_stands_on_case_sheet_and_county_page(client: Client) -> None:
    here, there = make_person(), make_person(village="良朝村", name="吴阿娣")
    clerk = make_user("clerk")
    make_file(make_sender(clerk), row_of(here), row_of(there), by=clerk)
    services.issue(by=make_user("reviewer"), run=make_run(actor=clerk.login))
    appoint(clerk)
    client.force_login(clerk)
    case = Case.objects.get(subject=here.psn_no)
    page = client.get(reverse("rosters:case", args=[case.pk])).content.decode()
    assert "责任人 关主任 13800000001" in page
    other = Case.objects.get(subject=there.psn_no)
    assert "没有责任人" in client.get(reverse("rosters:case", args=[other.pk])).content.decode()
    index = client.get(reverse("rosters:list")).content.decode()
    assert "1 件没有责任人" in index
    sheet = client.get(reverse("rosters:worksheet")).content
    ((_name, grid),) = [
        (g.name, [line.cells for line in g.lines]) for g in read_grids("a.xlsx", sheet)
    ]
    column = [str(c) for c in grid[0]].index("责任人")
    assert sorted(str(row[column]) for row in grid[1:]) == ["", "关主任 13800000001"]
    lane = client.get(reverse("people:person", args=[here.psn_no])).content.decode()
    assert f"F4 {'应标未标'}" in lane and reverse("rosters:case", args=[case.pk]) in lane


def test_the_pages(client: Client) -> None:
    make_person(identities=["low_income"])
    make_person(identities=["low_income"], town="东平镇", village="北环村")
    client.force_login(make_user("town", town="平冈镇"))
    text = client.get(reverse("rosters:responsibles"), follow=True).content.decode()
    assert "1 个村居没有责任人，有 1 名困难群众" in text and "北环村" not in text
    told = {"town": "平冈镇", "village": "大坪村", "name": "关主任", "phone": "138"}
    told["start"] = "2019-06-01"
    assert client.post(reverse("rosters:appoint"), told).status_code == 302
    made = Responsible.objects.get()
    page = reverse("rosters:responsible", args=[made.pk])
    assert "关主任" in client.get(page).content.decode()
    assert client.post(page, {"end": "2019-05-01"}).status_code == 200
    assert client.post(page, {"end": "2019-07-01"}).status_code == 302
    file = SimpleUploadedFile("a.xlsx", xlsx(("", "", "", ""), headings=("甲", "乙", "丙", "丁")))
    answer = client.post(reverse("rosters:responsibles-list"), {"file": file})
    assert "找不到表头" in answer.content.decode()
    client.force_login(make_user("town", town="东平镇"))
    assert client.get(page).status_code == 404
    client.force_login(make_user("director"))
    assert client.post(page, {"end": "2019-07-02"}).status_code == 403
