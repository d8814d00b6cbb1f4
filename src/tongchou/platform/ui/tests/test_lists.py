import io
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_organisation, make_user
from tongchou.platform.ui.lists import Column
from tongchou.platform.ui.lists import page as list_page
from tongchou.platform.ui.lists.export import neutral
from tongchou.platform.ui.lists.state import read_state
from tongchou.platform.ui.models import SavedView
from tongchou.platform.ui.tests.sample import SampleList

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]

DAY = datetime(2019, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
NAIVE = DAY.replace(tzinfo=None)  # a file knows no zones
PART = {"HX-Request": "true", "HX-Target": "tc-list"}


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("sysadmin", login="admin", name="管理员"))
    User.objects.filter(login="admin").update(last_login=None)
    return client


@pytest.fixture
def rows() -> None:
    for number, (name, role, fen) in enumerate(
        [("梁秀英", "clerk", 100), ("梁国强", "reviewer", 250), ("麦少珍", "clerk", 31999)]
    ):
        user = make_user(role, login=f"b{number}", name=name, failures=fen)
        User.objects.filter(pk=user.pk).update(last_login=DAY + timedelta(days=number))


def logins(text: str) -> list[str]:
    return re.findall(r'data-tc-href="/(\w+)"', text)


def ask(client: Client, query: str = "", headers: dict[str, str] | None = None) -> str:
    answer = client.get(f"/sample/{query}", headers=headers)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sort=login", ["admin", "b0", "b1", "b2"]),
        ("?sort=-amount", ["b2", "b1", "b0", "admin"]),
        ("?sort=at", ["b0", "b1", "b2", "admin"]),
        ("?sort=-at", ["b2", "b1", "b0", "admin"]),
        ("?sort=password", ["admin", "b0", "b1", "b2"]),
        ("?who=梁", ["b0", "b1"]),
        ("?who=梁&role=clerk", ["b0"]),
        ("?amount_min=2.50", ["b1", "b2"]),
        ("?amount_min=1&amount_max=2.50", ["b0", "b1"]),
        ("?day_from=2019-03-02", ["b1", "b2"]),
        ("?day_to=2019-03-02", ["b0", "b1"]),
        ("?day_from=2019-03-01&day_to=2019-03-01", ["b0"]),
        ("?day_from=20190302&day_to=2019/3/2", ["b1"]),
        ("?day_from=2019.3.3", ["b2"]),
    ],
)
def test_conditions_and_order_come_from_the_address(
    admin: Client, rows: None, query: str, found: list[str]
) -> None:
    assert logins(ask(admin, query)) == found


def test_the_day_begins_and_ends_in_the_installations_zone(admin: Client) -> None:
    for login, at in (("late", "2019-03-01T23:59:59+08:00"), ("next", "2019-03-02T00:00:00+08:00")):
        make_user(login=login)
        User.objects.filter(login=login).update(last_login=datetime.fromisoformat(at))
    assert logins(ask(admin, "?day_from=2019-03-01&day_to=2019-03-01")) == ["late"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?day_from=2019-02-30", "<b>日期看不懂。</b>请写成 2019-03-01"),
        ("?day_from=2019-03-02&day_to=2019-03-01", "<b>止日早于起日。</b>"),
        ("?amount_min=十", "<b>金额看不懂。</b>"),
        ("?amount_min=1.234", "<b>金额看不懂。</b>"),
        ("?amount_min=2&amount_max=1", "<b>最高小于最低。</b>"),
        ("?role=king", "<b>没有这个选项。</b>"),
        ("?who=" + "长" * 101, "<b>太长。</b>"),
    ],
)
def test_what_cannot_be_read_shows_no_rows(
    admin: Client, rows: None, query: str, said: str
) -> None:
    text = ask(admin, query)
    assert said in text
    assert logins(text) == []
    assert "条件里有看不懂的地方" in text


@given(page=st.text(max_size=12))
def test_any_page_number_is_answered(page: str) -> None:

    data = QueryDict(mutable=True)
    data["page"] = page
    assert read_state(data, fields=(), columns=(), default_sort="").page >= 1


def test_pages_follow_each_other_without_gap(admin: Client) -> None:
    organisation = make_organisation()
    User.objects.bulk_create(
        User(login=f"m{n:03}", name="同名", role="clerk", organisation=organisation)
        for n in range(45)
    )
    seen: list[str] = []
    query = "?who=同名&sort=amount"  # all alike: the order must still be total
    while query:
        text = ask(admin, query)
        seen += logins(text)
        following = re.search(r'href="(\?[^"]*)"[^>]*><svg[^>]*aria-label="下一页"', text)
        query = following[1].replace("&amp;", "&") if following else ""
    assert sorted(seen) == [f"m{n:03}" for n in range(45)]


def test_sums_of_the_page_and_of_all_rows(
    admin: Client, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page.ListPage, "per_page", 2)
    text = ask(admin, "?sort=-amount")
    assert "本页 2 张" in text
    assert '322<span class="tc-fen">.49</span>' in text  # 319.99 + 2.50
    assert '323<span class="tc-fen">.49</span>' in text  # and 1.00
    assert "共 4 张" in text


def test_columns_and_density_come_from_the_address(admin: Client, rows: None) -> None:
    text = ask(admin, "?col=login&col=hidden&density=compact&sort=login")
    heads = re.findall(r"<th scope=\"col\" class=\"[^\"]*tc-m[^>]*>(?:<a[^>]*>)?(\w+)", text)
    assert heads == ["编号", "单位"]
    assert "tc-table-compact" in text
    links = re.findall(r'href="(\?[^"]*col=[^"]*)"', text)
    assert links
    for link in links:
        assert parse_qs(urlsplit(link.replace("&amp;", "&")).query)["col"] == ["login", "hidden"]


def test_an_empty_list_names_the_condition_to_drop(admin: Client, rows: None) -> None:
    text = ask(admin, "?who=梁&amount_min=80000&role=clerk")
    assert "没有符合条件的样张" in text
    assert "姓名含“梁”，经办岗，金额 80,000.00 以上" in text
    assert "去掉“金额”条件可见 1 张" in text
    dropped = re.search(r'btn-primary" href="([^"]+)" hx-get', text)
    assert dropped is not None
    assert logins(ask(admin, dropped[1].replace("&amp;", "&"))) == ["b0"]


def test_nothing_yet_says_what_to_do(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SampleList, "queryset", lambda self, user: User.objects.none())
    text = ask(admin)
    assert "还没有样张" in text
    assert "先办一张。" in text


def test_beyond_what_anybody_reads_rows_are_cut_and_sums_are_whole(
    admin: Client, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page, "MANY", 3)
    monkeypatch.setattr(list_page, "LISTED", 2)
    text = ask(admin, "?sort=-amount&page=9")
    assert "共 4 张，只列出前 2 张。" in text
    assert logins(text) == ["b2", "b1"]
    assert '323<span class="tc-fen">.49</span>' in text


def test_a_partial_update_is_the_list_alone(admin: Client, rows: None) -> None:
    part = ask(admin, "?who=梁", headers=PART)
    assert part.lstrip().startswith('<div class="tc-list"')
    whole = ask(admin, "?who=梁", headers={**PART, "HX-History-Restore-Request": "true"})
    assert "<html" in whole
    assert logins(part) == logins(whole) == ["b0", "b1"]


def test_an_empty_address_means_the_default_view(admin: Client, rows: None) -> None:
    answer = admin.get("/starts/")
    assert answer["Location"] == "/starts/?amount_min=2.00"
    text = admin.get("/starts/?amount_min=2.00").content.decode()
    cleared = re.search(r'class="btn" href="(\?[^"]+)"', text)
    assert cleared is not None
    assert logins(admin.get(f"/starts/{cleared[1]}").content.decode())[0] == "admin"


def test_views_show_their_counts_and_where_one_is(admin: Client, rows: None) -> None:
    text = ask(admin, "?amount_min=2.00")
    assert re.search(r'aria-current="true">大额 <small>2</small>', text)


def test_a_view_is_saved_for_its_user_and_dropped(admin: Client, rows: None) -> None:
    admin.post("/sample/?who=梁&sort=-at&page=2", {"op": "save-view", "name": "姓梁的"})
    assert re.search(r'aria-current="true">姓梁的 <small>2</small>', ask(admin, "?who=梁"))
    other = Client()
    other.force_login(make_user("sysadmin"))
    assert "姓梁的" not in ask(other, "?who=梁")
    view = SavedView.objects.get()
    other.post("/sample/", {"op": "drop-view", "id": view.pk})
    assert SavedView.objects.count() == 1
    admin.post("/sample/", {"op": "drop-view", "id": view.pk})
    assert SavedView.objects.count() == 0


def test_a_view_that_no_longer_reads_is_left_out(admin: Client, rows: None) -> None:
    user = User.objects.get(login="admin")
    SavedView.objects.create(user=user, page="sample", name="旧的", query="role=king")
    assert "旧的" not in ask(admin)


def exported(answer: Any) -> list[list[Any]]:
    content = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_file_has_the_shown_columns_of_all_rows(admin: Client, rows: None) -> None:
    answer = admin.get("/sample/?sort=-amount&who=梁&col=login&col=amount&col=at&export=xlsx")
    table = exported(answer)
    assert table[0] == ["编号", "金额", "时间"]
    assert table[1] == ["b1", 2.5, NAIVE + timedelta(days=1)]
    assert table[2] == ["b0", 1.0, NAIVE]
    assert len(table) == 3
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_file_of_what_is_selected(admin: Client, rows: None) -> None:
    chosen = User.objects.get(login="b2")
    table = exported(admin.post("/sample/", {"op": "export", "pick": [chosen.pk]}))
    assert [row[0] for row in table] == ["编号", "b2"]
    every = exported(admin.post("/sample/?who=梁", {"op": "export", "all": "1"}))
    assert [row[0] for row in every] == ["编号", "b0", "b1"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_becomes_a_formula(admin: Client, text: str) -> None:
    make_user(login="evil", name=text)
    table = exported(admin.get("/sample/?sort=-login&col=name&export=xlsx"))
    assert table[1] == [f"'{text}"]
    assert neutral("梁") == "梁"


def test_a_batch_says_what_was_not_done(admin: Client, rows: None) -> None:
    picked = list(User.objects.filter(login__startswith="b").values_list("pk", flat=True))
    answer = admin.post("/sample/?sort=login", {"op": "act", "pick": picked}, headers=PART)
    text = answer.content.decode()
    assert "转办：2 张完成，1 张没有办成" in text
    assert "已经办过。请看原件" in text


def test_a_batch_never_reaches_rows_that_were_not_asked_for(admin: Client, rows: None) -> None:
    far = make_user(login="far", area="371500")
    chosen = User.objects.get(login="b0")
    answer = admin.post("/sample/", {"op": "act", "pick": [far.pk, chosen.pk]})
    text = answer.content.decode()
    assert "转办：0 张完成，1 张没有办成" in text
    assert "far" not in text


@pytest.mark.parametrize("picked", [[], ["x"], [str(n) for n in range(1, 30)]])
def test_a_selection_that_is_none_is_refused(admin: Client, rows: None, picked: list[str]) -> None:
    answer = admin.post("/sample/", {"op": "act", "pick": picked})
    assert answer.status_code == 409


def test_an_unknown_act_is_not_allowed(admin: Client, rows: None) -> None:
    assert admin.post("/sample/", {"op": "drop-table", "all": "1"}).status_code == 403


def test_new_rows_are_told_and_nothing_moves(admin: Client, rows: None) -> None:
    since = (DAY + timedelta(hours=1)).isoformat()
    answer = admin.get("/sample/", {"fresh": since, "who": "梁"})
    assert "10:00 之后有 1 张新的" in answer.content.decode()
    assert (
        admin.get("/sample/", {"fresh": (DAY + timedelta(days=9)).isoformat()}).status_code == 204
    )
    assert admin.get("/sample/", {"fresh": "yesterday"}).status_code == 204


def test_the_number_of_queries_does_not_grow_with_the_rows(
    admin: Client, rows: None, django_assert_num_queries: Any
) -> None:
    admin.get("/sample/")  # the session's first page notes the time
    # session, user with organisation; sums, rows; saved views, count of one view
    with django_assert_num_queries(6):
        ask(admin)
    for number in range(15):
        make_user(login=f"more{number}")
    with django_assert_num_queries(6):
        ask(admin)


def test_a_reason_is_not_cut_and_a_figure_is_named_where_heads_are_gone(
    admin: Client, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = (
        Column(name="login", label="编号", sort="login"),
        Column(name="name", label="原因", whole=True),
        Column(name="failures", label="行", kind="count", phone=2, told=True),
    )
    monkeypatch.setattr(SampleList, "columns", columns)
    text = ask(admin)
    assert "tc-cut" not in text and '<td class="tc-num tc-m-2" data-label="行">' in text
