import json

import pytest
from django.db import connection
from django.test import Client

from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail import seals
from tongchou.platform.trail.models import Act
from tongchou.platform.trail.tests.guards import guards_aside
from tongchou.platform.trail.tests.test_record import act
from tongchou.platform.trail.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(make_user("auditor", login="audit"))
    return client


def test_the_list_shows_who_did_what_to_which_object(auditor: Client) -> None:
    act(7)
    act(8, area="441800")
    page = auditor.get("/trail/", {"kind": "person"}).content.decode()
    assert "登记参保" in page and "人员 7" in page and "陈静" in page
    assert "人员 8" not in page


def test_an_act_is_opened_to_its_content(auditor: Client) -> None:
    act(7)
    found = Act.objects.get()
    page = auditor.get(f"/trail/{found.pk}/").content.decode()
    assert "陈静" in page and "人员 7" in page
    assert bytes(found.hash).hex(" ", 4) in page and "次序" in page
    assert auditor.get(f"/trail/{found.pk + 1}/").status_code == 404


def test_another_areas_act_is_unknown(auditor: Client) -> None:
    act(8, area="441800")
    assert auditor.get(f"/trail/{Act.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "director", "sysadmin", "hospital"])
@pytest.mark.parametrize("address", ["/trail/", "/trail/1/", "/trail/verify/", "/trail/seal/"])
def test_only_an_auditor_sees_the_trail(client: Client, role: str, address: str) -> None:
    client.force_login(make_user(role))
    assert client.get(address).status_code == 403


def test_verifying_says_what_it_found_and_is_recorded(auditor: Client) -> None:
    act(7)
    assert "1 条留痕全部相符" in auditor.post("/trail/verify/").content.decode()
    recorded = Act.objects.get(verb="trail.verified")
    assert (recorded.actor, json.loads(recorded.data)) == ("audit", {"acts": 1, "faults": 0})
    with guards_aside(), connection.cursor() as cursor:
        cursor.execute("update trail_act set actor = 'x' where object_id = '7'")
    page = auditor.post("/trail/verify/").content.decode()
    assert "2 条留痕中有 1 处不符" in page and "第 3 链第 1 条：内容被改动" in page


def test_a_seal_is_taken_away_and_covers_its_own_act(auditor: Client) -> None:
    answer = auditor.post("/trail/seal/")
    assert "attachment" in answer["Content-Disposition"]
    seal = seals.from_line(answer.content.decode())
    assert verify([seal]).sound
    assert sum(int(seq) for _slice, seq, _hash in seal["heads"]) == Act.objects.count() == 1


def test_who_acted_is_shown_and_found_by_name(auditor: Client) -> None:
    make_user("clerk", login="u417", name="关爱莲")
    act(7, actor="u417")
    act(8, actor="H44170000001")
    page = auditor.get("/trail/", {"kind": "person", "actor": "爱莲"}).content.decode()
    assert "关爱莲 u417" in page and "人员 8" not in page
    page = auditor.get("/trail/", {"actor": "H44170000001"}).content.decode()
    assert "人员 8" in page and "人员 7" not in page
