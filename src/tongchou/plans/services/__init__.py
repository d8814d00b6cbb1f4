"""The verbs: the only writers of plan versions."""

from tongchou.plans.services.deciding import adopt_plan, check_plan, return_plan
from tongchou.plans.services.drafting import (
    draft_plan,
    edit_number,
    edit_text,
    revise_plan,
    submit_plan,
    take_results,
    withdraw_plan,
)
from tongchou.plans.services.shipped import install_shipped

__all__ = [
    "adopt_plan",
    "check_plan",
    "draft_plan",
    "edit_number",
    "edit_text",
    "install_shipped",
    "return_plan",
    "revise_plan",
    "submit_plan",
    "take_results",
    "withdraw_plan",
]
