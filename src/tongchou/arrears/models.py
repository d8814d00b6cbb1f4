"""What a person's year should have been paid and was not: three people until it is posted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.platform.db.fields import FenField
from tongchou.settlement.models import PersonYear, Settlement


class State(models.TextChoices):
    PROPOSED = "proposed", _("待复核")
    REVIEWED = "reviewed", _("待放行")
    RELEASED = "released", _("已入账")
    REFUSED = "refused", _("已退回")


def three_people(name: str) -> models.CheckConstraint:
    """Whoever proposed, reviewed and released are three."""
    return models.CheckConstraint(
        name=name,
        condition=(Q(reviewed_by=None) | ~Q(reviewed_by=F("proposed_by")))
        & (
            Q(released_by=None)
            | (~Q(released_by=F("proposed_by")) & ~Q(released_by=F("reviewed_by")))
        ),
    )


class Batch(models.Model):
    """All that was withheld at windows until a month's end, paid at once 集中补算 (STL-11).

    Each person's year is an arrear of its own under it; the batch is only how they go together.
    """

    State = State

    area = models.CharField(_("统筹区"), max_length=6)
    month = models.CharField(_("月份"), max_length=7)  # 2019-06
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("复核"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("放行"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("集中补算")
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                condition=Q(state__in=["proposed", "reviewed"]),
                name="arrears_batch_one_open",
            ),
            three_people("arrears_batch_three_people"),
            models.CheckConstraint(
                name="arrears_batch_released",
                condition=~Q(state="released")
                | Q(reviewed_by__isnull=False, released_by__isnull=False),
            ),
        ]


class Arrear(models.Model):
    State = State

    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="arrears")
    area = models.CharField(_("统筹区"), max_length=6)
    person_year = models.ForeignKey(PersonYear, models.PROTECT, related_name="arrears")
    reason = models.CharField(_("原因"), max_length=200)
    total = FenField(_("补差"))  # of all funds; less than zero: paid too much
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("复核"), null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("放行"), null=True)
    entry_id = models.BigIntegerField(_("凭证"), null=True, unique=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("待遇补差")
        constraints = [
            # One at a time of a person's year: two would pay the same difference twice.
            models.UniqueConstraint(
                fields=["person_year"],
                condition=Q(state__in=["proposed", "reviewed"]),
                name="arrear_one_open",
            ),
            three_people("arrear_three_people"),
            models.CheckConstraint(
                name="arrear_released",
                condition=Q(
                    state="released",
                    entry_id__isnull=False,
                    reviewed_by__isnull=False,
                    released_by__isnull=False,
                )
                | (~Q(state="released") & Q(entry_id=None)),
            ),
        ]


class ArrearLine(models.Model):
    """The difference of one bill, fen by tier: what should have been paid less what was."""

    arrear = models.ForeignKey(Arrear, models.PROTECT, related_name="lines")
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="+")
    identities = models.JSONField(default=list)  # as known now, on the bill's day
    basic = FenField(_("基本"))
    supplement = FenField(_("高额补充"))
    critical_illness = FenField(_("大病"))
    medical_aid = FenField(_("救助"))
    institution_reduction = FenField(_("机构减免"))
    commercial = FenField(_("商业补充"))
    re_aid = FenField(_("再救助"))
    total = FenField(_("合计"))

    class Meta:
        verbose_name = _("补差明细")
        constraints = [
            models.UniqueConstraint(fields=["arrear", "settlement"], name="arrear_line_once"),
            models.CheckConstraint(
                name="arrear_line_total",
                condition=Q(
                    total=F("basic")
                    + F("supplement")
                    + F("critical_illness")
                    + F("medical_aid")
                    + F("institution_reduction")
                    + F("commercial")
                    + F("re_aid")
                ),
            ),
        ]
