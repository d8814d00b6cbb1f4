"""Which plan holds when, and what versions there are."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tongchou.core.policy import Plan
from tongchou.plans.compiled import EPOCH_SQL, book, compiled, epoch
from tongchou.plans.models import PlanVersion
from tongchou.platform.authority.pooling import pool_of, pools_of

__all__ = [
    "EPOCH_SQL",
    "by_plan_id",
    "compiled",
    "epoch",
    "plan_in_force",
    "readable",
    "version_behind",
    "version_in_force",
    "versions",
    "waiting",
]

_by_id: dict[str, Plan] = {}


def plan_in_force(area: str, scheme: str, on: date, *, mark: str | None = None) -> Plan:
    """Return the plan that holds in an area on a day: its own, or that of the pool it is in.

    `mark` is the area's epoch where the caller's own query has read it (EPOCH_SQL); otherwise one
    query reads it. Raises NoPlanInForce (a LookupError whose text is the reason in Chinese).
    """
    return book(area, mark).for_date(area, scheme, on)


def version_in_force(area: str, scheme: str, on: date) -> PlanVersion | None:
    """Return the adopted version that holds in an area on a day, its own or its pool's."""
    rows = PlanVersion.objects.filter(
        area=pool_of(area, scheme, on),
        scheme=scheme,
        state=PlanVersion.State.ADOPTED,
        valid_from__lte=on,
    )
    return rows.order_by("-valid_from").first()


def version_behind(area: str, plan_id: str) -> PlanVersion | None:
    """Return the adopted version of a plan by which bills of `area` were settled."""
    rows = readable(area).filter(plan_id=plan_id, state=PlanVersion.State.ADOPTED)
    return rows.order_by("pk").first()


def readable(area: str) -> QuerySet[PlanVersion]:
    """Return what an area may read: its own versions, and what the pool of a scheme adopted."""
    pools = pools_of(area).filter(pool=OuterRef("area"), scheme=OuterRef("scheme"))
    theirs = Q(Exists(pools), state=PlanVersion.State.ADOPTED)
    return PlanVersion.objects.filter(Q(area=area) | theirs)


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
    """Return what an area may read of all schemes or of one, the latest first."""
    found = readable(area).select_related("drafted_by", "checked_by", "adopted_by")
    if scheme is not None:
        found = found.filter(scheme=scheme)
    return found.order_by("scheme", "-valid_from", "-pk")


def waiting(area: str) -> list[PlanVersion]:
    """Return the versions that wait for a signature or, not yet sent, for who drafts them."""
    states = PlanVersion.State
    found = versions(area).filter(area=area, state__in=[states.DRAFT, states.CHECKED])
    return list(found.defer("document", "cases"))
