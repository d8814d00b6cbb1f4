"""The only way to a plan version for a user: the own area's, and what its pools adopted."""

from django.http import Http404

from tongchou.plans.models import PlanVersion
from tongchou.plans.queries import readable
from tongchou.platform.accounts.models import User


def access_version(user: User, pk: int) -> PlanVersion:
    """Return the version. Raises Http404, whether it is missing or not to be read here."""
    found = (
        readable(user.area_code)
        .select_related("drafted_by", "checked_by", "adopted_by", "revises")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found
