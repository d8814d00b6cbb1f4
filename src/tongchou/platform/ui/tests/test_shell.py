import re
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.ui import search

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]


def entries(client: Client) -> list[str]:
    side = client.get("/me/").content.decode().split('<nav class="tc-side"')[1].split("</nav>")[0]
    return re.findall(r"<span>(.+?)</span>", side)


def test_the_menu_shows_what_exists_and_is_allowed(client: Client) -> None:
    client.force_login(make_user("sysadmin"))
    assert entries(client) == ["用户与岗位"]
    client.force_login(make_user("clerk"))
    assert entries(client) == []


def test_the_place_in_the_menu_is_marked(client: Client) -> None:
    client.force_login(make_user("sysadmin", login="admin"))
    for page in ("/users/", "/users/admin/", "/users/posts/"):
        text = client.get(page).content.decode()
        assert re.search(r'href="/users/" title="[^"]+" aria-current="page"', text), page
    assert 'href="/me/" aria-current="page"' in client.get("/me/").content.decode()


@pytest.fixture
def searchers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[search.Searcher]]:
    found: list[search.Searcher] = []
    monkeypatch.setattr(search, "_searchers", found)
    yield found


def people(*hits: search.Hit) -> search.Searcher:
    return search.Searcher("人员", "people.view", lambda user, text, limit: hits)


def test_a_whole_number_is_opened_at_once(client: Client, searchers: list[search.Searcher]) -> None:
    searchers.append(people(search.Hit("甲", "", "/a", exact=True), search.Hit("乙", "", "/b")))
    client.force_login(make_user("clerk"))
    assert client.get("/search/?q=44")["Location"] == "/a"


def test_several_hits_are_listed(client: Client, searchers: list[search.Searcher]) -> None:
    searchers.append(people(search.Hit("甲", "平冈镇", "/a"), search.Hit("乙", "", "/b")))
    client.force_login(make_user("clerk"))
    text = client.get("/search/?q=x").content.decode()
    assert "平冈镇" in text
    assert 'href="/b"' in text


def test_nobody_finds_what_the_post_may_not_see(
    client: Client, searchers: list[search.Searcher]
) -> None:
    searchers.append(people(search.Hit("甲", "", "/a")))
    client.force_login(make_user("sysadmin"))
    text = client.get("/search/?q=x").content.decode()
    assert "没有找到“x”" in text
    assert "甲" not in text


def test_the_policy_allows_nothing_inline(client: Client) -> None:
    policy = client.get("/sign-in/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_what_is_not_there_is_said_without_the_shell(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这一页，或者您不能看它" in answer.content.decode()


def test_a_failure_is_said_even_when_nothing_works(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "没有写入任何数据" in answer.content.decode()


def test_a_stale_form_is_said() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "页面开得太久，已经过期" in answer.content.decode()


def test_the_demonstration_says_so_on_every_page(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make_user("sysadmin"))
    settings.DEMO = False
    assert "演示数据" not in client.get("/me/").content.decode()
    settings.DEMO = True
    assert "演示数据" in client.get("/me/").content.decode()
