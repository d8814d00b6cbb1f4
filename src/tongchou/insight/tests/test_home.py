"""The desk: each figure equals its rows, tasks go to those who may do them, alarms have a cause."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.exchange.models import MessageLog, Statement
from tongchou.insight import alarms, desk
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.platform.authority.roles import ROLES
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import ReversalRequest
from tongchou.settlement.services.manual import file_claim
from tongchou.settlement.services.reversal_requests import propose
from tongchou.settlement.tests.make import make_county, make_settled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


def now() -> str:
    return clock.now().strftime("%Y-%m-%d %H:%M")


def page(role: str) -> str:
    client = Client()
    client.force_login(make_user(role))
    answer = client.get(reverse("insight:home"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_post_has_a_desk() -> None:
    make_settled(when=now())
    for role in ROLES:
        assert "我的工作台" in page(role)


def test_figures_of_the_day_equal_the_bills() -> None:
    bill = make_settled("12345.67", when=now())
    text = page("reviewer")
    assert f"{bill.fund_total // 100:,}." in text and "12,345.67" in text


def test_a_task_goes_to_another_with_the_right() -> None:
    bill = make_settled(when=now())
    propose(by=make_user("clerk"), bill=bill, reason="重复")
    (task,) = desk.tasks_of(make_user("reviewer"))
    assert (task.what, task.amount, task.late) == ("复核冲正", bill.fund_total, False)
    assert desk.tasks_of(make_user("clerk")) == []
    ReversalRequest.objects.update(due_at=clock.now() - timedelta(hours=1))
    late = desk.tasks_of(make_user("reviewer"))
    assert desk.in_tab(late, "late") == late and desk.in_tab(late, "today") == []
    assert "超 1 时" in page("reviewer")


def test_a_manual_claim_moves_from_desk_to_desk() -> None:
    today = clock.today()
    claim = file_claim(
        by=make_user("clerk"), person=make_person(), institution=make_institution(),
        institution_name="", level="", out_of_area=False, visit_kind="inpatient",
        begun_on=today, ended_on=today, invoice="T1", total=500000, own_pay=0, over_limit=0,
        first_self_pay=0, reason="未持卡",
    )  # fmt: skip
    assert [t.what for t in desk.tasks_of(make_user("reviewer"))] == ["复核零星报销"]
    assert desk.tasks_of(make_user("approver")) == []
    assert claim.total == 500000


def test_alarms_have_their_cause() -> None:
    reviewer = make_user("reviewer")
    assert alarms.alarms_of(reviewer) == []
    place = make_institution(name="东平镇卫生院")
    MessageLog.objects.create(
        at=clock.now() - timedelta(minutes=18), infno="1101", micros=1, outcome="ok",
        institution_id=place.pk,
    )  # fmt: skip
    Statement.objects.create(
        institution=place, kind="total", at=clock.now(), begun_on=clock.today(),
        ended_on=clock.today(), claimed_total=124000, claimed_fund=0, claimed_account=0,
        claimed_count=1, our_total=0, our_fund=0, our_account=0, our_count=0, equal=False,
    )  # fmt: skip
    found = alarms.alarms_of(reviewer)
    assert [a.title for a in found] == ["对账不符", "东平镇卫生院接口无报文"]
    assert found[0].money and "1,240.00" in found[0].text


def test_hours_are_counts_of_bills() -> None:
    make_settled(when=now())
    chart = desk.hours_chart("441700", None)
    assert sum(chart["series"][0]["values"]) == 1
    assert sum(chart["marks"]["values"]) == 0
