"""What a person is to be paid or is to give back, the account it goes to, and what the bank said.

Amounts are by fund. A part may be below zero: that fund paid too much for the same bills and is
set off. The whole is above zero, and each part is what was posted to 应付个人 (2102) of its fund.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.funds.chart import FUNDS
from tongchou.people.models import Fact, Person
from tongchou.platform.db.fields import FenField


class ByFund(models.Model):
    """Fen by fund: one column for each of funds.chart.FUNDS, and their sum."""

    resident_pool = FenField(FUNDS["resident_pool"])
    employee_pool = FenField(FUNDS["employee_pool"])
    personal_account = FenField(FUNDS["personal_account"])
    resident_supplement = FenField(FUNDS["resident_supplement"])
    employee_supplement = FenField(FUNDS["employee_supplement"])
    critical_illness = FenField(FUNDS["critical_illness"])
    medical_aid = FenField(FUNDS["medical_aid"])
    total = FenField(_("金额"))

    class Meta:
        abstract = True

    @property
    def amounts(self) -> dict[str, int]:
        """Fund -> fen, without the funds that have no part."""
        return {fund: fen for fund in FUNDS if (fen := getattr(self, fund))}


def _parts(name: str) -> models.CheckConstraint:
    first, *rest = (F(fund) for fund in FUNDS)
    whole: Any = first
    for one in rest:
        whole = whole + one
    return models.CheckConstraint(name=name, condition=Q(total=whole, total__gt=0))


class Payable(ByFund):
    """One thing owed to a person 应付个人; (kind, source_id) names what it is for, once."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("退费")
        MANUAL = "manual", _("零星报销")
        ARREARS = "arrears", _("待遇补差")
        ADJUSTMENT = "adjustment", _("重算差额")

    class State(models.TextChoices):
        WAITING = "waiting", _("待代发")
        BATCHED = "batched", _("已编批次")
        SENT = "sent", _("已送银行")
        PAID = "paid", _("已到账")
        BOUNCED = "bounced", _("退汇")
        WITHDRAWN = "withdrawn", _("已撤销")

    OPEN = ("waiting", "batched", "sent", "bounced")  # still owed

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    source_id = models.CharField(_("来源"), max_length=40)
    reason = models.CharField(_("事由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("登记"))

    class Meta:
        verbose_name = _("应付个人")
        constraints = [
            _parts("payable_parts"),
            models.UniqueConstraint(fields=["kind", "source_id"], name="payable_once"),
        ]
        indexes = [models.Index(fields=["area", "state"], name="payable_state")]

    @property
    def payee(self) -> Person:
        """Who is paid: the person, or the record into which his has gone."""
        return self.person.merged_into or self.person


class Receivable(ByFund):
    """One thing a person is to give back 应收回: paid too much, or paid for what was reversed."""

    class State(models.TextChoices):
        OPEN = "open", _("待收回")
        RETURNED = "returned", _("已收回")

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=10, choices=Payable.Kind)
    source_id = models.CharField(_("来源"), max_length=40)
    reason = models.CharField(_("事由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("登记"))
    returned_at = models.DateTimeField(_("收回"), null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    evidence = models.CharField(_("收款凭据"), max_length=100, blank=True)
    entry_id = models.BigIntegerField(_("凭证"), null=True, unique=True)

    class Meta:
        verbose_name = _("应收回")
        constraints = [
            _parts("receivable_parts"),
            models.CheckConstraint(
                name="receivable_returned",
                condition=Q(state="open", entry_id=None)
                | Q(
                    state="returned",
                    entry_id__isnull=False,
                    returned_by__isnull=False,
                    returned_at__isnull=False,
                ),
            ),
            models.UniqueConstraint(fields=["kind", "source_id"], name="receivable_once"),
        ]
        indexes = [models.Index(fields=["area", "state"], name="receivable_state")]


class BankAccount(Fact):
    """The social-card account of a person over a spell; one in force a day (see the migration)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="bank_accounts")
    bank = models.CharField(_("开户银行"), max_length=60)
    number = models.CharField(_("银行账号"), max_length=19)
    holder = models.CharField(_("户名"), max_length=50)
    # Another's account: of the heir of the dead, of a child's guardian; with the paper for it.
    on_behalf = models.CharField(_("代领依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("银行账户")
        constraints = [
            models.CheckConstraint(
                name="bank_account_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            )
        ]
        indexes = [models.Index(fields=["person", "start"], name="bank_account_person")]


class Batch(models.Model):
    """Payments that go to the bank together 代发批次: made by one, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("待送银行")
        SENT = "sent", _("等回盘")
        DONE = "done", _("已回盘")
        REFUSED = "refused", _("已退回")

    area = models.CharField(_("统筹区"), max_length=6)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    count = models.IntegerField(_("笔数"))
    total = FenField(_("金额"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("编制"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("审批"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("送银行"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("代发批次")
        constraints = [
            models.CheckConstraint(
                name="batch_two_people",
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="batch_approved",
                condition=Q(state="proposed") | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_sent",
                condition=Q(state__in=["proposed", "approved", "refused"], sent_by=None)
                | Q(state__in=["sent", "done"], sent_by__isnull=False),
            ),
        ]


class BankAnswer(models.Model):
    """The bank's file about a batch 回盘, taken in once; what it says was paid is one entry."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="answers")
    name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("收到"))
    paid = models.IntegerField(_("到账笔数"))
    paid_total = FenField(_("到账金额"))
    bounced = models.IntegerField(_("退汇笔数"))
    bounced_total = FenField(_("退汇金额"))
    entry_id = models.BigIntegerField(_("凭证"), null=True, unique=True)

    class Meta:
        verbose_name = _("银行回盘")
        constraints = [
            models.UniqueConstraint(fields=["batch", "sha256"], name="bank_answer_once"),
            models.CheckConstraint(
                name="bank_answer_posted",
                condition=Q(paid=0, paid_total=0, entry_id=None)
                | Q(paid__gt=0, paid_total__gt=0, entry_id__isnull=False),
            ),
        ]


class Payment(models.Model):
    """One line of a batch. The key goes to the bank and comes back with its answer."""

    class State(models.TextChoices):
        LIVE = "live", _("在途")
        PAID = "paid", _("已到账")
        BOUNCED = "bounced", _("退汇")
        DROPPED = "dropped", _("未送出")

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    payable = models.ForeignKey(Payable, models.PROTECT, related_name="payments")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    key = models.CharField(_("代发键"), max_length=24, unique=True)
    amount = FenField(_("金额"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.LIVE)
    why = models.CharField(_("原因"), max_length=200, blank=True)  # the bank's, or why not sent
    answer = models.ForeignKey(BankAnswer, models.PROTECT, null=True, related_name="payments")

    class Meta:
        verbose_name = _("代发明细")
        constraints = [
            # Never on its way twice, never paid twice.
            models.UniqueConstraint(
                fields=["payable"],
                condition=Q(state__in=["live", "paid"]),
                name="payment_one_live_or_paid",
            ),
            models.UniqueConstraint(fields=["batch", "payable"], name="payment_once_a_batch"),
            models.CheckConstraint(
                name="payment_answered",
                condition=Q(state__in=["paid", "bounced"], answer__isnull=False)
                | Q(state__in=["live", "dropped"], answer=None),
            ),
            models.CheckConstraint(
                name="payment_bounced_with_reason", condition=~Q(state="bounced", why="")
            ),
            models.CheckConstraint(name="payment_amount", condition=Q(amount__gt=0)),
        ]
