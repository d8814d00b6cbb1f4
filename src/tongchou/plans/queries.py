"""Which plan holds when, and what versions there are."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongchou.core.policy import Plan
from tongchou.plans.compiled import EPOCH_SQL, book, compiled, epoch
from tongchou.plans.models import PlanVersion

__all__ = [
    "EPOCH_SQL",
    "by_plan_id",
    "compiled",
    "epoch",
    "plan_in_force",
    "version_in_force",
    "versions",
    "waiting",
]

_by_id: dict[str, Plan] = {}


def plan_in_force(area: str, scheme: str, on: date, *, mark: str | None = None) -> Plan:
    """Return the area's plan on a day.

    `mark` is the area's epoch where the caller's own query has read it (EPOCH_SQL); otherwise one
    query reads it. Raises NoPlanInForce (a LookupError whose text is the reason in Chinese).
    """
    return book(area, mark).for_date(area, scheme, on)


def version_in_force(area: str, scheme: str, on: date) -> PlanVersion | None:
    """Return the adopted version that began last on or before `on`."""
    return (
        PlanVersion.objects.filter(
            area=area, scheme=scheme, state=PlanVersion.State.ADOPTED, valid_from__lte=on
        )
        .order_by("-valid_from")
        .first()
    )


def by_plan_id(plan_id: str) -> Plan:
    """Return an adopted plan, in force or past, to recompute a bill. Raises LookupError.

    A process asks the database once for each plan: its id is the hash of what it decides.
    """
    plan = _by_id.get(plan_id)
    if plan is None:
        version = PlanVersion.objects.filter(
            plan_id=plan_id, state=PlanVersion.State.ADOPTED
        ).first()
        if version is None:
            raise LookupError(_("没有采用过方案 %(id)s") % {"id": plan_id[:12]})
        plan = _by_id[plan_id] = compiled(version)
    return plan


def versions(area: str, scheme: str | None = None) -> QuerySet[PlanVersion]:
    """Return the versions of an area, or of one of its schemes, the latest first."""
    found = PlanVersion.objects.filter(area=area).select_related(
        "drafted_by", "checked_by", "adopted_by"
    )
    if scheme is not None:
        found = found.filter(scheme=scheme)
    return found.order_by("scheme", "-valid_from", "-pk")


def waiting(area: str) -> list[PlanVersion]:
    """Return the versions that wait for a signature or, not yet sent, for who drafts them."""
    states = PlanVersion.State
    found = versions(area).filter(state__in=[states.DRAFT, states.CHECKED])
    return list(found.defer("document", "cases"))
