"""The desk: each figure equals its rows, tasks go to those who may do them, alarms have a cause."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.exchange.models import MessageLog, Statement
from tongchou.insight import alarms, desk
from tongchou.insight.tasks import Task
from tongchou.lake.models import Replay, ReplayDifference
from tongchou.people.services import propose_merge
from tongchou.people.tests.make import make_person
from tongchou.plans.services import submit_plan
from tongchou.plans.tests.make import make_draft, make_user
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import may_open
from tongchou.platform.authority.roles import ROLES, UNATTENDED
from tongchou.platform.jobs.models import Job
from tongchou.pooling.services import confirm_change
from tongchou.pooling.tests.make import EVE, make_change, make_remittance
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import ManualClaim, ReversalRequest
from tongchou.settlement.queries import bills
from tongchou.settlement.services.manual import approve_claim, file_claim, review_claim
from tongchou.settlement.services.reversal_requests import propose
from tongchou.settlement.tests.make import make_county, make_settled
from tongchou.transitions.services import try_merge
from tongchou.transitions.tests.make import make_transition
from tongchou.transitions.tests.make import row_of as row_of_old

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    make_county()


def now() -> str:
    return clock.now().strftime("%Y-%m-%d %H:%M")


def page(role: str, **asked: str) -> str:
    client = Client()
    client.force_login(make_user(role))
    answer = client.get(reverse("insight:home"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_post_has_a_desk() -> None:
    make_settled(when=now())
    for role in ROLES.keys() - UNATTENDED:
        assert "我的工作台" in page(role)


def test_figures_of_the_day_equal_the_bills() -> None:
    bill = make_settled("12345.67", when=now())
    text = page("reviewer")
    assert f"{bill.fund_total // 100:,}." in text and "12,345.67" in text


def mine(role: str) -> list[Task]:
    return desk.Desk(make_user(role)).mine


def file(invoice: str = "T1") -> ManualClaim:
    today = clock.today()
    return file_claim(
        by=make_user("clerk"), person=make_person(), institution=make_institution(),
        institution_name="", level="", out_of_area=False, visit_kind="inpatient",
        begun_on=today, ended_on=today, invoice=invoice, total=500000, own_pay=0, over_limit=0,
        first_self_pay=0, reason="未持卡",
    )  # fmt: skip


def test_a_task_goes_to_another_with_the_right() -> None:
    bill = make_settled(when=now())
    propose(by=make_user("clerk"), bill=bill, reason="重复")
    (task,) = mine("reviewer")
    assert (task.what, task.amount, task.late) == ("复核冲正", bill.fund_total, False)
    assert mine("clerk") == []
    ReversalRequest.objects.update(due_at=clock.now() - timedelta(hours=1))
    late = desk.Desk(make_user("reviewer"))
    assert late.rows("late") == late.mine and late.rows("today") == []
    assert "超 1 时" in page("reviewer")


def test_what_waits_for_another_says_for_whom() -> None:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    file()
    own = desk.Desk(clerk)
    assert own.begun == own.others and len(own.begun) == 1
    (turn,) = own.turns()
    assert (turn.what, turn.holders, len(turn.tasks), turn.late) == (
        "复核零星报销", f"复核岗 {reviewer.name}", 1, 0,
    )  # fmt: skip
    assert desk.Desk(reviewer).others == []
    ManualClaim.objects.update(due_at=clock.now() - timedelta(days=2))
    text = page("director")
    assert '<b class="tc-red">1</b>' in text and "?tab=others&amp;kind=manual_review" in text
    rows = page("director", tab="others", kind="manual_review")
    assert f"复核岗 {reviewer.name}" in rows and "超 2 天" in rows
    assert "超 2 天" not in page("director", tab="others", kind="reversal").split("等谁办</h2>")[0]


def test_a_step_that_nobody_can_take_is_said() -> None:
    User.objects.filter(role="reviewer").update(is_active=False)
    file()
    (turn,) = desk.Desk(make_user("clerk")).turns()
    assert turn.holders == "没有人能办，请系统管理员设岗"


def test_a_draft_waits_for_its_drafter_until_it_is_sent() -> None:
    clerk = make_user("clerk")
    draft = make_draft(by=clerk)
    (task,) = mine("clerk")
    assert (task.what, task.due_at) == ("起草政策", None)
    assert [t.holders for t in desk.Desk(make_user("reviewer")).turns()] == [f"经办岗 {clerk.name}"]
    submit_plan(version=draft, by=clerk)
    assert [t.what for t in mine("reviewer")] == ["复核政策草案"] and mine("clerk") == []


def test_a_manual_claim_moves_from_desk_to_desk_and_is_done() -> None:
    claim = file()
    assert [t.what for t in mine("reviewer")] == ["复核零星报销"] and mine("approver") == []
    review_claim(claim=claim, by=make_user("reviewer"), agree=True)
    assert [t.what for t in mine("approver")] == ["审批零星报销"] and mine("reviewer") == []
    assert desk.Desk(make_user("approver")).punctuality is None
    approve_claim(claim=claim, by=make_user("approver"), agree=False, opinion="票据不清")
    for role in ("clerk", "reviewer", "approver"):
        (done,) = desk.Desk(make_user(role)).done
        assert (done.result, done.amount, done.on_time) == ("不予报销", 500000, True)
    assert desk.Desk(make_user("director")).done == []
    ManualClaim.objects.update(due_at=clock.now() - timedelta(days=1))
    found = desk.Desk(make_user("director")).punctuality
    assert found is not None and (found.done, found.on_time, found.share) == (1, 0, 0)
    assert "超时" in page("clerk", tab="done")
    assert page("director", tab="week").count("<tr data-tc-row") >= 1
    assert "0.0%" in page("director") and 'href="?tab=week"' in page("director")


def test_the_menu_counts_what_waits_for_the_reader() -> None:
    file()
    assert desk.counts_of(make_user("reviewer")) == {
        "insight:home": 1, "bills:manual-list": 1, "plans:list": 0,
    }  # fmt: skip
    assert "<small>1</small></a>" in page("reviewer").split("</nav>")[0]
    assert set(desk.counts_of(make_user("director")).values()) == {0}


def test_the_week_before_is_counted_to_the_same_time() -> None:
    moment = clock.now()
    make_settled(when=now())
    assert bills.today_figures("441700", clock.today(), until=moment + timedelta(1)).settled == 1
    earlier = moment - timedelta(hours=1)
    assert bills.today_figures("441700", clock.today(), until=earlier).settled == 0


def test_a_figure_opens_to_as_many_rows() -> None:
    make_settled(when=now())
    client = Client()
    client.force_login(make_user("reviewer"))
    address = re.search(r'href="(/bills/\?[^"]*state=bills)"', page("reviewer"))
    assert address is not None
    rows = client.get(address[1]).content.decode().count("<tr data-tc-row")
    assert rows == bills.today_figures("441700", clock.today()).settled == 1
    hour = desk.hours_chart("441700", None)["series"][0]
    url = hour["urls"][hour["values"].index(1)]
    assert client.get(url).content.decode().count("<tr data-tc-row") == 1


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


def test_a_year_that_folds_otherwise_is_an_alarm_that_leads_to_its_bills() -> None:
    bill = make_settled(when=now())
    replay = Replay.objects.create(
        area="441700", year=2026, scheme="resident", copied_at=clock.now(),
        started_at=clock.now(), seconds=1, bills=1, years=1, different=1, asked_by="night",
    )  # fmt: skip
    ReplayDifference.objects.create(replay=replay, settlement_id=bill.pk, posted=[], recomputed=[])
    Job.objects.create(
        kind="lake.export", area="441700", state="failed", asked_at=clock.now(),
        finished_at=clock.now(), reason="磁盘已满",
    )  # fmt: skip
    found = {a.title: a for a in alarms.alarms_of(make_user("finance"))}
    assert found["重算与账不同"].url == reverse("replays:replay", args=[replay.pk])
    assert found["重算与账不同"].money and "1 笔" in found["重算与账不同"].text
    assert "导出数据副本" in found["后台作业没有做完"].text
    assert "重算与账不同" not in {a.title for a in alarms.alarms_of(make_user("clerk"))}


def test_hours_are_counts_of_bills() -> None:
    make_settled(when=now())
    chart = desk.hours_chart("441700", None)
    assert sum(chart["series"][0]["values"]) == 1
    assert sum(chart["marks"]["values"]) == 0


def test_a_change_of_the_pool_and_its_money_wait_for_another() -> None:
    with clock.frozen(EVE):
        change = make_change(confirmed=False)
        (task,) = mine("approver")
        assert (task.what, task.about) == ("确认统筹层次变更", "城乡居民，岭南省440000")
        assert mine("clerk") == []
        change = confirm_change(by=make_user("approver"), change=change)
        make_remittance(change, 5_00, posted=False)
        (task,) = mine("approver")
        assert (task.what, task.about, task.amount) == (
            "复核上解下拨", "上解，居民基本医保基金", 5_00,
        )  # fmt: skip
        assert mine("finance") == []


def test_a_merge_that_was_tried_waits_for_another() -> None:
    clerk = make_user("clerk")
    merge = make_transition(clerk, row_of_old(make_person(scheme=None)))
    assert mine("approver") == []
    try_merge(by=clerk, transition=merge)
    (task,) = mine("approver")
    assert (task.what, task.about) == ("确认制度并轨", merge.title) and mine("clerk") == []


def test_a_page_that_the_reader_may_not_see_is_not_offered() -> None:
    clerk = make_user("clerk")
    merge = propose_merge(
        by=clerk, keep=make_person(), gone=make_person(scheme=None), evidence="户口簿"
    )
    address = reverse("people:merge", args=[merge.pk])
    assert address in page("reviewer")
    listed = page("director", tab="others")
    assert "确认并档" in listed and address not in listed
    assert not may_open(make_user("director"), address)
    assert may_open(clerk, address) and not may_open(clerk, "/nowhere/")
