"""The pages: from the person's page to a link, its end, and the lines of an account."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.funds import services as funds
from tongchou.funds.models import AccountMove
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tests.make import AREA, make_link, make_owner

pytestmark = pytest.mark.django_db


def client(role: str) -> Client:
    found = Client()
    found.force_login(make_user(role))
    return found


def page(who: Client, name: str, *args: object, **asked: str) -> str:
    answer = who.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def words(text: str) -> str:
    """The text without its marks: an amount is written in pieces."""
    return re.sub(r"<[^>]+>", "", text)


def draw(link: AccountLink, fen: int) -> int:
    """Have the account pay for the member's bill today, as a bill posts it."""
    fund = "personal_account"
    return funds.post_entry(
        kind="settlement", area=AREA, summary="测试", actor="test",
        lines=[(fund, "2001", fen), (fund, "2101", -fen)],
        moves=[(link.owner_id, -fen, link.member_id)],
    )  # fmt: skip


def test_a_link_is_made_on_the_owners_page() -> None:
    owner, member = make_owner(name="何伟明"), make_person(name="何小丽")
    clerk = client("clerk")
    text = page(clerk, "people:person", owner.psn_no)
    url = reverse("sharing:new", args=[owner.psn_no])
    assert "余额 100.00" in words(text) and url in text and "只付本人的费用" in text
    assert "国办发〔2021〕14号" in page(clerk, "sharing:new", owner.psn_no)
    told = {"member": "0", "relation": "child", "start": "2025-01-01", "source": "户口簿"}
    for wrong, said in (
        ({"member": "999999999"}, "没有这个编号"),
        ({"member": "何小丽"}, "没有这个编号"),
        ({"member": owner.psn_no}, "本人的账户本来就能用"),
        ({"member": member.id_no, "start": "2020-01-01"}, "才能绑定"),
    ):
        answer = clerk.post(url, told | wrong)
        assert answer.status_code == 409 and said in answer.content.decode()
    answer = clerk.post(url, told | {"member": member.id_no})
    link = AccountLink.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("sharing:link", args=[link.pk])  # type: ignore[attr-defined]
    for person, other in ((owner, "何小丽"), (member, "何伟明")):
        text = page(clerk, "people:person", person.psn_no)
        assert other in text and answer.url in text and "待确认" in text  # type: ignore[attr-defined]
    assert "何小丽" in page(clerk, "sharing:list", state="live", person=member.psn_no)


def test_a_link_is_ended_beside_what_was_drawn() -> None:
    link, clerk = make_link(make_owner(500)), client("clerk")
    assert "还没有用过" in page(clerk, "sharing:link", link.pk)
    draw(link, 300)
    text = page(clerk, "sharing:link", link.pk)
    assert "3.00" in words(text) and "最后一次用在" in text
    assert reverse("sharing:strike", args=[link.pk]) not in text
    url, today = reverse("sharing:unlink", args=[link.pk]), str(clock.today())
    answer = clerk.post(url, {"end": today, "source": "离婚"})
    assert answer.status_code == 409 and "还用过" in answer.content.decode()
    assert clerk.post(url, {"end": "", "source": ""}).status_code == 409
    assert clerk.post(url, {"end": "2099-01-01", "source": "离婚"}).status_code == 302
    text = page(clerk, "sharing:link", link.pk)
    assert "离婚" in text and url not in text and "2099-01-01" in text


def test_a_wrong_link_is_struck() -> None:
    link, clerk = make_link(), client("clerk")
    url = reverse("sharing:strike", args=[link.pk])
    assert url in page(clerk, "sharing:link", link.pk)
    assert clerk.post(url, {"reason": ""}).status_code == 409
    assert clerk.post(url, {"reason": "登错了人"}).status_code == 302
    text = page(clerk, "sharing:link", link.pk)
    assert "登错了人" in text and url not in text
    assert link.member.name in page(clerk, "sharing:list", state="struck")


def test_the_lines_of_an_account_open_to_their_reason() -> None:
    link, finance = make_link(make_owner(500, name="何伟明")), client("finance")
    number = draw(link, 300)
    text = page(finance, "sharing:moves", person=link.owner.psn_no)
    assert "何伟明" in text and link.member.name in text
    assert "2.00" in words(text)  # what is left is what the lines come to
    assert reverse("bills:statement", args=[number]) in text
    paid_in = AccountMove.objects.get(amount=500).entry_id
    voucher = reverse("funds:entry", args=[paid_in])
    assert voucher in text
    assert voucher not in page(client("clerk"), "sharing:moves", person=link.owner.psn_no)
    assert "何伟明" not in page(finance, "sharing:moves", way="own")
    assert "何伟明" in page(finance, "sharing:moves", way="shared")
    assert "何伟明" in page(finance, "sharing:moves", way="in")


def test_who_may_only_look_is_offered_nothing_to_do() -> None:
    link, auditor = make_link(), client("auditor")
    text = page(auditor, "sharing:link", link.pk)
    for act in ("unlink", "strike"):
        assert reverse(f"sharing:{act}", args=[link.pk]) not in text
    assert reverse("sharing:new", args=[link.owner.psn_no]) not in page(
        auditor, "people:person", link.owner.psn_no
    )
    assert auditor.post(reverse("sharing:unlink", args=[link.pk])).status_code == 403


def test_every_state_of_a_link_has_its_list() -> None:
    clerk = client("clerk")
    later = make_link(member=make_person(name="后来的"), start=date(2099, 1, 1))
    assert later.member.name in page(clerk, "sharing:list", state="later")
    assert later.member.name not in page(clerk, "sharing:list", state="live")
    assert later.member.name not in page(clerk, "sharing:list", state="ended")


def test_a_person_without_any_account_is_told_where_to_go() -> None:
    person = make_person()
    assert "请到那位职工的页面绑定" in page(client("clerk"), "people:person", person.psn_no)
