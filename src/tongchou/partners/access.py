"""The only way to partner areas for a user: those of the own area, for the bureau's people."""

from django.db.models import QuerySet
from django.http import Http404

from tongchou.partners.models import Agreement, Partner
from tongchou.platform.accounts.models import User


def partners_of(user: User) -> QuerySet[Partner]:
    return Partner.objects.filter(area=user.area_code)


def access_partner(user: User, code: str) -> Partner:
    found = partners_of(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def agreements_of(user: User) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(partner__area=user.area_code)
    return rows.select_related("partner", "recorded_by").defer("paper")


def access_agreement(user: User, pk: int) -> Agreement:
    found = agreements_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
