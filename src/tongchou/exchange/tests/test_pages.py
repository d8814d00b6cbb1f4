"""Monitor and reconciliation: each figure equals its rows; a hospital sees its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.exchange import measures, monitor
from tongchou.exchange.models import MessageLog, Statement
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Organisation
from tongchou.platform.numbering.services import wire_number
from tongchou.providers.models import Institution
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import Answer
from tongchou.settlement.tests.make import make_county, make_settled

pytestmark = pytest.mark.django_db


def log(
    institution: Institution, infno: str = "2304", outcome: str = "ok", **more: Any
) -> MessageLog:
    fields = {"at": clock.now(), "msgid": "m", "micros": 4_000, **more}
    return MessageLog.objects.create(
        institution_id=institution.pk, infno=infno, outcome=outcome, **fields
    )


def desk_of(institution: Institution) -> User:
    bureau = make_user("clerk").organisation
    place = Organisation.objects.create(
        code=institution.code, name=institution.name, kind="institution", area=bureau.area
    )
    return User.objects.create(
        login=f"desk-{institution.code}", name="医保办", role="hospital", organisation=place
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_figures_are_counts_of_rows() -> None:
    place = make_institution()
    log(place, micros=10_000)
    log(place, micros=2_000)
    log(place, "1101")
    log(place, outcome="refused", reason="没有参保")
    log(place, outcome="resent")
    log(place, outcome="failed")
    log(place, at=clock.now() - timedelta(days=2))
    found = monitor.figures(MessageLog.objects.all(), Institution.objects.all())
    assert (found.received, found.answered, found.failed) == (6, 5, 1)
    assert (found.refused, found.resent, found.p50, found.p99) == (1, 1, 10, 10)
    assert found.balanced


def test_an_answer_without_its_bill_breaks_the_equation() -> None:
    place = make_institution()
    Answer.objects.create(
        msgid="lost", infno="2304", institution_id=place.pk, body_hash=b"0" * 32, body="",
        answer="", at=clock.now(),
    )  # fmt: skip
    found = monitor.figures(MessageLog.objects.all(), Institution.objects.all())
    assert (found.settled_answers, found.settled_posted, found.balanced) == (1, 0, False)
    page = signed_in(make_user("reviewer")).get(reverse("gateway:monitor"))
    assert "结算已答 1，已入账 0" in page.content.decode()


def test_a_silent_institution_is_late() -> None:
    place = make_institution()
    log(place, at=clock.now() - timedelta(minutes=6))
    (beat,) = measures.heartbeats(MessageLog.objects.all(), Institution.objects.all())
    assert beat.late


def test_a_hospital_sees_its_own_messages_only() -> None:
    mine, other = make_institution(name="平冈镇卫生院"), make_institution(name="中医院")
    own, theirs = log(mine), log(other, reason="别家的事", outcome="refused")
    client = signed_in(desk_of(mine))
    page = client.get(reverse("gateway:monitor"), {"tab": "refused"}).content.decode()
    assert "别家的事" not in page and "中医院" not in page
    assert client.get(reverse("gateway:message", args=[own.pk])).status_code == 200
    assert client.get(reverse("gateway:message", args=[theirs.pk])).status_code == 404


def test_a_message_opens_to_its_bill_and_postings() -> None:
    make_county()
    today = clock.now().strftime("%Y-%m-%d %H:%M")
    bill = make_settled(when=today)
    assert bill.institution is not None and bill.msgid is not None
    found = log(bill.institution, msgid=bill.msgid, settlement_id=bill.pk)
    page = signed_in(make_user("reviewer")).get(reverse("gateway:message", args=[found.pk]))
    text = page.content.decode()
    assert reverse("bills:statement", args=[bill.pk]) in text and "应付定点机构款" in text
    assert bill.person.id_no not in text and "同一报文号" not in text
    again = log(bill.institution, msgid=bill.msgid, outcome="resent")
    other = log(make_institution(name="中医院"), msgid=bill.msgid)
    page = signed_in(make_user("reviewer")).get(reverse("gateway:message", args=[found.pk]))
    text = page.content.decode()
    assert "同一报文号" in text and reverse("gateway:message", args=[again.pk]) in text
    assert reverse("gateway:message", args=[other.pk]) not in text


def test_reconciliation_totals_are_the_ledgers() -> None:
    make_county()
    today = clock.now().strftime("%Y-%m-%d %H:%M")
    bill = make_settled("12345.67", when=today)
    assert bill.institution is not None
    Statement.objects.create(
        institution=bill.institution, kind="total", at=clock.now(), begun_on=clock.today(),
        ended_on=clock.today(), claimed_total=1, claimed_fund=1, claimed_account=0,
        claimed_count=1, our_total=bill.total, our_fund=bill.fund_total, our_account=0,
        our_count=1, equal=False,
    )  # fmt: skip
    client = signed_in(make_user("finance"))
    make_settled("50.00", institution=make_institution(name="平冈镇卫生院"), when=today)
    overview = client.get(reverse("gateway:reconcile")).content.decode()
    assert "不相符" in overview and overview.count("<tr data-tc-row") == 2
    for state, rows in (("unequal", 1), ("silent", 1), ("equal", 0)):
        page = client.get(reverse("gateway:reconcile"), {"state": state}).content.decode()
        assert page.count("<tr data-tc-row") == rows, state
    address = reverse("gateway:reconcile-one", args=[bill.institution.code])
    page = client.get(address).content.decode()
    assert "12,345" in page and "6,987" in page
    assert client.get(address, {"export": "1"})["Content-Type"].endswith("sheet")
    assert (
        client.get(reverse("gateway:statement", args=[Statement.objects.get().pk])).status_code
        == 200
    )
    other = make_institution(name="中医院")
    desk = signed_in(desk_of(other))
    assert desk.get(address).status_code == 404
    assert (
        desk.get(reverse("gateway:statement", args=[Statement.objects.get().pk])).status_code == 404
    )


def test_a_line_that_differs_is_in_yuan_and_leads_to_its_bill() -> None:
    make_county()
    bill = make_settled("12345.67", when=clock.now().strftime("%Y-%m-%d %H:%M"))
    assert bill.institution is not None
    common = {"mdtrt_id": "M", "psn_no": "P", "refund": False}
    ours = {
        "setl_id": wire_number(bill.pk, bill.area), "kind": "amount", "memo": "总费用不同",
        "theirs": [1_234_568, 0, 0], "ours": [1_234_567, 0, 0],
    }  # fmt: skip
    theirs = {
        "setl_id": "4417002019030199999999", "kind": "theirs", "memo": "本地没有这笔结算",
        "theirs": [124_000, 0, 0], "ours": None,
    }  # fmt: skip
    found = Statement.objects.create(
        institution=bill.institution, kind="detail", at=clock.now(), begun_on=clock.today(),
        ended_on=clock.today(), claimed_total=1, claimed_fund=1, claimed_account=0,
        claimed_count=2, our_total=bill.total, our_fund=bill.fund_total, our_account=0,
        our_count=1, equal=False, differences=[common | ours, common | theirs],
    )  # fmt: skip
    address = reverse("gateway:statement", args=[found.pk])
    text = signed_in(make_user("finance")).get(address).content.decode()
    assert '12,345<span class="tc-fen">.68</span>' in text and "124000" not in text
    assert f'<a href="/bills/{bill.pk}/">' in text and text.count("/bills/2019030199999999/") == 0
    assert "金额不同" in text and "机构有，本地没有" in text and "+1,240.00" in text
    only = signed_in(make_user("finance")).get(address, {"kind": "theirs"}).content.decode()
    assert "总费用不同" not in only and "+1,240.00" in only


def test_a_failure_is_not_called_a_refusal() -> None:
    log(make_institution(), outcome="failed", reason="系统繁忙")
    text = signed_in(make_user("sysadmin")).get(reverse("gateway:monitor")).content.decode()
    assert "出错：系统繁忙" in text and "拒绝：系统繁忙" not in text


def test_one_lost_and_one_stray_bill_do_not_make_each_other_good() -> None:
    make_county()
    bill = make_settled(when=clock.now().strftime("%Y-%m-%d %H:%M"))
    found = monitor.figures(MessageLog.objects.all(), Institution.objects.all())
    assert (found.settled_answers, found.settled_posted, found.balanced) == (1, 1, True)
    place = make_institution()
    Answer.objects.create(
        msgid="lost", infno="2304", institution_id=place.pk, body_hash=b"0" * 32, body="",
        answer="", at=clock.now(), settlement_id=bill.pk + 1,
    )  # fmt: skip
    found = monitor.figures(MessageLog.objects.all(), Institution.objects.all())
    assert (found.unmatched, found.balanced) == (1, False)


def test_the_classes_of_a_reconciliation_sum_to_the_ledger() -> None:
    from tongchou.exchange import reconcile
    from tongchou.people.tests.make import make_person
    from tongchou.platform.authority.models import Area
    from tongchou.settlement.tests.make import make_charge, settle

    make_county()
    Area.objects.update(self_paid_visits=["pharmacy"])
    place, when = make_institution(), clock.now().strftime("%Y-%m-%d %H:%M")
    settle(make_charge(make_person(), place, "80.00", kind="pharmacy", on=when), when=when)
    (row,) = reconcile.totals_by_kind(place, reconcile.this_month())
    assert (str(row.label), row.count, row.total) == ("其他", 1, 8000)
