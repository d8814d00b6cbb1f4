"""A scheme goes into a pool: from its day the pool's plan holds, and nothing of anybody is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.policy import INITIAL_STATE
from tongchou.core.policy import settle as settle_step
from tongchou.funds.models import Account, Entry, Posting
from tongchou.funds.verify import verify_books
from tongchou.payouts.models import Payable
from tongchou.payouts.tests.make import make_payable
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.people.tests.make import make_person
from tongchou.plans import compiled
from tongchou.plans import queries as plans
from tongchou.plans import services as plan_services
from tongchou.plans.tests.make import make_user
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.authority.pooling import Span, pool_of, within
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act
from tongchou.pooling import queries, services
from tongchou.pooling.models import Change
from tongchou.pooling.obstacles import obstacles
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.queries.replay import replay
from tongchou.settlement.services.refold import claim_of, refold_year
from tongchou.settlement.services.reversal import reverse_and_reprice
from tongchou.settlement.tests.make import at, make_charge, make_county, settle

from .make import AFTER, AREA, DAY, EVE, POOL, make_change, make_pool, make_pool_plan

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
KEPT: tuple[type[Model], ...] = (
    Person, Enrolment, Identity, PersonYear, Settlement, Entry, Posting, Payable, Case,
)  # fmt: skip


@pytest.fixture(autouse=True)
def county() -> Iterator[None]:
    with clock.frozen(EVE):
        make_county()
        yield


def rows(model: type[Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def test_nothing_is_lost_and_the_year_goes_on_under_the_plan_of_the_pool() -> None:
    place, person = make_institution(level="level3"), make_person(identities=["low_income"])
    first = settle(
        make_charge(person, place, "50000.00", on="2019-02-01 08:00"), when="2019-02-01 09:00"
    )
    make_payable(person=person)
    Case.objects.create(
        area=AREA, kind="rosters", key="F1|x|2019", code="F1", subject=person.psn_no,
        state="issued", found_at=EVE, seen_in="r", seen_at=EVE, moved_at=EVE,
    )  # fmt: skip
    before = {model: rows(model) for model in KEPT}
    assert all(before.values()), "of each there is something to lose"
    balances = list(Account.objects.filter(area=AREA).order_by("pk").values("pk", "balance"))
    change = make_change()
    # The change writes its fact and opens accounts; no row of anybody's is another.
    assert {model: rows(model) for model in KEPT} == before
    known = [one["pk"] for one in balances]
    assert balances == list(
        Account.objects.filter(pk__in=known).order_by("pk").values("pk", "balance")
    )
    state = tuple(PersonYear.objects.get().state)
    second = settle(
        make_charge(person, place, "50000.00", on="2019-03-05 08:00"), when="2019-03-05 09:00"
    )
    ours = plans.plan_in_force(AREA, "resident", DAY - timedelta(days=1))
    theirs = plans.plan_in_force(POOL, "resident", DAY)
    assert first.plan_id == ours.plan_id and second.plan_id == theirs.plan_id != ours.plan_id
    # The second bill begins where the first ended, under the other plan.
    assert second.area == AREA and tuple(second.state_before) == state != INITIAL_STATE
    expected = settle_step(theirs, state, claim_of(second))
    assert second.basic == expected.pays[0] > settle_step(ours, state, claim_of(second)).pays[0]
    folded, last = refold_year(PersonYear.objects.get())
    assert [any(one.difference) for one in folded] == [False, False]
    assert last == tuple(PersonYear.objects.get().state)
    again = replay(AREA, 2019)
    assert (again.bills, again.differences) == (2, [])
    # A bill from before is undone in the books in which it stands, and the later one follows.
    reverse_and_reprice(number=first.pk, at=at("2019-03-06 09:00"), actor="test", reason="重复上传")
    assert refold_year(PersonYear.objects.get())[0][0].difference == (0,) * 7
    assert not [fault for area in (AREA, POOL) for fault in verify_books(area)]
    assert change.pooling is not None and not Posting.objects.filter(account__area=POOL).exists()


def test_the_plan_is_looked_up_by_the_day_of_the_bill() -> None:
    make_change()
    for on, area in ((DAY - timedelta(days=1), AREA), (DAY, POOL), (date(2030, 1, 1), POOL)):
        version = plans.version_in_force(AREA, "resident", on)
        assert version is not None and version.area == area
        assert plans.plan_in_force(AREA, "resident", on).plan_id == version.plan_id
    # The other scheme stays, and so does another area.
    assert plans.version_in_force(AREA, "employee", DAY).area == AREA  # type: ignore[union-attr]
    assert pool_of("441800", "resident", DAY) == "441800"


def test_another_process_sees_the_change_and_what_the_pool_adopts() -> None:
    make_pool()
    day = DAY + timedelta(days=30)

    def seen_by_another(act: Any) -> tuple[str, str]:
        before = plans.plan_in_force(AREA, "resident", day).plan_id
        held = compiled._books[AREA]
        done = act()
        compiled._books[AREA] = held  # as another process still has it
        return before, plans.plan_in_force(AREA, "resident", day).plan_id if done else ""

    own, pooled = seen_by_another(make_change)
    assert own != pooled
    before, adopted = seen_by_another(
        lambda: make_pool_plan(rate="75%", valid_from=date(2019, 3, 15))
    )
    assert before == pooled != adopted
    change = Change.objects.get()
    _before, back = seen_by_another(
        lambda: services.withdraw_change(by=make_user("director"), change=change, reason="文件改期")
    )
    assert back == own


SPELLS = st.lists(
    st.tuples(
        st.sampled_from(["resident", "employee"]),
        st.sampled_from(["440000", "440001"]),
        st.integers(0, 60),
        st.integers(1, 40),
    ),
    max_size=4,
)


@given(SPELLS, st.integers(0, 100), st.sampled_from(["resident", "employee"]))
def test_on_every_day_one_area_decides(
    spells: list[tuple[str, str, int, int]], day: int, scheme: str
) -> None:
    origin = date(2019, 1, 1)
    spans: list[Span] = []
    covered: dict[tuple[str, int], str] = {}
    for of, pool, start, length in spells:
        days = range(start, start + length)
        if any((of, one) in covered for one in days):
            continue  # the database refuses it
        covered |= {(of, one): pool for one in days}
        end = origin + timedelta(days=start + length)
        spans.append(Span(of, pool, origin + timedelta(days=start), end))
    found = within(spans, AREA, scheme, origin + timedelta(days=day))
    assert found == covered.get((scheme, day), AREA)


def test_from_the_city_to_the_province() -> None:
    city, province = make_pool("440001", rate="65%"), make_pool()
    make_change(city)
    later = date(2020, 1, 1)
    change = make_change(province, starts_on=later)
    assert [pool_of(AREA, "resident", on) for on in (EVE.date(), DAY, later)] == [
        AREA, "440001", POOL,
    ]  # fmt: skip
    first = Change.objects.get(pool=city)
    with pytest.raises(Refused, match="先撤回那一次"):
        services.withdraw_change(by=make_user("director"), change=first, reason="错")
    services.withdraw_change(by=make_user("director"), change=change, reason="改期")
    assert pool_of(AREA, "resident", later) == "440001"
    services.withdraw_change(by=make_user("director"), change=first, reason="改期")
    assert pool_of(AREA, "resident", later) == AREA
    assert Act.objects.filter(verb="pooling.change.withdrawn").count() == 2
    # Taken back, it can be asked for again.
    make_change(province)


def test_two_people_of_the_two_areas() -> None:
    change = make_change(confirmed=False)

    def confirm(by: User) -> Change:
        return services.confirm_change(by=by, change=change)

    def drop(by: User) -> Change:
        return services.drop_change(by=by, change=change, reason="不")

    for act in (confirm, drop):
        with pytest.raises(NotAllowed, match="另一个人"):
            act(make_user("clerk"))
        with pytest.raises(NotAllowed, match="别的统筹区"):
            act(make_user("approver", area="441800"))
    with pytest.raises(Refused, match="没有原因"):
        services.drop_change(by=make_user("approver"), change=change, reason=" ")
    services.confirm_change(by=make_user("approver", area=POOL), change=change)  # the pool's own
    with pytest.raises(Refused, match="已确认"):
        services.drop_change(by=make_user("approver"), change=change, reason="不")
    with clock.frozen(AFTER), pytest.raises(Refused, match="已经起统筹"):
        services.withdraw_change(by=make_user("approver"), change=change, reason="不")


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"scheme": "nobody"}, "scheme", "没有这个险种"),
        ({"starts_on": EVE.date()}, "starts_on", "晚于今天"),
        ({"ground": "  "}, "ground", "没有依据"),
        ({"ground": "字" * 201}, "ground", "最多 200 字"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_named(
    wrong: dict[str, Any], field: str, words: str
) -> None:
    told: dict[str, Any] = {"scheme": "resident", "pool": make_pool(), "starts_on": DAY}
    with pytest.raises(Refused, match=words) as refused:
        services.propose_change(by=make_user("clerk"), **(told | {"ground": "文"} | wrong))
    assert refused.value.field == field and not Change.objects.exists()


def test_what_stands_in_the_way_is_said_before_and_refused_after() -> None:
    pool, county = make_pool(scheme=""), Area.objects.get(pk=AREA)

    def said(pool: Area = pool, scheme: str = "resident", on: date = DAY) -> str:
        return "；".join(one.short for one in obstacles(county, scheme, pool, on))

    assert "还没有那天执行的城乡居民政策" in said()
    waits = make_change(pool, confirmed=False)
    with pytest.raises(Refused, match="还没有那天执行"):
        services.confirm_change(by=make_user("approver"), change=waits)
    with pytest.raises(Refused, match="已有一次变更待确认"):
        make_change(pool, confirmed=False)
    make_pool_plan()
    assert said() == "" and "不能统筹到自己" in said(county)
    assert "晚于今天" in said(on=EVE.date())
    services.confirm_change(by=make_user("approver"), change=waits)
    assert "那天已经统筹到" in said(on=DAY + timedelta(days=9))
    assert "已经确认 2019-03-01 起统筹" in said(on=DAY - timedelta(days=9))
    # Chains: the pool goes elsewhere, or the county has members itself.
    top = make_pool("440002")
    pool_side = obstacles(pool, "resident", top, DAY)
    assert "下面还有别的统筹区" in pool_side[0].short
    assert "自己又统筹到别处" in "；".join(
        one.short for one in obstacles(top, "resident", county, DAY)
    )
    # A bill of the day itself: it was settled by the plan of before.
    person, place = make_person(), make_institution()
    settle(make_charge(person, place, "900.00", on="2020-05-01 08:00"), when="2020-05-01 09:00")
    assert "已有结算的单据" in said(top, on=date(2020, 5, 1))
    assert "已有结算的单据" not in said(top, on=date(2020, 5, 2))


def test_a_benefit_that_the_pool_does_not_have_is_an_obstacle() -> None:
    pool, county = make_pool(), Area.objects.get(pk=AREA)
    make_pool_plan(AREA, valid_from=date(2019, 2, 20), visits="inpatient, outpatient")
    [found] = obstacles(county, "resident", pool, DAY)
    assert "普通门诊" in found.short and "会被拒绝" in found.remedy
    # What the county lets be settled as wholly self-paid is not refused.
    county.self_paid_visits = ["outpatient"]
    assert not obstacles(county, "resident", pool, DAY)


def test_the_handover_says_the_same_before_and_after() -> None:
    place, person = make_institution(level="level3"), make_person()
    settle(make_charge(person, place, "50000.00", on="2019-02-01 08:00"), when="2019-02-01 09:00")
    change = make_change(confirmed=False)
    before = queries.handover(change)
    assert (before.insured, before.years, before.bills) == (1, 1, 1)
    assert before.paid == Settlement.objects.get().fund_total
    assert sum(one.owed for one in before.funds) == before.paid
    assert all(one.left == one.deposits - one.owed for one in before.funds)
    services.confirm_change(by=make_user("approver"), change=change)
    for one in (person, make_person()):
        settle(make_charge(one, place, "9000.00", on="2019-03-09 08:00"), when="2019-03-09 09:00")
    # Somebody else who is insured meanwhile is what may differ.
    before = replace(before, insured=before.insured + 1)
    assert queries.handover(change) == before
    with clock.frozen(datetime(2019, 6, 1, 9, 0, tzinfo=SHANGHAI)):
        assert queries.handover(change) == before


def test_a_member_reads_the_policies_of_its_pool_and_changes_none() -> None:
    make_change()
    mine, theirs = (plans.version_in_force(a, "resident", DAY) for a in ("441800", POOL))
    assert mine is None and theirs is not None
    assert theirs in plans.readable(AREA) and theirs not in plans.readable("441800")
    assert plans.version_behind(AREA, theirs.plan_id) == theirs
    with pytest.raises(Refused, match="由那里起草"):
        plan_services.revise_plan(
            by=make_user("clerk"), revises=theirs, title="改", valid_from=date(2020, 1, 1)
        )
    # A draft of the pool's is its own affair.
    draft = plan_services.revise_plan(
        by=make_user("clerk", area=POOL), revises=theirs, title="草案", valid_from=date(2020, 1, 1)
    )
    assert draft not in plans.readable(AREA)


def attack(sql: str) -> str:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
    return str(refused.value)


NEW = (
    'insert into authority_pooling (area_id, scheme, pool_id, start, "end", changed_at) values '
    "('{area}', 'resident', '{pool}', '{start}', {end}, '2019-02-15 00:00:00')"
)


def test_the_fact_is_guarded_by_the_database() -> None:
    make_pool("440002")
    change = make_change()
    spell = Pooling.objects.get()
    for told, name in (
        ({"area": AREA, "pool": "440002", "start": "2019-06-01", "end": "null"}, "once_a_day"),
        ({"area": AREA, "pool": AREA, "start": "2018-01-01", "end": "'2018-02-01'"}, "is_another"),
        ({"area": AREA, "pool": POOL, "start": "2018-01-01", "end": "'2018-01-01'"}, "spell"),
        # The pool goes into another, and another goes into the member.
        ({"area": POOL, "pool": "440002", "start": "2019-06-01", "end": "null"}, "no_chain"),
        ({"area": "440002", "pool": AREA, "start": "2018-06-01", "end": "null"}, "no_chain"),
    ):
        assert name in attack(NEW.format(**told)), told
    for sql in (
        f"update authority_pooling set pool_id = '440002' where id = {spell.pk}",
        f"update authority_pooling set start = '2019-01-01' where id = {spell.pk}",
        f"delete from authority_pooling where id = {spell.pk}",
        f"update pooling_change set starts_on = '2019-01-01' where id = {change.pk}",
        f"delete from pooling_change where id = {change.pk}",
    ):
        assert "refused" in attack(sql), sql
    # Before and after a spell another may stand; an end that lets two overlap may not be moved.
    run = NEW.format(area=AREA, pool="440002", start="2018-01-01", end="'2019-03-01'")
    with connection.cursor() as cursor:
        cursor.execute(run)
    assert "once_a_day" in attack(
        "update authority_pooling set \"end\" = '2019-03-02' where start = '2018-01-01'"
    )
    services.withdraw_change(by=make_user("director"), change=change, reason="改期")
    assert "refused" in attack(
        f"update authority_pooling set struck_at = null where id = {spell.pk}"
    )
    assert "refused" in attack(f"update pooling_change set reason = '' where id = {change.pk}")


def test_a_change_is_signed_by_two() -> None:
    make_change(confirmed=False)
    who = make_user("clerk").pk
    assert "two_people" in attack(
        f"update pooling_change set state = 'dropped', reason = 'x', decided_by_id = {who}"
    )
    other = make_user("approver").pk
    assert "change_state" in attack(
        f"update pooling_change set state = 'confirmed', decided_by_id = {other}"
    )


def test_midnight_divides_the_plans() -> None:
    make_change()
    place = make_institution(level="level3")
    bills = [
        settle(make_charge(make_person(), place, "9000.00", on="2019-02-28 08:00"), when=when)
        for when in ("2019-02-28 23:59", "2019-03-01 00:00")
    ]
    assert [plans.version_behind(AREA, b.plan_id).area for b in bills] == [AREA, POOL]  # type: ignore[union-attr]
    assert bills[0].settled_at < at("2019-03-01 00:00") <= bills[1].settled_at
