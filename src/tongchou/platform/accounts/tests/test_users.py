import re
from datetime import timedelta

import pytest
from django.test import Client

from tongchou.platform import clock
from tongchou.platform.accounts import services
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import PASSWORD, make_organisation, make_user
from tongchou.platform.authority.roles import RIGHTS, ROLES
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("sysadmin", login="admin", name="管理员"))
    return client


def added(admin: Client, **changes: str) -> str:
    data = {
        "login": "li.min",
        "name": "李敏",
        "role": "clerk",
        "organisation": str(make_organisation().pk),
        "password": "yang-jiang-2019",
    }
    answer = admin.post("/users/add/", data | changes)
    return answer.headers.get("Location") or answer.content.decode()


def test_a_user_is_added_and_can_sign_in(admin: Client) -> None:
    assert added(admin) == "/users/li.min/"
    form = {"login": "li.min", "password": "yang-jiang-2019"}
    assert Client().post("/sign-in/", form).status_code == 302
    act = Act.objects.get(verb="accounts.user_added")
    assert (act.actor, act.object_id, act.area) == ("admin", "li.min", "441700")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "admin"}, "登录名已有人用。"),
        ({"login": "Li Min"}, "登录名写法不对。"),
        ({"role": "hospital"}, "岗位与单位不符。"),
        ({"password": "1234567890"}, "密码"),
    ],
)
def test_what_cannot_be_added_is_said(admin: Client, changes: dict[str, str], said: str) -> None:
    assert said in added(admin, **changes)
    assert not User.objects.filter(name="李敏").exists()


def test_the_bureaus_posts_are_not_for_a_hospital(admin: Client) -> None:
    office = make_organisation(institution="H44170000001")
    assert "岗位与单位不符。" in added(admin, organisation=str(office.pk))


def test_a_disabled_user_loses_the_open_session(admin: Client) -> None:
    clerk, own = make_user(login="clerk"), Client()
    own.force_login(clerk)
    assert own.get("/me/").status_code == 200
    admin.post("/users/clerk/", {"act": "disable", "reason": "调离"})
    assert own.get("/me/").status_code == 302
    admin.post("/users/clerk/", {"act": "enable"})
    assert own.get("/me/").status_code == 200


def test_disabling_needs_a_reason_and_somebody_else(admin: Client) -> None:
    make_user(login="clerk")
    answer = admin.post("/users/clerk/", {"act": "disable", "reason": " "})
    assert answer.status_code == 409
    answer = admin.post("/users/admin/", {"act": "disable", "reason": "试试"})
    assert "不能停用自己。" in answer.content.decode()
    assert User.objects.filter(is_active=False).count() == 0


def test_an_account_is_unlocked(admin: Client) -> None:
    user = make_user(login="clerk")
    user.locked_until = clock.now() + timedelta(minutes=10)
    user.save()
    assert "已锁定" in admin.get("/users/clerk/").content.decode()
    admin.post("/users/clerk/", {"act": "unlock"})
    form = {"login": "clerk", "password": PASSWORD}
    assert Client().post("/sign-in/", form).status_code == 302


def test_a_reset_password_is_shown_once_and_works(admin: Client) -> None:
    make_user(login="clerk")
    shown = admin.post("/users/clerk/", {"act": "reset"}).content.decode()
    found = re.search(r"<code>(.+?)</code>", shown)
    assert found is not None
    form = {"login": "clerk", "password": found[1]}
    assert Client().post("/sign-in/", form).status_code == 302
    assert "<code>" not in admin.get("/users/clerk/").content.decode()


def test_users_of_another_area_do_not_exist(admin: Client) -> None:
    make_user(login="far", area="371500")
    assert admin.get("/users/far/").status_code == 404
    assert admin.post("/users/far/", {"act": "reset"}).status_code == 404
    assert "far" not in re.findall(r"/users/([\w.]+)/", admin.get("/users/").content.decode())


@pytest.mark.parametrize("role", [role for role in ROLES if role != "sysadmin"])
@pytest.mark.parametrize("page", ["/users/", "/users/add/", "/users/posts/", "/users/admin/"])
def test_only_the_administrator_sees_users(client: Client, role: str, page: str) -> None:
    make_user("sysadmin", login="admin")
    institution = "H44170000001" if role == "hospital" else ""
    client.force_login(make_user(role, institution=institution))
    assert client.get(page).status_code == 403


def test_the_matrix_shows_every_post_and_every_right(admin: Client) -> None:
    text = admin.get("/users/posts/").content.decode()
    assert text.count('aria-label="有"') == sum(len(rights) for rights in RIGHTS.values())
    assert all(f'<th scope="col">{role}</th>' in text for role in ROLES.values())


def test_an_unknown_post_is_refused() -> None:
    with pytest.raises(Refused, match="没有这个岗位"):
        services.add_user(
            actor="admin", login="x1", name="甲", role="king",
            organisation=make_organisation(), password="yang-jiang-2019",
        )  # fmt: skip
