"""What every act on a version does: holds its row, leaves a trace."""

from typing import Any

from tongchou.plans.models import PlanVersion
from tongchou.platform.accounts.models import User
from tongchou.platform.trail import services as trail


def held(version: PlanVersion) -> PlanVersion:
    """Return the version as it is now, locked to the end of the transaction."""
    return PlanVersion.objects.select_for_update(no_key=True).get(pk=version.pk)


def record(verb: str, version: PlanVersion, by: User, **data: Any) -> None:
    trail.record(
        actor=by.login,
        verb=f"plans.version.{verb}",
        object_type="plan_version",
        object_id=str(version.pk),
        area=version.area,
        data={"title": version.title, "plan_id": version.plan_id, **data},
    )
