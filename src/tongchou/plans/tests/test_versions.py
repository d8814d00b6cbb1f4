"""Three signatures, words that stay, and which plan holds when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from tongchou.core.policy import INITIAL_STATE, Claim, settle
from tongchou.plans import compiled, queries, services, verbs
from tongchou.plans.editing import Assumption, Quotation
from tongchou.plans.models import PlanVersion
from tongchou.plans.tests.make import AREA, adopt, make_draft, make_plan, make_plans, make_user
from tongchou.platform import clock
from tongchou.platform.authority.models import Area
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
DOCUMENT = Quotation("岭海县 2027 年待遇通知", "第二条", "三级医院报销提高到62%")
LEVEL3 = "tiers.basic.rate.level3"
BILL = Claim(
    visit="inpatient",
    level="level3",
    out_of_area=False,
    status=None,
    identities=(),
    total=5_000_000,
    in_scope=5_000_000,
)


def raised(draft: PlanVersion) -> PlanVersion:
    """Raise level 3 to 62% with its document, and take the changed results into the cases."""
    version = services.edit_number(
        version=draft, by=make_user("clerk"), path=LEVEL3, value="62", evidence=DOCUMENT
    )
    return services.take_results(version=version, by=make_user("clerk"))


def test_the_shipped_policies_are_in_force_until_replaced() -> None:
    make_plans()
    for day in (date(2019, 1, 1), date(2031, 7, 9)):
        assert queries.plan_in_force(AREA, "resident", day).scheme == "resident"
    with pytest.raises(LookupError, match="2018-12-31"):
        queries.plan_in_force(AREA, "resident", date(2018, 12, 31))


@pytest.mark.parametrize("area", ["441700", "370830", "330500"])
def test_every_shipped_policy_can_be_installed(area: str) -> None:
    found = make_plans(area)
    assert found and all(version.state == "adopted" for version in found)


def test_installing_twice_adds_nothing() -> None:
    first = make_plans()
    assert {v.scheme for v in first} == {"resident", "employee"}
    assert make_plans() == []
    assert PlanVersion.objects.count() == len(first)


def test_a_replaced_plan_still_answers_for_its_bills() -> None:
    old = make_plan()
    before = settle(queries.by_plan_id(old.plan_id), INITIAL_STATE, BILL)
    new = adopt(raised(make_draft()))
    assert queries.plan_in_force(AREA, "resident", date(2026, 12, 31)).plan_id == old.plan_id
    now = queries.plan_in_force(AREA, "resident", date(2027, 1, 1))
    assert now.plan_id == new.plan_id != old.plan_id
    assert settle(queries.by_plan_id(old.plan_id), INITIAL_STATE, BILL) == before
    assert before.pays[0] == 2_958_000
    assert settle(now, INITIAL_STATE, BILL).pays[0] == 3_056_600  # (50,000 - 700) x 62%
    with pytest.raises(LookupError):
        queries.by_plan_id("0" * 64)


def test_an_adoption_elsewhere_is_noticed_by_its_epoch() -> None:
    draft = raised(make_draft())
    later = raised(make_draft(valid_from=date(2028, 1, 1)))
    adopt(later)
    mark = queries.epoch(AREA)
    held = queries.plan_in_force(AREA, "resident", date(2027, 6, 1), mark=mark)
    book = compiled._books[AREA]
    adopt(draft)  # the lower id, adopted later
    compiled._books[AREA] = book  # as another process still has it
    assert queries.epoch(AREA) != mark
    now = queries.plan_in_force(AREA, "resident", date(2027, 6, 1))
    assert now.plan_id == draft.plan_id != held.plan_id


def test_the_plan_in_force_costs_one_query_then_none(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_plans()
    mark = queries.epoch(AREA)
    queries.plan_in_force(AREA, "resident", date(2026, 1, 1))
    with django_assert_num_queries(1):
        queries.plan_in_force(AREA, "resident", date(2026, 1, 1))
    with django_assert_num_queries(0):
        queries.plan_in_force(AREA, "employee", date(2026, 1, 1), mark=mark)


def test_nobody_signs_twice() -> None:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    draft = raised(make_draft())
    services.submit_plan(version=draft, by=clerk)
    with pytest.raises(NotAllowed, match="起草人"):
        services.check_plan(version=draft, by=clerk)
    services.check_plan(version=draft, by=reviewer)
    for signed in (clerk, reviewer):
        with pytest.raises(NotAllowed, match="第三人"):
            services.adopt_plan(version=draft, by=signed)
    assert services.adopt_plan(version=draft, by=make_user("director")).state == "adopted"


@pytest.mark.parametrize(
    ("drafter", "checker", "adopter"),
    [("a", "a", "b"), ("a", "b", "b"), ("a", "b", "a"), (None, "a", "a"), ("a", None, "b")],
)
def test_the_database_wants_different_people(
    drafter: str | None, checker: str | None, adopter: str
) -> None:
    people = {name: make_user("clerk", login=name) for name in "ab"}
    signed = {k: people.get(v or "") for k, v in zip("dca", (drafter, checker, adopter))}
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(
            area=AREA, scheme="resident", title="t", document="x", plan_id="y", state="adopted",
            valid_from=date(2030, 1, 1), drafted_at=clock.now(), drafted_by=signed["d"],
            checked_by=signed["c"], adopted_by=signed["a"],
        )  # fmt: skip


def test_an_adopted_version_stays_as_it_is() -> None:
    version = make_plan()
    clerk = make_user("clerk")
    with pytest.raises(Refused, match="不能修改"):
        services.edit_text(version=version, by=clerk, document="x", cases="")
    with pytest.raises(Refused, match="新版本接替"):
        services.withdraw_plan(version=version, by=clerk, reason="错了")
    with pytest.raises(Refused, match="可以退回"):
        services.return_plan(version=version, by=clerk, reason="错了")
    for column in ("document", "title", "plan_id"):
        with pytest.raises(Exception, match="refused"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"update plans_planversion set {column} = 'x'")


def test_a_plan_with_assumed_numbers_is_for_demonstrations_only() -> None:
    draft = raised(make_draft())
    services.submit_plan(version=draft, by=make_user("clerk"))
    Area.objects.filter(pk=AREA).update(demonstration=False)
    with pytest.raises(Refused, match="待确认"):
        services.check_plan(version=draft, by=make_user("reviewer"))


def test_the_shipped_plans_have_assumed_numbers_too() -> None:
    make_user("reviewer", demonstration=False)
    with pytest.raises(Refused, match="待确认"):
        make_plans()
    assert not PlanVersion.objects.exists()


def test_a_number_without_its_document_cannot_be_sent_for_checking() -> None:
    clerk, draft = make_user("clerk"), make_draft()
    version = services.edit_number(version=draft, by=clerk, path=LEVEL3, value="62", evidence=None)
    version = services.take_results(version=version, by=clerk)
    with pytest.raises(Refused, match="缺 1 处依据"):
        services.submit_plan(version=version, by=clerk)
    version = services.edit_number(
        version=version, by=clerk, path=LEVEL3, value="62", evidence=Assumption("照邻县")
    )
    services.submit_plan(version=version, by=clerk)


def test_a_draft_whose_cases_fail_cannot_be_sent_for_checking() -> None:
    clerk, draft = make_user("clerk"), make_draft()
    version = services.edit_number(
        version=draft, by=clerk, path=LEVEL3, value="62", evidence=DOCUMENT
    )
    with pytest.raises(Refused, match="算例不符"):
        services.submit_plan(version=version, by=clerk)
    version = services.edit_text(version=version, by=clerk, document=version.document, cases="")
    with pytest.raises(Refused, match="没有算例"):
        services.submit_plan(version=version, by=clerk)


def test_what_lies_with_the_checker_does_not_change() -> None:
    clerk, reviewer = make_user("clerk"), make_user("reviewer")
    draft = raised(make_draft())
    services.submit_plan(version=draft, by=clerk)
    with pytest.raises(Refused, match="已送审"):
        services.edit_number(version=draft, by=clerk, path=LEVEL3, value="63", evidence=DOCUMENT)
    with pytest.raises(Refused, match="理由"):
        services.return_plan(version=draft, by=reviewer, reason=" ")
    services.return_plan(version=draft, by=reviewer, reason="原文抄错")
    services.edit_number(version=draft, by=clerk, path=LEVEL3, value="63", evidence=DOCUMENT)


def test_only_the_drafter_edits() -> None:
    draft, other = make_draft(), make_user("clerk", login="other")
    with pytest.raises(NotAllowed, match="只有起草人"):
        services.edit_text(version=draft, by=other, document=draft.document, cases="")
    services.withdraw_plan(version=draft, by=other, reason="不再修订")
    with pytest.raises(Refused, match="不是草案"):
        services.submit_plan(version=draft, by=make_user("clerk"))


def test_two_versions_cannot_begin_on_one_day() -> None:
    adopt(raised(make_draft()))
    again = raised(make_draft())
    services.submit_plan(version=again, by=make_user("clerk"))
    services.check_plan(version=again, by=make_user("reviewer"))
    with pytest.raises(Refused, match="2027-01-01") as refused:
        services.adopt_plan(version=again, by=make_user("approver"))
    assert refused.value.field == "valid_from"


def test_a_text_of_another_area_is_refused() -> None:
    draft = make_draft()
    text = draft.document.replace("441700", "370830", 1)
    with pytest.raises(Refused, match="370830-resident"):
        services.edit_text(version=draft, by=make_user("clerk"), document=text, cases=draft.cases)


def test_every_act_leaves_its_trace() -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    with clock.frozen(moment):
        draft = raised(make_draft())
        services.submit_plan(version=draft, by=make_user("clerk"))
        services.return_plan(version=draft, by=make_user("reviewer"), reason="原文抄错")
        adopt(draft)
        services.withdraw_plan(version=make_draft(), by=make_user("clerk"), reason="重复")
    acts = Act.objects.filter(object_type="plan_version", at=moment)
    assert {act.verb for act in acts} == set(verbs.VERBS)
    assert acts.get(verb="plans.version.adopted").actor == make_user("approver").login
