"""Links are made, ended and struck by rules that each refusal names."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from tongchou.people import services as people
from tongchou.people.hooks import merge_obstacles
from tongchou.people.services import merge_records, propose_merge
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.sharing import queries, services
from tongchou.sharing.models import AccountLink
from tongchou.sharing.tests.make import START, make_link, make_owner

pytestmark = pytest.mark.django_db


def refused(match: str, field: str | None = None, **told: object) -> None:
    with pytest.raises(Refused, match=match) as refusal, transaction.atomic():
        make_link(**told)  # type: ignore[arg-type]
    assert field is None or refusal.value.field == field
    assert "请" in str(refusal.value)


def test_a_link_is_made_from_a_day_with_its_evidence() -> None:
    made = make_link()
    assert (made.relation, made.start, made.end) == ("child", START, None)
    act = Act.objects.get(verb="sharing.linked")
    assert (act.object_type, act.object_id) == ("account_link", str(made.pk))
    assert queries.given_by(made.owner) == [made] == queries.given_to(made.member)


def test_who_may_be_linked_and_from_when() -> None:
    owner = make_owner()
    refused("本人", "member", owner=owner, member=owner)
    refused("从 2021-04-22 起才能绑定", "start", owner=owner, start=date(2021, 4, 21))
    refused("从 2024-08-01 起", "start", owner=owner, relation="kin", start=date(2024, 7, 31))
    refused("不认识关系", "relation", owner=owner, relation="friend")
    refused("没有参加职工医保", "start", owner=make_person())
    refused("还没有个人账户", "owner", owner=make_owner(fen=0))
    refused("不在同一统筹区", "member", owner=owner, member=make_person(area="441800"))
    dead = make_person()
    people.record_death(actor="test", person=dead, died_on=clock.today(), source="公安")
    dead.refresh_from_db()
    refused("死亡", "member", owner=owner, member=dead)
    assert not AccountLink.objects.exists()
    assert make_link(owner=owner, relation="kin", start=date(2024, 8, 1)).pk


def test_one_link_of_a_pair_on_a_day() -> None:
    first = make_link()
    refused("已有绑定", "start", owner=first.owner, member=first.member)
    make_link(owner=first.owner)  # several members
    make_link(owner=make_owner(), member=first.member)  # several owners
    end = START + timedelta(days=30)
    services.unlink(actor="test", link=first, end=end, source="本人申请")
    make_link(owner=first.owner, member=first.member, start=end)


def test_a_link_ends_once_and_after_it_began() -> None:
    link = make_link()
    with pytest.raises(Refused, match="不晚于绑定日"):
        services.unlink(actor="test", link=link, end=START, source="离婚")
    with pytest.raises(Refused, match="来源"):
        services.unlink(actor="test", link=link, end=clock.today(), source=" ")
    done = services.unlink(actor="test", link=link, end=clock.today(), source="离婚")
    assert (done.end, done.ended_source) == (clock.today(), "离婚")
    with pytest.raises(Refused, match="已从"):
        services.unlink(actor="test", link=link, end=clock.today(), source="离婚")
    assert Act.objects.filter(verb="sharing.unlinked").count() == 1


def test_a_wrong_link_is_struck_and_stays() -> None:
    link = make_link()
    with pytest.raises(Refused, match="更正原因"):
        services.strike(actor="test", link=link, reason="")
    services.strike(actor="test", link=link, reason="登错了人")
    link.refresh_from_db()
    assert link.struck_at is not None and link.struck_reason == "登错了人"
    with pytest.raises(Refused, match="已更正"):
        services.strike(actor="test", link=link, reason="又")
    with pytest.raises(Refused, match="已更正"):
        services.unlink(actor="test", link=link, end=clock.today(), source="x")
    make_link(owner=link.owner, member=link.member)


@pytest.mark.parametrize("text", ["来" * 101])
def test_long_words_are_refused(text: str) -> None:
    owner, member = make_owner(), make_person()
    with pytest.raises(Refused, match="最多 100 字"):
        services.link(actor="test", owner=owner, member=member, relation="child", source=text)
    link = make_link(owner, member)
    with pytest.raises(Refused, match="最多 100 字"):
        services.unlink(actor="test", link=link, end=clock.today(), source=text)
    with pytest.raises(Refused, match="最多 200 字"):
        services.strike(actor="test", link=link, reason=text * 2)


def test_a_record_that_goes_has_no_link_left() -> None:
    link = make_link()
    keep = make_person(scheme=None)
    for gone in (link.owner, link.member):
        assert any("家庭共济" in reason for reason in merge_obstacles(keep, gone))
        assert not any("家庭共济" in reason for reason in merge_obstacles(gone, keep))
    services.unlink(actor="test", link=link, end=clock.today(), source="并档")
    assert not any("家庭共济" in reason for reason in merge_obstacles(keep, link.member))


def test_a_record_that_has_gone_is_not_linked() -> None:
    gone, keep = make_person(scheme=None), make_person()
    merge = propose_merge(by=make_user("clerk"), keep=keep, gone=gone, evidence="同一人")
    merge_records(by=make_user("reviewer"), merge=merge)
    refused("已并入", member=gone)
