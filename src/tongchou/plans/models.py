"""Policies of the area: drafted, checked, adopted by different people, in force from a date.

The document is the text of core.policy; an adopted version is never edited (see the migration),
so that any past bill can be recomputed under the words that were in force (P12).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PlanVersion(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("草案")
        CHECKED = "checked", _("已复核")
        ADOPTED = "adopted", _("已采用")
        WITHDRAWN = "withdrawn", _("已撤回")

    area = models.CharField(_("统筹区"), max_length=6)
    scheme = models.CharField(_("险种"), max_length=8)
    title = models.CharField(_("名称"), max_length=100)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    document = models.TextField(_("文本"))
    cases = models.TextField(_("算例"), blank=True)  # worked cases that this text must answer
    plan_id = models.CharField(_("方案编号"), max_length=64)  # sha256 of the compiled plan
    valid_from = models.DateField(_("起执行"))  # until the next adopted version begins
    has_assumed = models.BooleanField(_("含待确认"), default=False)
    note = models.TextField(_("说明"), blank=True)
    revises = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("起草时间"))
    # Set while the draft lies with a checker: what is being checked must not change underneath.
    submitted_at = models.DateTimeField(_("送审时间"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("复核时间"), null=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    adopted_at = models.DateTimeField(_("采用时间"), null=True)

    class Meta:
        verbose_name = _("政策版本")
        constraints = [
            # Two different people: nobody checks or adopts what they wrote or checked themselves.
            models.CheckConstraint(
                name="plan_checked_by_another",
                condition=Q(checked_by=None) | Q(drafted_by=None) | ~Q(checked_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="plan_adopted_by_another",
                condition=Q(adopted_by=None)
                | (
                    ~Q(adopted_by=F("checked_by"))
                    & (Q(drafted_by=None) | ~Q(adopted_by=F("drafted_by")))
                ),
            ),
            models.CheckConstraint(
                name="plan_state_signatures",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(state="checked", checked_by__isnull=False)
                | Q(state="adopted", checked_by__isnull=False, adopted_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["area", "scheme", "valid_from"],
                condition=Q(state="adopted"),
                name="plan_one_adopted_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title
