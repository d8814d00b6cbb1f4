"""Bank accounts as dated facts of a person: a new one ends the old, a wrong one is struck."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.identity import normalise_name
from tongchou.payouts.cards import LONGEST, SHORTEST, card_number, fault_of
from tongchou.payouts.models import BankAccount
from tongchou.people.models import Person
from tongchou.people.services import common
from tongchou.platform import clock
from tongchou.platform.refusal import Refused

_MOST = {"bank": 60, "holder": 50, "on_behalf": 200, "source": 100}


@transaction.atomic
def set_account(
    *,
    actor: str,
    person: Person,
    bank: str,
    number: str,
    holder: str,
    source: str,
    start: date | None = None,
    on_behalf: str = "",
) -> BankAccount:
    """Make it the person's account from `start` (today unless said); the one before ends there.

    `on_behalf`: why another's account takes it (heir, guardian). Raises Refused.
    """
    start = start or clock.today()
    told = {
        "bank": bank.strip(),
        "holder": normalise_name(holder),
        "on_behalf": on_behalf.strip(),
        "source": common.check_source(source),
    }
    _check(told, _checked(number), start)
    person = common.hold(person)
    row = BankAccount(
        person=person, number=card_number(number), start=start, known_on=clock.today(), **told
    )
    _end_before(row)
    row.save(force_insert=True)
    common.note(
        actor, "payouts.account.set", person, bank=row.bank, tail=row.number[-4:],
        holder=row.holder, start=start, on_behalf=row.on_behalf, source=row.source,
    )  # fmt: skip
    return row


@transaction.atomic
def strike_account(*, actor: str, account: BankAccount, reason: str) -> BankAccount:
    """Take a wrong account out of force; what is on its way to it stays on its way."""
    person = common.hold(account.person)
    account = BankAccount.objects.get(pk=account.pk)
    common.strike(account, reason)
    common.note(
        actor, "payouts.account.struck", person, tail=account.number[-4:], reason=reason.strip()
    )
    return account


@transaction.atomic
def show_number(*, actor: str, account: BankAccount) -> str:
    """Return the whole number; every time is recorded."""
    common.note(actor, "payouts.account.unmasked", account.person, tail=account.number[-4:])
    return account.number


def _checked(number: str) -> str:
    digits = card_number(number)
    fault = fault_of(digits)
    if fault == "shape":
        raise Refused(
            _("社保卡银行账号是 %(least)s 到 %(most)s 位数字，请照卡面重输")
            % {"least": SHORTEST, "most": LONGEST},
            field="number",
        )
    if fault:
        raise Refused(_("银行账号末位校验不对，请照卡面重输"), field="number")
    return digits


def _check(told: dict[str, str], number: str, start: date) -> None:
    for name, text in told.items():
        if len(text) > _MOST[name]:
            raise Refused(_("最多 %(n)s 字") % {"n": _MOST[name]}, field=name)
    if not told["bank"]:
        raise Refused(_("请填开户银行"), field="bank")
    if not told["holder"]:
        raise Refused(_("请填户名"), field="holder")
    if start > clock.today():
        raise Refused(_("启用日期在今天之后，请到那天再登记"), field="start")


def _end_before(row: BankAccount) -> None:
    """End the account in force where the new one begins; strike what begins no earlier."""
    live = BankAccount.objects.filter(person=row.person, struck_at=None).order_by("start")
    for one in live:
        if one.end is not None and one.end <= row.start:
            continue
        if one.start < row.start:
            common.replace_end(one, row.start, known_on=row.known_on, source=row.source)
        else:
            common.strike(one, _("由新登记的账户更正"))
