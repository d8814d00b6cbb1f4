"""The calendar holds what somebody entered on a notice, and nothing else."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.roles import RIGHTS
from tongchou.platform.imports.tests.make import make_xlsx
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act
from tongchou.platform.workdays import queries, services
from tongchou.platform.workdays.models import SpecialDay

pytestmark = pytest.mark.django_db
HEAD = ["日期", "放假或上班", "名称", "依据"]


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def enter(by: User, first: date, last: date | None = None, **told: object) -> list[SpecialDay]:
    facts = {"works": False, "name": "国庆节", "notice": "测试通知", **told}
    days = services.span(first, last or first, **facts)  # type: ignore[arg-type]
    return services.register_days(by=by, days=days)


def test_it_is_empty_and_says_so(reviewer: User) -> None:
    calendar = queries.calendar_of("441700")
    assert calendar.works(date(2019, 10, 1))
    assert not calendar.works(date(2019, 10, 5))
    assert calendar.unknown(date(2019, 12, 30), date(2020, 1, 6)) == [2019, 2020]
    shown = as_user(reviewer).get(reverse("workdays:list")).content.decode()
    assert "未登记节假日，只除去周末" in shown


def test_days_are_entered_and_taken_out_again(reviewer: User) -> None:
    made = enter(reviewer, date(2019, 10, 1), date(2019, 10, 7))
    assert len(made) == 7
    calendar = queries.calendar_of("441700")
    assert not calendar.works(date(2019, 10, 1))
    assert calendar.unknown(date(2019, 12, 30), date(2020, 1, 6)) == [2020]
    assert queries.calendar_of("370830").works(date(2019, 10, 1))
    with pytest.raises(Refused) as refused:
        services.remove_day(by=reviewer, day=made[0], reason="")
    assert refused.value.field == "reason"
    services.remove_day(by=reviewer, day=made[0], reason="写错")
    with pytest.raises(Refused, match="已经撤销"):
        services.remove_day(by=reviewer, day=made[0], reason="写错")
    assert queries.calendar_of("441700").works(date(2019, 10, 1))
    assert Act.objects.filter(verb__startswith="workdays.").count() == 2
    enter(reviewer, date(2019, 10, 1))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"), ({"notice": ""}, "notice"), ({"name": "长" * 51}, "name"),
        ({"notice": "长" * 201}, "notice"), ({"works": True}, "first"),
        ({"last": date(2019, 9, 1)}, "last"), ({"last": date(2019, 12, 1)}, "last"),
    ],
)  # fmt: skip
def test_what_is_not_said_properly_is_refused(
    reviewer: User, told: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        enter(reviewer, date(2019, 10, 1), **told)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not SpecialDay.objects.exists()


def test_a_day_stands_once(reviewer: User) -> None:
    enter(reviewer, date(2019, 10, 1))
    with pytest.raises(Refused, match="2019-10-01 已经登记为“国庆节”"):
        enter(reviewer, date(2019, 9, 30), date(2019, 10, 2))
    assert SpecialDay.objects.count() == 1


def test_only_who_may_enters(reviewer: User) -> None:
    with pytest.raises(NotAllowed):
        enter(make_user("clerk"), date(2019, 10, 1))
    (day,) = enter(reviewer, date(2019, 10, 1))
    with pytest.raises(NotAllowed):
        services.remove_day(by=make_user("clerk"), day=day, reason="x")


@pytest.mark.parametrize(
    "wrong", [{"notice": ""}, {"removed_reason": "x"}, {"removed_at": "2019-01-01T00:00Z"}]
)
def test_what_cannot_be_is_refused_by_the_database(reviewer: User, wrong: dict[str, str]) -> None:
    (day,) = enter(reviewer, date(2019, 10, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecialDay.objects.filter(pk=day.pk).update(**wrong)


def test_a_sheet_is_taken_whole_or_not_at_all(reviewer: User) -> None:
    good = make_xlsx(
        HEAD, ["2019-10-01", "放假", "国庆节", "通知"], ["2019-10-12", "上班", "国庆节", "通知"]
    )
    client = as_user(reviewer)
    bad = make_xlsx(
        HEAD, ["2019-10-01", "放假", "国庆节", "通知"], ["十月", "放假", "国庆", "通知"]
    )
    answer = client.post(reverse("workdays:import"), {"file": SimpleUploadedFile("放假.xlsx", bad)})
    assert "放假.xlsx 第 3 行 日期" in answer.content.decode()
    assert not SpecialDay.objects.exists()
    answer = client.post(
        reverse("workdays:import"), {"file": SimpleUploadedFile("放假.xlsx", good)}
    )
    assert answer.status_code == 302
    calendar = queries.calendar_of("441700")
    assert (calendar.works(date(2019, 10, 1)), calendar.works(date(2019, 10, 12))) == (False, True)


@pytest.mark.parametrize("role", [r for r in RIGHTS if "workdays.view" in RIGHTS[r]])
def test_the_page_by_each_post(role: str, reviewer: User) -> None:
    enter(reviewer, date(2019, 10, 1))
    shown = as_user(make_user(role)).get(reverse("workdays:list")).content.decode()
    assert "国庆节" in shown
    assert ("登记表里的日子" in shown) == ("workdays.edit" in RIGHTS[role])


def test_the_page_enters_and_removes(reviewer: User) -> None:
    client = as_user(reviewer)
    told = {"first": "2019-10-01", "last": "", "works": "", "name": "国庆节", "notice": "通知"}
    assert client.post(reverse("workdays:list"), told).status_code == 302
    assert "已经登记" in client.post(reverse("workdays:list"), told).content.decode()
    day = SpecialDay.objects.get()
    client.post(reverse("workdays:remove", args=[day.pk]), {"reason": "写错"})
    assert "写错" in client.get(reverse("workdays:list")).content.decode()
