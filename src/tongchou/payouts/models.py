"""What a person is to be paid, or is to give back, with its parts by fund.

A part may be below zero: another fund paid too much for the same bills and is set off. The whole
is above zero, and each fund's part is what was posted to 应付个人 (2102) of that fund.
"""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.funds.chart import FUNDS
from tongchou.people.models import Person
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

    class Meta:
        verbose_name = _("应收回")
        constraints = [
            _parts("receivable_parts"),
            models.UniqueConstraint(fields=["kind", "source_id"], name="receivable_once"),
        ]
        indexes = [models.Index(fields=["area", "state"], name="receivable_state")]
