"""The only way to changes and remittances for a user: of the own area, as member or as pool."""

from django.db.models import Q, QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.pooling.models import Change, Remittance


def changes_of(user: User) -> QuerySet[Change]:
    rows = Change.objects.filter(Q(area=user.area_code) | Q(pool=user.area_code))
    return rows.select_related(
        "area", "pool", "pooling", "proposed_by", "decided_by", "withdrawn_by"
    )


def access_change(user: User, pk: int) -> Change:
    """Return the change. Raises Http404 alike for unknown and other areas'."""
    found = changes_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def remittances_of(user: User) -> QuerySet[Remittance]:
    own = Q(pooling__area=user.area_code) | Q(pooling__pool=user.area_code)
    return Remittance.objects.filter(own).select_related(
        "pooling__area", "pooling__pool", "pooling__change", "fund", "proposed_by", "decided_by"
    )


def access_remittance(user: User, pk: int) -> Remittance:
    """Return the remittance. Raises Http404 alike for unknown and other areas'."""
    found = remittances_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
