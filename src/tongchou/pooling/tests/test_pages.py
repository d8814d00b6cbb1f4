"""The pages of the pooling level, as a member's people and the pool's meet them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.funds.services import open_area
from tongchou.plans.tests.make import make_plans, make_user
from tongchou.platform import clock
from tongchou.platform.authority.pooling import pool_of
from tongchou.pooling.models import Change, Remittance

from .make import AFTER, AREA, DAY, EVE, POOL, fill, make_change, make_pool, make_remittance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> Iterator[None]:
    with clock.frozen(EVE):
        make_user("clerk")
        make_plans()
        open_area(AREA, actor="test")
        make_pool()
        yield


def client_of(role: str, area: str = AREA) -> Client:
    client = Client()
    client.force_login(make_user(role, area=area))
    return client


def page(client: Client, name: str, *parts: object, **asked: str) -> str:
    answer = client.get(reverse(f"pooling:{name}", args=parts), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def act(client: Client, name: str, *parts: object, status: int = 302, **told: Any) -> str:
    answer = client.post(reverse(f"pooling:{name}", args=parts), told)
    assert answer.status_code == status, answer.content.decode()
    return answer["Location"] if status == 302 else str(answer.content.decode())


def test_from_a_proposal_to_the_money() -> None:
    clerk, approver, finance = (client_of(role) for role in ("clerk", "approver", "finance"))
    assert "由本统筹区自己统筹" in page(clerk, "list")
    told: dict[str, Any] = {
        "scheme": "resident",
        "pool": POOL,
        "starts_on": "2019-02-01",
        "ground": "文",
    }
    wrong = act(clerk, "propose", status=409, **told)
    assert 'id="id_starts_on-wrong"' in wrong and not Change.objects.exists()
    assert "岭南省" in page(clerk, "propose")
    act(clerk, "propose", **(told | {"starts_on": str(DAY)}))
    change = Change.objects.get()
    own = page(clerk, "change", change.pk)
    assert "没有障碍" in own and "须是两个人" in own
    assert reverse("pooling:confirm", args=[change.pk]) not in own
    assert reverse("pooling:confirm", args=[change.pk]) in page(approver, "change", change.pk)
    act(approver, "confirm", change.pk)
    assert pool_of(AREA, "resident", DAY) == POOL
    assert "未到日子" in page(clerk, "list")
    assert "提出一笔" not in page(finance, "change", change.pk)
    fill(AREA, 100_000)
    with clock.frozen(AFTER):  # weeks later they sign in again
        approver, finance = client_of("approver"), client_of("finance")
        shown = page(finance, "change", change.pk)
        assert "统筹中" in shown and "结余上解" in shown and "下拨</option>" not in shown
        money: dict[str, Any] = {
            "kind": "closing",
            "fund": "resident_pool",
            "fen": "600",
            "ground": "上解通知",
        }
        wrong = act(finance, "remit", change.pk, status=409, **(money | {"fen": "六百"}))
        assert 'id="id_fen-wrong"' in wrong and not Remittance.objects.exists()
        act(finance, "remit", change.pk, **money)
        row = Remittance.objects.get()
        assert row.fen == 60_000
        assert "轮到审批岗" in page(finance, "remittance", row.pk)
        act(approver, "post", row.pk)
        shown = page(finance, "remittance", row.pk)
        row.refresh_from_db()
        assert reverse("funds:entry", args=[row.area_entry_id]) in shown
        assert "600" in page(finance, "remittances", state="posted")
        # The pool's people see both books, and what their own is.
        theirs = page(client_of("finance", POOL), "change", change.pk)
        assert "各成员合计" in theirs and "下拨</option>" in theirs
        pools = page(client_of("finance", POOL), "remittance", row.pk)
        assert reverse("funds:entry", args=[row.pool_entry_id]) in pools
        # Wrong, and undone by two.
        wrong = act(finance, "undo", row.pk, status=409, ground="")
        assert 'id="id_ground-wrong"' in wrong
        act(finance, "undo", row.pk, ground="上错了")
        red = Remittance.objects.get(corrects=row)
        act(approver, "post", red.pk)
        assert "看原来的一笔" in page(finance, "remittance", red.pk)


def test_what_stands_in_the_way_is_on_the_page_and_the_button_is_off() -> None:
    change = make_change(make_pool("440002", scheme=""), confirmed=False)
    approver = client_of("approver")
    shown = page(approver, "change", change.pk)
    assert "还没有那天执行的城乡居民政策" in shown and "disabled" in shown
    assert "还没有那天执行" in act(approver, "confirm", change.pk, status=409)
    assert "没有原因" not in act(approver, "drop", change.pk, status=409, reason="")
    act(approver, "drop", change.pk, reason="等那里先采用")
    assert "等那里先采用" in page(approver, "change", change.pk)


def test_a_confirmed_change_is_withdrawn_before_its_day() -> None:
    change = make_change()
    approver = client_of("approver")
    assert "撤回变更" in page(approver, "change", change.pk)
    assert 'id="id_reason-wrong"' in act(approver, "withdraw", change.pk, status=409, reason="")
    act(approver, "withdraw", change.pk, reason="文件改期")
    assert "已撤回" in page(approver, "list") and pool_of(AREA, "resident", DAY) == AREA


def test_a_refused_remittance_says_why() -> None:
    change = make_change()
    with clock.frozen(AFTER):
        row = make_remittance(change, 100, posted=False)
        approver = client_of("approver")
        assert "存款只有" in act(approver, "post", row.pk, status=409)
        act(approver, "drop-remittance", row.pk, reason="存款不够")
        assert "已退回" in page(approver, "remittances")


def test_the_policies_page_says_whose_hold() -> None:
    make_change()
    clerk = client_of("clerk")
    listed = clerk.get(reverse("plans:list")).content.decode()
    assert "2019-03-01 起由岭南省440000统筹" in listed and "统筹层的政策" in listed
    with clock.frozen(AFTER):
        listed = client_of("clerk").get(reverse("plans:list")).content.decode()
        assert listed.count("现行") == 2  # one a scheme


def test_the_pages_ask_few_queries(django_assert_max_num_queries: Any) -> None:
    change = make_change()
    with clock.frozen(AFTER):
        fill(AREA, 100_000)
        for _ in range(3):
            make_remittance(change, 100)
        finance = client_of("finance")
        with django_assert_max_num_queries(34):
            page(finance, "change", change.pk)
