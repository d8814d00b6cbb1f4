"""Policies as data: a document, a plan in integers, and one step that settles a claim."""

from tongchou.core.policy.batch import (
    ClaimColumns,
    PayColumns,
    row_number,
    rows_of,
    settle_many,
)
from tongchou.core.policy.cases import Case, CaseResult, coverage, load_cases, run_cases
from tongchou.core.policy.diff import Change, diff
from tongchou.core.policy.document import Band, Number, PolicyDocument, TableKey, Terms, TierTable
from tongchou.core.policy.explain import Meter, Reason, accumulators, why_not_more
from tongchou.core.policy.plan import Plan, PlanBook, load_policy
from tongchou.core.policy.shelf import (
    policy_files,
    shipped_policies,
)
from tongchou.core.policy.values import (
    IDENTITIES,
    INITIAL_STATE,
    LABELS,
    LEVELS,
    PLACES,
    STATE_WIDTH,
    STATUSES,
    TIERS,
    VISITS,
    AssumedNumber,
    Cite,
    Claim,
    ClaimRefused,
    Line,
    NoPlanInForce,
    Outcome,
    PolicyError,
    Problem,
)
from tongchou.core.policy.window import lines_to_json, settle, state_from_json, state_to_json

__all__ = [
    "IDENTITIES", "INITIAL_STATE", "LABELS", "LEVELS", "PLACES", "STATE_WIDTH", "STATUSES",
    "TIERS", "VISITS", "AssumedNumber", "Band", "Case", "CaseResult", "Change", "Cite", "Claim",
    "ClaimColumns", "ClaimRefused", "Line", "Meter", "NoPlanInForce", "Number", "Outcome",
    "PayColumns", "Plan", "PlanBook", "PolicyDocument", "PolicyError", "Problem", "Reason",
    "TableKey", "Terms", "TierTable", "accumulators", "coverage", "diff", "lines_to_json",
    "load_cases", "load_policy", "policy_files", "row_number", "rows_of", "run_cases", "settle",
    "settle_many", "shipped_policies", "state_from_json", "state_to_json",
    "why_not_more",
]  # fmt: skip
