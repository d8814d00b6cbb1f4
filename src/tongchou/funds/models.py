"""The books: double entry, each fund balanced by itself, integer fen.

An entry's postings are written first and the entry last; the entry's insert trigger refuses it
unless its postings sum to zero in every fund, and a posting to an entry that exists is refused.
Nothing is ever edited or deleted (P3, P4): triggers on both databases, grants on PostgreSQL.
Accounts are sliced so that a fund's balance is never a hot row; a posting's insert trigger moves
its slice's balance, so balance = postings holds in the database itself. What account 2001 owes is
written out by person in `AccountMove`, and moves `PersonalAccount.balance` in the same way.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.people.models import Person
from tongchou.platform.db.fields import FenField


class Fund(models.Model):
    """A fund with its own bank account (PAY-14): money never moves between funds in one entry."""

    code = models.CharField(_("编码"), max_length=24, primary_key=True)
    name = models.CharField(_("名称"), max_length=50)
    order = models.SmallIntegerField()

    class Meta:
        verbose_name = _("基金")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """One slice of an account of a fund. Debit is positive."""

    area = models.CharField(_("统筹区"), max_length=6)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="accounts")
    code = models.CharField(_("科目"), max_length=4)
    slice = models.SmallIntegerField()
    balance = FenField(_("余额"))

    class Meta:
        verbose_name = _("科目")
        constraints = [
            models.UniqueConstraint(fields=["area", "fund", "code", "slice"], name="account_slice")
        ]


class Entry(models.Model):
    """A voucher 凭证. A settlement's entry has the settlement's own number."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("年初余额")
        INCOME = "income", _("收入")
        SETTLEMENT = "settlement", _("结算")
        REVERSAL = "reversal", _("冲正")
        ADJUSTMENT = "adjustment", _("重算差额")
        ARREARS = "arrears", _("待遇补差")
        REFUND = "refund", _("退还个人缴费")
        SUBSIDY = "subsidy", _("资助参保")
        PAYOUT = "payout", _("代发")
        RETURN = "return", _("收回")
        REMITTANCE = "remittance", _("上解下拨")

    id = models.BigIntegerField(primary_key=True)  # platform.numbering
    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    kind = models.CharField(_("种类"), max_length=12, choices=Kind)
    area = models.CharField(_("统筹区"), max_length=6)
    institution_id = models.BigIntegerField(_("机构"), null=True)
    summary = models.CharField(_("摘要"), max_length=100)
    actor = models.CharField(_("经手"), max_length=60)

    class Meta:
        verbose_name = _("凭证")
        indexes = [models.Index(fields=["day"], name="entry_day")]


class Posting(models.Model):
    # Deferred key: postings come before their entry.
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField(_("金额"))  # fen, debit positive

    class Meta:
        verbose_name = _("分录")
        constraints = [models.CheckConstraint(name="posting_not_zero", condition=~Q(amount=0))]


class PersonalAccount(models.Model):
    """What is left in an employee's personal account; the fund's account 2001 is their sum.

    Opened and moved by the triggers of `AccountMove` alone.
    """

    person_id = models.BigIntegerField(primary_key=True)
    balance = FenField(_("余额"))

    class Meta:
        verbose_name = _("个人账户")
        constraints = [
            models.CheckConstraint(name="personal_account_not_below_0", condition=Q(balance__gte=0))
        ]


class AccountMove(models.Model):
    """A line of a personal account: credited, drawn for somebody's bill, or given back.

    The lines of an entry sum to what it posts to 2001, which its trigger checks: they come before
    the entry, like its postings. Without an entry: the balance from before there were lines.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    # Deferred key: moves come before their entry.
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="moves", db_index=False
    )
    amount = models.BigIntegerField(_("金额"))  # fen; below 0 is drawn
    at = models.DateTimeField(_("时间"))
    day = models.DateField(_("日期"))
    # Whose bill it was drawn for or given back from; none for what was paid in.
    for_person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("个人账户收支")
        constraints = [
            models.CheckConstraint(name="account_move_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="account_move_drawn_for_whom",
                condition=Q(amount__gte=0) | Q(for_person__isnull=False),
            ),
            models.UniqueConstraint(fields=["entry", "person"], name="account_move_once"),
        ]
        indexes = [
            models.Index(fields=["person", "for_person", "day"], name="account_move_person"),
        ]
