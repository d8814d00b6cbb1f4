"""What a town applies for: that a person is recognised as belonging to a helped group.

Handed in by 31 December, it holds from the next 1 January (ENR-11); handed in within the year that
it is for, it goes the dynamic path and holds from the day of recognition (ENR-12).
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.people.models import Person


class Application(models.Model):
    class Path(models.TextChoices):
        YEARLY = "yearly", _("年度申请")
        DYNAMIC = "dynamic", _("动态新增")

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("待审核")
        RECOGNISED = "recognised", _("已认定")
        REFUSED = "refused", _("已退回")

    area = models.CharField(_("统筹区"), max_length=6)
    town = models.CharField(_("镇街"), max_length=50)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("身份"), max_length=16)  # people.labels
    begins = models.DateField(_("年度起"))  # 1 January of the year that it is for
    submitted_on = models.DateField(_("报送"))
    path = models.CharField(_("途径"), max_length=8, choices=Path)
    material_name = models.CharField(_("材料"), max_length=200)
    material = models.BinaryField()
    material_sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("报送时间"))
    recognised_on = models.DateField(_("认定"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("审核"), null=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("困难申请")
        constraints = [
            models.CheckConstraint(
                name="application_path",
                condition=Q(path="yearly", submitted_on__lt=F("begins"))
                | Q(path="dynamic", submitted_on__gte=F("begins")),
            ),
            models.CheckConstraint(
                name="application_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="application_decided",
                condition=Q(state="submitted", decided_by=None, recognised_on=None)
                | Q(state="refused", decided_by__isnull=False, recognised_on=None)
                | Q(state="recognised", decided_by__isnull=False, recognised_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "begins"],
                condition=Q(state__in=["submitted", "recognised"]),
                name="application_once",
            ),
        ]
        indexes = [models.Index(fields=["area", "state", "town"], name="application_waiting")]

    @property
    def year(self) -> int:
        return self.begins.year

    @property
    def effective(self) -> date | None:
        """The first day of the identity; None where it is refused, or not yet told by a day."""
        if self.state == self.State.REFUSED:
            return None
        return self.begins if self.path == self.Path.YEARLY else self.recognised_on
