"""The only way to arrears for a user: those of the own area, for the bureau's people."""

from django.db.models import QuerySet
from django.http import Http404

from tongchou.arrears.models import Arrear, Batch
from tongchou.platform.accounts.models import User
from tongchou.settlement.models import PersonYear


def arrears_of(user: User) -> QuerySet[Arrear]:
    rows = Arrear.objects.filter(area=user.area_code)
    return rows.select_related("person_year__person", "proposed_by", "reviewed_by", "released_by")


def access_arrear(user: User, pk: int) -> Arrear:
    found = arrears_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def batches_of(user: User) -> QuerySet[Batch]:
    rows = Batch.objects.filter(area=user.area_code)
    return rows.select_related("proposed_by", "reviewed_by", "released_by")


def access_batch(user: User, pk: int) -> Batch:
    found = batches_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def access_year(user: User, pk: int) -> PersonYear:
    years = PersonYear.objects.filter(person__area=user.area_code).select_related("person")
    found = years.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
