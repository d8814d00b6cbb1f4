"""The page's figures are core.simulation's, and those are the window's; what is wrong is named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils.html import escape

from tongchou.core.policy import INITIAL_STATE, Plan, settle
from tongchou.core.simulation import compare, persons, summary, totals
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif import services, years
from tongchou.insight.whatif.desk import Desk
from tongchou.insight.whatif.drafting import send_to_check
from tongchou.insight.whatif.links import bills_url
from tongchou.insight.whatif.moves import ReformRefused
from tongchou.insight.whatif.steps import steps_of
from tongchou.insight.whatif.tests.make import (
    AREA,
    CRITICAL,
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
from tongchou.lake.export import export
from tongchou.lake.reading import open_year
from tongchou.people.tests.make import make_person
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.refusal import Refused
from tongchou.platform.ui import format as fmt
from tongchou.pooling.tests.make import EVE, make_change
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.refold import claim_of, standing
from tongchou.settlement.tests.make import make_charge
from tongchou.settlement.tests.make import settle as settle_charge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]


def desk(**paths: str) -> Desk:
    return make_desk(make_user("clerk"), **moved(**paths))


def by_the_window(plan: Plan) -> dict[int, int]:
    """Return what the funds pay in each person's year when every bill is settled at the window."""
    paid = {}
    for year in PersonYear.objects.filter(scheme="resident"):
        state, paid[year.person_id] = INITIAL_STATE, 0
        for bill in standing(year)[0]:
            outcome = settle(plan, state, claim_of(bill))
            state, paid[year.person_id] = outcome.state, paid[year.person_id] + outcome.fund_total
    return paid


def test_the_pools_policy_is_tried_on_the_bills_of_the_member_and_changed_there() -> None:
    with clock.frozen(EVE):
        change = make_change(starts_on=date(2019, 4, 1))
    user = make_user("clerk")
    theirs = PlanVersion.objects.get(area=change.pool_id)
    tried = make_desk(user, plan=str(theirs.pk), **moved(level3="72"))
    assert (tried.area, tried.ours) == (AREA, False)
    after = tried.after()
    found = effects.effect(tried.fold([after]).comparison, "resident")
    was, now = by_the_window(tried.plan), by_the_window(after)
    assert (found.fund.before, found.fund.after) == (sum(was.values()), sum(now.values()))
    told = {"plan": str(theirs.pk), "year": "2019"} | moved(level3="72")
    assert "送审" not in get(user, "page", **told)
    kept = services.keep(by=user, version=theirs, name="试省里的", moves=tried.moves)
    assert kept.area == AREA and "试省里的" in get(user, "reform", kept.pk)
    with pytest.raises(Refused, match="由那里起草"):
        send_to_check(
            by=user, desk=tried, overlay=tried.overlay, title="省", valid_from=date(2020, 1, 1),
            cases_follow=True,
        )  # fmt: skip


def test_the_figures_are_the_windows() -> None:
    tried = desk(level3="62", critical="13,000.00")
    after = tried.after()
    found = effects.effect(tried.fold([after]).comparison, "resident")
    was, now = by_the_window(tried.plan), by_the_window(after)
    assert found.fund.before == sum(was.values()) == sum(tried.loaded().spent)
    assert found.fund.after == sum(now.values()) != found.fund.before
    gains = [now[person] - was[person] for person in was]
    assert found.moved.better == sum(gain > 0 for gain in gains)
    assert found.moved.gained - found.moved.lost == sum(gains)
    assert sum(one.people for one in found.classes) == found.people == len(was)


def test_the_page_shows_what_simulate_says(lake: Path) -> None:  # noqa: F811
    tried = desk(level3="62")
    year = open_year(lake, AREA, 2019, "resident")
    comparison = compare(year.sources(), year.book, [year.versions, [tried.after()]])
    said = summary(comparison, ["x"], plan="441700-resident", year=2019)["reforms"][0]
    text = post(make_user("clerk"), "effect", **data(), **moved(level3="62"), by="identity")
    difference = sum(totals(comparison, 1)) - sum(totals(comparison, 0))
    assert f"+{fmt.wan(difference)}" in text
    assert f"+{fmt.money(difference)}" in text
    assert said["fund_total"]["difference"] == f"{difference // 100}.{difference % 100:02d}"
    assert f"{persons(comparison, 1).better:,}" in text
    assert "一分不差" in text, "the policy as it is gives what the books paid"


@pytest.mark.parametrize("dimension", list(effects.DIMENSIONS))
def test_every_dimension_adds_up(dimension: str) -> None:
    tried = desk(level3="70", critical="9000")
    found = tried.fold([tried.after()])
    rows = effects.lines(found.comparison, found.of, dimension)
    if dimension in dict(effects.offered(found.comparison)):
        whole = effects.effect(found.comparison, "resident")
        assert sum(row.paid.before for row in rows) == whole.fund.before
        assert sum(row.paid.difference for row in rows) == whole.fund.difference
        many = whole.people if effects.of_people(dimension) else whole.bills
        assert sum(row.many for row in rows) == many
        assert all(row.label for row in rows)
        if effects.of_people(dimension):
            assert sum(row.more for row in rows) == whole.moved.better
            assert sum(row.gained or 0 for row in rows) == whole.moved.gained
        text = post(make_user("clerk"), "effect", **data(), **moved(level3="70"), by=dimension)
        assert all(escape(row.label) in text for row in rows)
    else:
        assert rows == []


@pytest.mark.parametrize(("by", "codes"), [("", [""]), ("month", ["03"]), ("institution", None)])
def test_a_figure_opens_to_its_bills(by: str, codes: list[str] | None) -> None:
    """The list behind a row has as many bills as the row counts."""
    tried = desk(level3="62")
    found = tried.fold([tried.after()])
    rows = effects.lines(found.comparison, found.of, by) if by else []
    client = client_of(make_user("clerk"))
    for code in codes or [row.code for row in rows]:
        many = next((row.many for row in rows if row.code == code), found.comparison.claims)
        text = client.get(bills_url(tried, by, code)).content.decode()
        assert text.count("data-tc-row=") == many


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        (moved(level3="162"), LEVEL3, "不在 0% 到 100% 之间"),
        (moved(level3="abc"), LEVEL3, "“abc”不是百分比"),
        (moved(critical="70000"), "tiers.critical_illness.bands.1.from", "不高于上一段的起点"),
        (moved(critical="-1"), CRITICAL, "小于 0"),
        ({"carried": '[{"path": "tiers.nothing", "set": "1"}]'}, "tiers.nothing", "没有这个数"),
    ],
)
def test_what_cannot_be_a_policy_is_refused_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], path: str, said: str
) -> None:
    def none(*_args: Any) -> None:
        raise AssertionError("nothing may be computed")

    monkeypatch.setattr(years, "fold", none)
    text = post(make_user("clerk"), "effect", status=422, **data(), **fields)
    assert path in text and said in text


def test_a_number_as_it_is_is_no_move() -> None:
    same = desk(level3="60.00", critical="15,000.00")
    assert same.moves == () and same.after() == same.plan
    assert [move.amount for move in desk(level3="62％", critical="1.3").moves] == ["62.00", "1.30"]


def test_what_follows_a_number_is_told() -> None:
    tried = desk(critical="10000")
    changed = {change.path: change.after for change in tried.changes(tried.after())}
    follower = "tiers.critical_illness.identity.destitute.bands.0.from"
    assert changed == {
        CRITICAL: "10,000.00",
        follower: "2,000.00",
        follower.replace("destitute", "registered_poor"): "3,000.00",
    }


def test_each_step_costs_what_it_costs_alone() -> None:
    tried = make_desk(make_user("clerk"), **moved(level3="62", critical="13000"), at=LEVEL3)
    found = steps_of(tried)
    assert found is not None and [one.text for one in found.steps if one.present] == ["60%"]
    assert [one.text for one in found.steps if one.now] == ["62%"]
    for one in found.steps:
        alone = make_desk(
            make_user("clerk"), **moved(level3=one.text.removesuffix("%"), critical="13000")
        )
        whole = effects.effect(alone.fold([alone.after()]).comparison, "resident")
        assert one.change == whole.fund.difference, one.text


def test_steps_leave_out_what_is_no_policy() -> None:
    tried = make_desk(make_user("clerk"), **moved(critical="64500"), at=CRITICAL)
    found = steps_of(tried)
    assert found is not None and found.steps[-1].text == "64,500.00"
    assert "每动 500 元" in post(
        make_user("clerk"), "steps", **data(), **moved(critical="64500"), at=CRITICAL
    )


def test_a_new_copy_is_read_anew(lake: Path) -> None:  # noqa: F811
    before = desk().loaded()
    assert desk().loaded() is before, "the year stays in memory"
    settle_charge(make_charge(make_person(), make_institution(), "5000"), when="2019-04-01 09:00")
    export(lake, AREA)
    again = desk().loaded()
    assert again.year.bills == before.year.bills + 1
    assert sum(again.spent) > sum(before.spent)


def test_a_damaged_file_is_named_and_nothing_computed(lake: Path) -> None:  # noqa: F811
    [path] = lake.rglob("bills/*.parquet")
    path.unlink()
    text = post(make_user("clerk"), "effect", status=422, **data(), **moved(level3="62"))
    assert path.name in text
    (lake / "manifest.json").write_text("{", "utf-8")
    assert "manifest.json" in get(make_user("clerk"), "page", status=409)


def test_the_page_has_a_field_for_every_number() -> None:
    text = get(make_user("clerk"), "page")
    for number in desk().plan.document.numbers():
        if number.kind != "switch":
            assert f'name="n.{number.path}"' in text, number.path
    assert "假定就医行为不变" in text and "三级医院报销提高到60%" in text


def test_without_a_copy_the_page_says_so_and_offers_one(settings: Any, tmp_path: Path) -> None:
    settings.LAKE = tmp_path / "none"
    assert "还没有可以试算的结算单" in get(make_user("clerk"), "page")
    assert "导出数据副本" not in get(make_user("clerk"), "page")
    assert "导出数据副本" in get(make_user("finance"), "page")
    post(make_user("finance"), "copy", status=302)
    post(make_user("clerk"), "copy", status=403)


def test_an_example_opens_with_its_words() -> None:
    person = Settlement.objects.order_by("pk")[0].person
    text = get(make_user("clerk"), "example", **data(), **moved(level3="62"), person=person.pk)
    assert "× 60%" in text and "× 62%" in text and "三级医院报销提高到60%" in text
    assert "待确认" in text
    get(make_user("clerk"), "example", status=404, **data(), person=999_999)
    get(
        make_user("clerk", area="441800", login="far"),
        "example",
        status=404,
        **data(),
        person=person.pk,
    )
    get(make_user("inspector"), "example", status=403, **data(), person=person.pk)


def test_a_policy_that_cannot_be_is_an_error_of_its_own() -> None:
    with pytest.raises(ReformRefused, match="不在 0% 到 100% 之间"):
        desk(level3="101").after()
