"""A good claim to start from, and a fold over the shipped policies."""

from collections.abc import Callable
from typing import Any

import pytest

from tongchou.core.claims import Fold
from tongchou.core.policy import PlanBook, shipped_policies

GOOD = {
    "claim_id": "c1",
    "person": "p1",
    "settled_at": "2019-03-01T09:30:00",
    "visit": "inpatient",
    "level": "level3",
    "out_of_area": False,
    "identity": [],
    "total": "12345.67",
    "in_scope": "12345.67",
}


@pytest.fixture
def claim() -> Callable[..., dict[str, Any]]:
    """Make a good claim of a resident, with changes; a change to None leaves the field out."""

    def make(**changes: Any) -> dict[str, Any]:
        return {key: value for key, value in (GOOD | changes).items() if value is not None}

    return make


@pytest.fixture
def fold() -> Callable[..., Fold]:
    """Make a fresh fold for a shipped plan."""

    def make(plan: str = "441700-resident", *, allow_assumed: bool = True) -> Fold:
        area, _, scheme = plan.partition("-")
        return Fold(PlanBook(shipped_policies()), area, scheme, allow_assumed=allow_assumed)

    return make
