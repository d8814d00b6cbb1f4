import pytest
from django.test import Client

from tongchou.platform.accounts.tests.make import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongchou.platform.ui.tests.sample")]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("sysadmin", login="admin", name="管理员"))
    return client


def test_smoke(admin):
    answer = admin.get("/sample/")
    assert answer.status_code == 200
