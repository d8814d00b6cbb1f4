"""What a person paid for a year, what freed him of it, what was given back, what aid paid for him.

A payment, an exemption or a waiver is never edited: it is struck, with the reason, and stays (the
migration's triggers refuse the rest). What stands has `struck_at` NULL.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.people.models import Person
from tongchou.platform.db.fields import FenField

STANDS = Q(struck_at=None)


def _user(*, null: bool = False) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name="+")


class Year(models.Model):
    """An area's benefit year: the row that is held while files of it or subsidies are decided."""

    area = models.CharField(_("统筹区"), max_length=6)
    year = models.SmallIntegerField(_("年度"))

    class Meta:
        verbose_name = _("缴费年度")
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="premium_year")]


class Batch(models.Model):
    """Payments that came together, and the entry in which their income stands.

    `linked`: the entry was in the books before; what is taken under it is never more than it says.
    """

    area = models.CharField(_("统筹区"), max_length=6)
    year = models.SmallIntegerField(_("年度"))
    name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField(_("人数"))
    fen = FenField(_("金额"))
    entry_id = models.BigIntegerField(_("凭证"))
    linked = models.BooleanField(default=False)
    by = _user()
    at = models.DateTimeField(_("登记"))

    class Meta:
        verbose_name = _("缴费文件")
        constraints = [
            models.UniqueConstraint(fields=["area", "sha256"], name="premium_file_once"),
            models.UniqueConstraint(
                fields=["entry_id"], condition=Q(linked=False), name="premium_entry_once"
            ),
            models.CheckConstraint(
                name="premium_batch_holds", condition=Q(rows__gt=0) & Q(fen__gt=0)
            ),
        ]


class Struck(models.Model):
    """What may be taken out of force, and stays."""

    struck_at = models.DateTimeField(_("更正时间"), null=True)
    struck_by = models.CharField(_("更正人"), max_length=60, blank=True)
    struck_reason = models.CharField(_("更正原因"), max_length=200, blank=True)

    class Meta:
        abstract = True


def _struck(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(struck_at=None, struck_reason="") | Q(struck_at__isnull=False)
    )


class Payment(Struck):
    """A person's own premium of a year. `rule`: window, newborn, recognised (core.premiums)."""

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.SmallIntegerField(_("年度"))
    fen = FenField(_("金额"))
    paid_on = models.DateField(_("缴费日期"))
    receipt = models.CharField(_("税票号"), max_length=40)
    source = models.CharField(_("来源"), max_length=100)
    rule = models.CharField(_("依据"), max_length=12)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")

    class Meta:
        verbose_name = _("个人缴费")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "receipt"], condition=STANDS, name="payment_receipt_once"
            ),
            models.UniqueConstraint(
                fields=["person", "year"], condition=STANDS, name="payment_one_a_year"
            ),
            models.CheckConstraint(name="payment_above_0", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="payment_rule", condition=Q(rule__in=["window", "newborn", "recognised"])
            ),
            _struck("payment_struck"),
        ]
        indexes = [models.Index(fields=["area", "year"], name="payment_area_year")]


class Exemption(Struck):
    """That a person need not pay for a year 免缴认定, on a ground that may later be lost."""

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.SmallIntegerField(_("年度"))
    ground = models.CharField(_("身份"), max_length=16)  # core.policy.IDENTITIES
    set_on = models.DateField(_("认定"))
    source = models.CharField(_("依据"), max_length=100)

    class Meta:
        verbose_name = _("免缴认定")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"], condition=STANDS, name="exemption_one_a_year"
            ),
            _struck("exemption_struck"),
        ]
        indexes = [models.Index(fields=["area", "year"], name="exemption_area_year")]


class Waiver(Struck):
    """A signed letter 承诺书: insured elsewhere, and staying there to 31 December of the year."""

    class Kind(models.TextChoices):
        ELSEWHERE = "elsewhere", _("留县外参保")

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.SmallIntegerField(_("年度"))
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    signed_on = models.DateField(_("签订"))
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("承诺书")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year", "kind"], condition=STANDS, name="waiver_one_a_year"
            ),
            _struck("waiver_struck"),
        ]
        indexes = [models.Index(fields=["area", "year"], name="waiver_area_year")]

    @property
    def ends_on(self) -> date:
        """The last day on which it holds."""
        return date(self.year, 12, 31)


class Refund(models.Model):
    """A payment that is given back: proposed, and approved by another, who posts it.

    It is done when the bank has paid it (payouts), not before.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤销")

    area = models.CharField(_("统筹区"), max_length=6)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    code = models.CharField(_("类别"), max_length=4)  # E2a, E2b: core.premiums
    words = models.CharField(_("规则"), max_length=200)
    cite = models.CharField(_("依据"), max_length=200)
    category = models.CharField(_("身份"), max_length=16)
    recognised_on = models.DateField(_("认定日期"), null=True)
    source = models.CharField(_("来源"), max_length=100)
    fen = FenField(_("退费"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = _user()
    proposed_at = models.DateTimeField(_("提出"))
    decided_by = _user(null=True)
    decided_at = models.DateTimeField(_("批准"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)
    entry_id = models.BigIntegerField(_("凭证"), null=True, unique=True)
    undone_entry_id = models.BigIntegerField(_("撤销凭证"), null=True, unique=True)

    class Meta:
        verbose_name = _("退费")
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=["proposed", "approved"]),
                name="refund_one_live",
            ),
            models.CheckConstraint(name="refund_above_0", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="refund_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="refund_posted",
                condition=Q(
                    state="approved",
                    entry_id__isnull=False,
                    decided_by__isnull=False,
                    undone_entry_id=None,
                )
                | Q(state="withdrawn", entry_id__isnull=False, undone_entry_id__isnull=False)
                | Q(state__in=["proposed", "refused"], entry_id=None, undone_entry_id=None),
            ),
        ]
        indexes = [models.Index(fields=["area", "state"], name="refund_state")]


class SubsidyRun(models.Model):
    """Medical aid pays the premium of the helped of a day 资助参保: three people, one entry."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        REVIEWED = "reviewed", _("待放行")
        RELEASED = "released", _("已入账")
        REFUSED = "refused", _("已退回")
        VOIDED = "voided", _("已冲销")

    OPEN = ("proposed", "reviewed")

    area = models.CharField(_("统筹区"), max_length=6)
    year = models.SmallIntegerField(_("年度"))
    on_day = models.DateField(_("名单日"))
    persons = models.IntegerField(_("人数"))
    fen = FenField(_("金额"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = _user()
    proposed_at = models.DateTimeField(_("提出"))
    reviewed_by = _user(null=True)
    reviewed_at = models.DateTimeField(_("复核"), null=True)
    released_by = _user(null=True)
    released_at = models.DateTimeField(_("放行"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)
    entry_id = models.BigIntegerField(_("凭证"), null=True, unique=True)
    voided_by = _user(null=True)
    voided_at = models.DateTimeField(_("冲销"), null=True)
    void_entry_id = models.BigIntegerField(_("冲销凭证"), null=True, unique=True)

    class Meta:
        verbose_name = _("资助参保")
        constraints = [
            # A second list while one waits would be drawn from people who are already on it.
            models.UniqueConstraint(
                fields=["area", "year"],
                condition=Q(state__in=["proposed", "reviewed"]),
                name="subsidy_one_open",
            ),
            models.CheckConstraint(name="subsidy_holds", condition=Q(persons__gt=0) & Q(fen__gt=0)),
            models.CheckConstraint(
                name="subsidy_three_people",
                condition=(Q(reviewed_by=None) | ~Q(reviewed_by=F("proposed_by")))
                & (
                    Q(released_by=None)
                    | (~Q(released_by=F("proposed_by")) & ~Q(released_by=F("reviewed_by")))
                )
                & (Q(voided_by=None) | ~Q(voided_by=F("released_by"))),
            ),
            models.CheckConstraint(
                name="subsidy_posted",
                condition=Q(
                    state="released",
                    entry_id__isnull=False,
                    reviewed_by__isnull=False,
                    released_by__isnull=False,
                    void_entry_id=None,
                )
                | Q(
                    state="voided",
                    entry_id__isnull=False,
                    void_entry_id__isnull=False,
                    voided_by__isnull=False,
                )
                | Q(
                    state__in=["proposed", "reviewed", "refused"], entry_id=None, void_entry_id=None
                ),
            ),
        ]


class SubsidyLine(models.Model):
    """One person of a run. `stands`: his run was neither refused nor voided."""

    run = models.ForeignKey(SubsidyRun, models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.SmallIntegerField(_("年度"))
    category = models.CharField(_("身份"), max_length=16)
    fen = FenField(_("金额"))
    stands = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("资助明细")
        constraints = [
            # Nobody is subsidised twice for a year, whichever runs he is on.
            models.UniqueConstraint(
                fields=["person", "year"], condition=Q(stands=True), name="subsidy_once_a_year"
            ),
            models.CheckConstraint(name="subsidy_line_above_0", condition=Q(fen__gt=0)),
        ]
