"""The only way to a kept reform or a frozen brief for a user: the own ones, and shared ones."""

from django.db.models import Q, QuerySet
from django.http import Http404

from tongchou.insight.whatif.models import Brief, Reform
from tongchou.platform.accounts.models import User


def reforms_of(user: User, scheme: str | None = None) -> QuerySet[Reform]:
    """Return what the user kept and what others of the area share, the newest first."""
    found = Reform.objects.filter(Q(owner=user) | Q(shared=True), area=user.area_code)
    if scheme is not None:
        found = found.filter(scheme=scheme)
    return found.select_related("owner").order_by("-made_at", "-pk")


def access_reform(user: User, pk: int) -> Reform:
    """Return the reform. Raises Http404, whether it is missing or not the user's to see."""
    found = reforms_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def access_brief(user: User, pk: int) -> Brief:
    """Return the brief of a policy version of the user's area. Raises Http404."""
    found = (
        Brief.objects.filter(pk=pk, area=user.area_code)
        .select_related("version", "made_by")
        .first()
    )
    if found is None:
        raise Http404
    return found
