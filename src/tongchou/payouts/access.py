"""The only way to payouts for a user: those of the own area, for the bureau's people."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from tongchou.payouts.models import BankAccount, Batch, Payable, Payment, Receivable
from tongchou.people.access import access_person
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User

RowT = TypeVar("RowT", bound=Model)


def payables_of(user: User) -> QuerySet[Payable]:
    rows = Payable.objects.filter(area=user.area_code)
    return rows.select_related("person__merged_into").prefetch_related(
        "person__bank_accounts", "person__merged_into__bank_accounts", "payments"
    )


def receivables_of(user: User) -> QuerySet[Receivable]:
    return Receivable.objects.filter(area=user.area_code).select_related("person", "returned_by")


def access_receivable(user: User, pk: int) -> Receivable:
    return _one(receivables_of(user).filter(pk=pk))


def batches_of(user: User) -> QuerySet[Batch]:
    rows = Batch.objects.filter(area=user.area_code)
    return rows.select_related("made_by", "approved_by", "sent_by")


def access_batch(user: User, pk: int) -> Batch:
    return _one(batches_of(user).filter(pk=pk))


def access_payment(user: User, pk: int) -> Payment:
    rows = Payment.objects.filter(batch__area=user.area_code, pk=pk)
    return _one(rows.select_related("payable__person", "account__person", "batch", "answer"))


def access_account(user: User, pk: int) -> BankAccount:
    rows = BankAccount.objects.filter(person__area=user.area_code, pk=pk)
    return _one(rows.select_related("person"))


def person_of(user: User, psn_no: str) -> Person:
    """Return the person. Raises Http404 alike for unknown and other areas'."""
    return access_person(user, psn_no)


def _one(rows: QuerySet[RowT]) -> RowT:
    found = rows.first()
    if found is None:
        raise Http404
    return found
