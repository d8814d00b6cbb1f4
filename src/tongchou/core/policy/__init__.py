"""Policies as data: a document, a plan in integers, and one step that settles a claim."""

from tongchou.core.policy.document import Number, PolicyDocument, Terms, TierTable
from tongchou.core.policy.plan import Plan, PlanBook, load_policy
from tongchou.core.policy.shelf import policy_files, shipped_policies
from tongchou.core.policy.values import (
    IDENTITIES,
    INITIAL_STATE,
    LEVELS,
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
    "IDENTITIES", "INITIAL_STATE", "LEVELS", "STATE_WIDTH", "STATUSES", "TIERS", "VISITS",
    "AssumedNumber", "Cite", "Claim", "ClaimRefused", "Line", "NoPlanInForce", "Number",
    "Outcome", "Plan", "PlanBook", "PolicyDocument", "PolicyError", "Problem", "Terms",
    "TierTable", "lines_to_json", "load_policy", "policy_files", "settle", "shipped_policies",
    "state_from_json", "state_to_json",
]  # fmt: skip
