"""Whether a payable can be paid on a day, and if not, why and what to do: before each payment."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from tongchou.core.identity import name_key
from tongchou.payouts.models import BankAccount, Payable
from tongchou.people.models import Person

OF_AGE = 18  # 民法典 第十七条: before that a guardian's account may take it


def account_on(person: Person, on: date) -> BankAccount | None:
    """Return the account in force on the day; reads `person.bank_accounts` (prefetch it)."""
    accounts: Iterable[BankAccount] = person.bank_accounts.all()
    for one in accounts:
        if one.struck_at is None and one.start <= on and (one.end is None or on < one.end):
            return one
    return None


def why_not(payable: Payable, on: date, account: BankAccount | None) -> str:
    """Return why the payable has to wait, with the remedy; "" where it can be paid."""
    if account is None:
        return _("没有在用的社保卡账户，请登记")
    if wrong := _whose(payable.payee, on, account):
        return wrong
    if payable.state == Payable.State.BOUNCED and account.pk in _bounced_from(payable):
        return _("退汇以后账户还没有更正，请核对后重新登记")
    return ""


def instead_of(payable: Payable) -> str:
    """Say that another record's account takes it, and why; "" where it is the person's own."""
    if payable.person.merged_into is None:
        return ""
    kept = payable.person.merged_into
    return _("该档已并入 %(name)s（%(number)s），按保留的一档的账户代发") % {
        "name": kept.name,
        "number": kept.psn_no,
    }


def _whose(person: Person, on: date, account: BankAccount) -> str:
    own = name_key(account.holder) == name_key(person.name)
    if person.died_on is not None:
        return "" if account.on_behalf else _("本人已死亡，请登记继承人的账户和依据")
    if own:
        return ""
    if account.on_behalf and _age(person.birth, on) < OF_AGE:
        return ""
    return _("户名 %(holder)s 与姓名 %(name)s 不同，请登记本人账户") % {
        "holder": account.holder,
        "name": person.name,
    }


def _bounced_from(payable: Payable) -> set[int]:
    """Return the accounts from which this very payable has come back (prefetch `payments`)."""
    return {one.account_id for one in payable.payments.all() if one.state == "bounced"}


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
