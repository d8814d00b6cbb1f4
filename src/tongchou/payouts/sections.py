"""What the person's page shows of payouts: the accounts, what is owed, what was paid."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from tongchou.payouts import queries
from tongchou.payouts.models import BankAccount
from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform.authority.gates import user_of

MOST = 20


def accounts_and_payments(request: HttpRequest, person: Person) -> str:
    user = user_of(request)
    if not user.may("payouts.view"):
        return ""
    context = {
        "person": person,
        "accounts": BankAccount.objects.filter(person=person).order_by("-start", "-pk"),
        "owed": queries.owed_to(person)[:MOST],
        "payments": queries.payments_of(person)[:MOST],
        "may_edit": user.may("payouts.accounts"),
        "may_unmask": user.may("people.unmask"),
    }
    return render_to_string("payouts/section.html", context, request)


def register() -> None:
    hooks.add_section(place="main", order=20, render=accounts_and_payments)
