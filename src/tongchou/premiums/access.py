"""The only way to premiums for a user: those of the own area, for the bureau's people."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.premiums.models import (
    Batch,
    Exemption,
    Payment,
    Refund,
    SubsidyLine,
    SubsidyRun,
    Waiver,
)

RowT = TypeVar("RowT", bound=Model)


def payments_of(user: User) -> QuerySet[Payment]:
    rows = Payment.objects.filter(area=user.area_code)
    return rows.select_related("person", "batch")


def access_payment(user: User, pk: int) -> Payment:
    return _one(payments_of(user).filter(pk=pk))


def batches_of(user: User) -> QuerySet[Batch]:
    return Batch.objects.filter(area=user.area_code).select_related("by")


def access_exemption(user: User, pk: int) -> Exemption:
    rows = Exemption.objects.filter(area=user.area_code, pk=pk)
    return _one(rows.select_related("person"))


def access_waiver(user: User, pk: int) -> Waiver:
    return _one(Waiver.objects.filter(area=user.area_code, pk=pk).select_related("person"))


def refunds_of(user: User) -> QuerySet[Refund]:
    rows = Refund.objects.filter(area=user.area_code)
    return rows.select_related("payment__person", "payment__batch", "proposed_by", "decided_by")


def access_refund(user: User, pk: int) -> Refund:
    return _one(refunds_of(user).filter(pk=pk))


def runs_of(user: User) -> QuerySet[SubsidyRun]:
    rows = SubsidyRun.objects.filter(area=user.area_code)
    return rows.select_related("proposed_by", "reviewed_by", "released_by", "voided_by")


def access_run(user: User, pk: int) -> SubsidyRun:
    return _one(runs_of(user).filter(pk=pk))


def lines_of(user: User) -> QuerySet[SubsidyLine]:
    return SubsidyLine.objects.filter(run__area=user.area_code).select_related("person", "run")


def _one(rows: QuerySet[RowT]) -> RowT:
    found = rows.first()
    if found is None:
        raise Http404
    return found
