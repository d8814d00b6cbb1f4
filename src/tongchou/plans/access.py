"""The only way to a plan version for a user: the versions of the user's own area."""

from django.http import Http404

from tongchou.plans.models import PlanVersion
from tongchou.platform.accounts.models import User


def access_version(user: User, pk: int) -> PlanVersion:
    """Return the version. Raises Http404, whether it is missing or another area's."""
    found = (
        PlanVersion.objects.select_related("drafted_by", "checked_by", "adopted_by", "revises")
        .filter(pk=pk, area=user.area_code)
        .first()
    )
    if found is None:
        raise Http404
    return found
