import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import PASSWORD, make_user
from tongchou.platform.trail.models import Act

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]

NOON = datetime(2019, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
DOOR = "/sign-in/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post(DOOR, {"login": login, "password": password, **more})


def verbs() -> list[str]:
    return list(Act.objects.order_by("at", "pk").values_list("verb", flat=True))


def test_signing_in_opens_the_asked_page_and_is_recorded(client: Client) -> None:
    make_user(login="chen")
    answer = sign_in(client, "chen", next="/me/")
    assert answer["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert verbs() == ["accounts.signed_in"]


def test_another_site_is_never_the_next_page(client: Client) -> None:
    make_user(login="chen")
    assert sign_in(client, "chen", next="https://elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize("login", ["chen", "nobody"])
def test_a_wrong_password_and_an_unknown_name_read_alike(client: Client, login: str) -> None:
    make_user(login="chen")
    answer = sign_in(client, login, "wrong-password")
    assert answer.status_code == 200
    assert "登录名或密码不对。" in answer.content.decode()
    assert client.get("/me/").status_code == 302


def test_a_disabled_user_cannot_sign_in(client: Client) -> None:
    user = make_user(login="chen")
    user.is_active = False
    user.save()
    assert "登录名或密码不对。" in sign_in(client, "chen").content.decode()


def test_failures_lock_the_account_until_the_time_is_over(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    make_user(login="chen")
    with clock.frozen(NOON):
        for _attempt in range(settings.SIGN_IN_FAILURES_ALLOWED):
            answer = sign_in(client, "chen", "wrong-password")
        assert "账号已锁定。" in answer.content.decode()
        assert "12:15" in answer.content.decode()
        assert "账号已锁定。" in sign_in(client, "chen").content.decode()
    with clock.frozen(NOON + timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES, seconds=1)):
        assert sign_in(client, "chen").status_code == 302
    failed = ["accounts.sign_in_failed"] * (settings.SIGN_IN_FAILURES_ALLOWED - 1)
    assert verbs() == [*failed, "accounts.locked", "accounts.signed_in"]


def test_a_success_forgets_earlier_failures(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    user = make_user(login="chen")
    for _attempt in range(settings.SIGN_IN_FAILURES_ALLOWED - 1):
        sign_in(client, "chen", "wrong-password")
    sign_in(client, "chen")
    user.refresh_from_db()
    assert (user.failures, user.locked_until) == (0, None)


def test_an_idle_session_ends(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    make_user(login="chen")
    with clock.frozen(NOON):
        sign_in(client, "chen")
        client.get("/me/")
    later = NOON + timedelta(minutes=settings.IDLE_LIMIT_MINUTES - 1)
    with clock.frozen(later):
        assert client.get("/me/").status_code == 200
    with clock.frozen(later + timedelta(minutes=settings.IDLE_LIMIT_MINUTES, seconds=61)):
        assert client.get("/me/")["Location"] == "/sign-in/?idle=1"
        assert "没有操作，会话已结束" in client.get("/sign-in/?idle=1").content.decode()
        assert client.get("/me/").status_code == 302
    assert verbs()[-1] == "accounts.idle_ended"


def test_a_screen_on_the_wall_stays_signed_in(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    make_user("screen", login="daping")
    with clock.frozen(NOON):
        sign_in(client, "daping")
        client.get("/me/")
    with clock.frozen(NOON + timedelta(days=2)):
        assert client.get("/me/").status_code == 200
    assert "accounts.idle_ended" not in verbs()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    make_user(login="chen")
    with clock.frozen(NOON):
        sign_in(client, "chen")
        client.get("/me/")
    for minute in range(5, settings.IDLE_LIMIT_MINUTES, 5):
        with clock.frozen(NOON + timedelta(minutes=minute)):
            client.get("/me/", headers={"X-Tc-Poll": "1"})
    with clock.frozen(NOON + timedelta(minutes=settings.IDLE_LIMIT_MINUTES + 1)):
        answer = client.get("/me/", headers={"X-Tc-Poll": "1", "HX-Request": "true"})
        assert answer["HX-Redirect"] == "/sign-in/?idle=1"


def test_signing_out_needs_a_post_and_is_recorded(client: Client) -> None:
    make_user(login="chen")
    sign_in(client, "chen")
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/me/").status_code == 302
    assert verbs()[-1] == "accounts.signed_out"


def test_the_own_password_changes_and_other_sessions_end(client: Client) -> None:
    make_user(login="chen")
    other = Client()
    sign_in(client, "chen")
    sign_in(other, "chen")
    new = "ping-an-2019-x"
    client.post("/me/", {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert sign_in(other, "chen", new).status_code == 302
    assert "accounts.password_changed" in verbs()


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not-my-password", "ping-an-2019-x", "ping-an-2019-x", "现在的密码不对。"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码与现在的相同。"),
        (PASSWORD, "ping-an-2019-x", "ping-an-2019-y", "两次输入不同。"),
        (PASSWORD, "short", "short", "10"),
        (PASSWORD, "20190301154200", "20190301154200", "数字"),
    ],
)
def test_a_password_is_refused_with_the_reason(
    client: Client, old: str, new: str, again: str, said: str
) -> None:
    user = make_user(login="chen")
    sign_in(client, "chen")
    answer = client.post("/me/", {"old": old, "new": new, "again": again})
    assert said in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_passwords_never_reach_the_trail(client: Client) -> None:
    make_user(login="chen")
    sign_in(client, "chen", "secret-typed-wrong")
    sign_in(client, "chen")
    kept = json.dumps(list(Act.objects.values_list("data", flat=True)))
    assert PASSWORD not in kept
    assert "secret-typed-wrong" not in kept


def test_users_are_offered_only_while_demonstrating(client: Client, settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    cast = {"login": "chen", "password": PASSWORD, "name": "陈静", "role": "reviewer"}
    (tmp_path / "cast.json").write_text(json.dumps({"users": [cast]}), encoding="utf-8")
    settings.DIR = tmp_path
    settings.DEMO = False
    assert "陈静" not in client.get(DOOR).content.decode()
    settings.DEMO = True
    text = client.get(DOOR).content.decode()
    assert "陈静" in text
    assert "复核岗" in text
    assert 'data-tc-fill="chen"' in text
