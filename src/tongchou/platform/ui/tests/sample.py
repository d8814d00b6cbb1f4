"""A list over users, whose failure counts stand for fen, with all that a list can have."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path

from tongchou.platform.accounts.models import User
from tongchou.platform.authority.roles import ROLES
from tongchou.platform.ui.lists import (
    AmountQuery,
    BatchAction,
    BatchOutcome,
    ChoiceQuery,
    Column,
    DayQuery,
    Failure,
    ListPage,
    Tag,
    TextQuery,
    View,
)


def _refuse_first(request: HttpRequest, rows: QuerySet[Any]) -> BatchOutcome:
    first, *rest = rows
    return BatchOutcome(len(rest), [Failure(first.login, "已经办过。请看原件")])


class SampleList(ListPage):
    right = "users.manage"
    name = "sample"
    title = "样表"
    noun = "样张"
    unit = "张"
    default_sort = "login"
    empty_text = "先办一张。"
    fresh = "last_login"
    columns = (
        Column(name="login", label="编号", kind="code", sort="login", link=lambda u: f"/{u.login}"),
        Column(name="name", label="姓名", phone=1),
        Column(
            name="amount", label="金额", kind="money", value="failures", sort="failures",
            total="failures", phone=2,
        ),
        Column(name="at", label="时间", kind="time", value="last_login", sort="last_login"),
        Column(name="role", label="岗位", kind="tag", value=lambda u: Tag(u.role, "accent")),
        Column(name="hidden", label="单位", value="organisation.name", shown=False),
    )  # fmt: skip
    fields = (
        TextQuery(name="who", label="姓名", lookup="name__contains"),
        ChoiceQuery(name="role", label="岗位", lookup="role", choices=list(ROLES.items())),
        AmountQuery(name="amount", label="金额", lookup="failures"),
        DayQuery(name="day", label="日期", lookup="last_login", moment=True, more=True),
    )
    views = (View(name="big", label="大额", params={"amount_min": "2.00"}),)
    batch = (BatchAction(name="act", label="转办", right="users.manage", run=_refuse_first),)

    def queryset(self, user: Any) -> QuerySet[User]:
        return User.objects.filter(organisation__area=user.area_code).select_related("organisation")


class StartsSomewhere(SampleList):
    default_view = "big"


class OthersOnly(SampleList):
    right = "bills.view"


urlpatterns = [
    path("sample/", SampleList.as_view()),
    path("starts/", StartsSomewhere.as_view()),
    path("others/", OthersOnly.as_view()),
    path("", include("tongchou.platform.ui.tests.shell_urls")),
]
