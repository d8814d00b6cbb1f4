"""A plan whose tier no fund pays is refused before it holds, not when a bill is to be posted."""

import pytest

from tongchou.core.policy import LABELS, load_policy, policy_files
from tongchou.funds.chart import FUND_OF_TIER
from tongchou.funds.payers import without_a_payer
from tongchou.plans import services
from tongchou.plans.models import PlanVersion
from tongchou.plans.readiness import obstacles
from tongchou.plans.tests.make import make_draft, make_user
from tongchou.platform.refusal import Refused

pytestmark = pytest.mark.django_db
EMPLOYEE = next(p for p in policy_files() if p.match("441700/employee/*")).read_text("utf-8")
CASES = """
- id: P-02
  what: 在职三级医院住院 1 万元
  claims: [{level: level3, status: active, total: "10000.00"}]
  expect: [{basic: "7600.00"}]
"""


def with_tier(name: str) -> str:
    """Return the employees' policy with its second tier under another name."""
    return EMPLOYEE.replace("  supplement:   #", f"  {name}:   #")


@pytest.mark.parametrize("tier", ["critical_illness", "commercial", "institution_reduction"])
def test_a_tier_without_a_fund_stands_in_the_way(tier: str) -> None:
    plan = load_policy(with_tier(tier), source="test")
    assert ("employee", tier) not in FUND_OF_TIER and tier in plan.tiers
    (found,) = without_a_payer(plan)
    assert found.short == f"城镇职工的{LABELS[tier]}没有基金支付"
    assert "无法记账" in found.remedy


def test_every_shipped_policy_has_its_payers() -> None:
    for path in policy_files():
        assert without_a_payer(load_policy(path.read_text("utf-8"), source=path.name)) == []


def test_such_a_draft_is_neither_sent_nor_adopted() -> None:
    clerk = make_user("clerk")
    draft = make_draft(scheme="employee", by=clerk)
    draft = services.edit_text(
        version=draft, by=clerk, document=with_tier("critical_illness").replace(
            "valid_from: 2019-01-01", "valid_from: 2027-01-01"
        ), cases=CASES,
    )  # fmt: skip
    assert [one.short for one in obstacles(draft)] == ["城镇职工的大病保险没有基金支付"]
    with pytest.raises(Refused, match="城镇职工的大病保险没有基金支付"):
        services.submit_plan(version=draft, by=clerk)
    # One that was checked before its fund was taken away stops at the last signature too.
    PlanVersion.objects.filter(pk=draft.pk).update(
        state="checked", checked_by=make_user("reviewer")
    )
    draft.refresh_from_db()
    with pytest.raises(Refused, match="不能采用：城镇职工的大病保险没有基金支付"):
        services.adopt_plan(version=draft, by=make_user("approver"))
