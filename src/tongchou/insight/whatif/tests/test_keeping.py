"""Kept reforms: whose they are, what is refused, what they leave in the trail."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from tongchou.core.policy import Move, read_reform
from tongchou.insight.whatif import services
from tongchou.insight.whatif.access import access_reform, reforms_of
from tongchou.insight.whatif.models import Reform
from tongchou.insight.whatif.moves import ReformRefused
from tongchou.insight.whatif.tests.make import (
    LEVEL3,
    client_of,
    data,
    get,
    lake,  # noqa: F401
    make_desk,
    make_user,
    moved,
    post,
)
from tongchou.plans.tests.make import make_plan
from tongchou.platform import clock
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db


def kept(name: str = "三级 62", login: str = "", *moves: Move) -> Reform:
    by = make_user("clerk", login=login)
    return services.keep(
        by=by, version=make_plan(), name=name, moves=moves or (Move(LEVEL3, "set", "62"),)
    )


def test_a_reform_is_kept_for_its_owner_until_shared() -> None:
    mine, other = kept(), make_user("reviewer")
    assert list(reforms_of(mine.owner, "resident")) == [mine]
    with pytest.raises(Http404):
        access_reform(other, mine.pk)
    services.share(reform=mine, by=mine.owner, shared=True)
    assert access_reform(other, mine.pk) == mine
    far = make_user("clerk", area="441800", login="far")
    with pytest.raises(Http404):
        access_reform(far, mine.pk)


def test_others_may_copy_but_not_change() -> None:
    mine, other = kept(), make_user("reviewer")
    services.share(reform=mine, by=mine.owner, shared=True)
    for act in (
        lambda: services.rename(reform=mine, by=other, name="x", why=""),
        lambda: services.change(
            reform=mine, by=other, version=make_plan(), moves=(Move(LEVEL3, "set", "1"),)
        ),
        lambda: services.share(reform=mine, by=other, shared=False),
        lambda: services.drop(reform=mine, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
    copied = services.copy(reform=mine, by=other, name="我的")
    assert (copied.owner, copied.changes, copied.shared) == (other, mine.changes, False)


def test_every_act_is_in_the_trail() -> None:
    mine = kept()
    services.change(
        reform=mine, by=mine.owner, version=make_plan(), moves=(Move(LEVEL3, "set", "63"),)
    )
    services.rename(reform=mine, by=mine.owner, name="三级 63", why="试试")
    services.share(reform=mine, by=mine.owner, shared=True)
    services.share(reform=mine, by=mine.owner, shared=False)
    services.drop(reform=mine, by=mine.owner)
    acts = Act.objects.filter(object_type="reform").order_by("at", "pk")
    verbs = [act.verb.removeprefix("whatif.reform.") for act in acts]
    assert sorted(verbs) == sorted(["kept", "changed", "renamed", "shared", "unshared", "dropped"])
    assert not Reform.objects.exists()


def test_a_name_is_needed_and_is_the_owners_own() -> None:
    kept()
    for name in ("", "   ", "长" * 61, "三级 62"):
        with pytest.raises(Refused) as refused:
            kept(name)
        assert refused.value.field == "name"
    assert kept("三级 62", "another").name == "三级 62"


@pytest.mark.parametrize(
    ("path", "amount", "said"),
    [
        ("tiers.basic.rate.level9", "62", "没有这个数"),
        (LEVEL3, "162", "不在 0% 到 100% 之间"),
        ("tiers.critical_illness.bands.0.from", "66000", "不高于上一段的起点"),
    ],
)
def test_what_is_no_policy_is_not_kept(path: str, amount: str, said: str) -> None:
    with pytest.raises(ReformRefused, match=said) as refused:
        kept("x", "", Move(path, "set", amount))
    assert any(
        path in problem.path or "bands" in problem.path for problem in refused.value.problems
    )
    assert not Reform.objects.exists()
    with pytest.raises(Refused, match="没有改动"):
        services.keep(by=make_user("clerk"), version=make_plan(), name="空", moves=())


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scheme": "nobody"}, {"name": "三级 62"}])
def test_the_database_refuses_what_the_services_do(wrong: dict[str, str]) -> None:
    mine = kept()
    row = {
        "area": mine.area,
        "scheme": mine.scheme,
        "name": "y",
        "changes": [],
        "owner": mine.owner,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Reform.objects.create(**{**row, **wrong}, made_at=clock.now())


@pytest.mark.usefixtures("lake")
def test_a_kept_reform_opens_in_its_fields() -> None:
    user = make_user("clerk")
    answer = client_of(user).post(
        reverse("whatif:keep"), {**data(), **moved(level3="62", critical="13,000"), "name": "两处"}
    )
    mine = Reform.objects.get()
    assert answer["Location"].startswith(f"{reverse('whatif:page')}?r={mine.pk}&")
    text = get(user, "page", r=mine.pk)
    assert 'value="62"' in text and 'value="13,000.00"' in text and "两处" in text
    opened = make_desk(user, r=str(mine.pk))
    assert {move.path: move.amount for move in opened.moves} == {
        row["path"]: row["set"] for row in mine.changes
    }
    post(user, "change", mine.pk, status=302, **data(), **moved(level3="63"))
    mine.refresh_from_db()
    assert [row["set"] for row in mine.changes] == ["63.00"]


@pytest.mark.usefixtures("lake")
def test_a_refused_name_leaves_the_fields_as_they_are() -> None:
    user = make_user("clerk")
    sent = {**data(), **moved(level3="62"), "name": ""}
    answer = client_of(user).post(reverse("whatif:keep"), sent, follow=True)
    text = answer.content.decode()
    assert "没有名称" in text and 'value="62"' in text and not Reform.objects.exists()


def test_the_file_is_what_simulate_reads() -> None:
    mine = kept("三级 62")
    answer = client_of(mine.owner).get(reverse("whatif:file", args=[mine.pk]))
    read = read_reform(answer.content.decode(), source="x")
    assert (read.name, read.moves) == ("三级 62", (Move(LEVEL3, "set", "62"),))


@pytest.mark.usefixtures("lake")
def test_what_no_field_shows_is_carried() -> None:
    user = make_user("clerk")
    path = "tiers.critical_illness.identity.disabled.cap"
    row = "tiers.basic.identity.destitute.rate.level3"
    services.keep(by=user, version=make_plan(), name="新的一行", moves=(Move(row, "set", "80"),))
    opened = make_desk(user, r=str(Reform.objects.get().pk))
    assert opened.fields == {} and [move.path for move in opened.moves] == [row]
    again = make_desk(user, carried=opened.carried, **moved(level3="61"))
    assert {move.path for move in again.moves} == {row, LEVEL3}
    assert path not in again.carried


@pytest.mark.usefixtures("lake")
def test_the_page_of_a_reform_offers_what_one_may_do() -> None:
    mine = kept()
    text = get(mine.owner, "reform", mine.pk)
    for offered in ("改名", "共享给局里", "删除方案", "另存一份", "送审"):
        assert offered in text, offered
    post(mine.owner, "share", mine.pk, status=302, shared="1")
    text = get(make_user("director"), "reform", mine.pk)
    assert "另存一份" in text and "删除方案" not in text and "送审" not in text
    post(make_user("director"), "rename", mine.pk, status=403, name="x")
    post(make_user("director"), "drop", mine.pk, status=403)
    post(make_user("director"), "duplicate", mine.pk, status=302, name="局长的")
    post(mine.owner, "rename", mine.pk, status=302, name="新名", why="因为")
    post(mine.owner, "drop", mine.pk, status=302)
    assert [one.name for one in Reform.objects.all()] == ["局长的"]
