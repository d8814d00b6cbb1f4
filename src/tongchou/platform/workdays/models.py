"""Days that are not what their weekday says: off, or worked in exchange."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SpecialDay(models.Model):
    area = models.CharField(_("统筹区"), max_length=6)
    day = models.DateField(_("日期"))
    works = models.BooleanField(_("上班"))  # a weekend's day that is worked; else a day off
    name = models.CharField(_("名称"), max_length=50)
    notice = models.CharField(_("依据"), max_length=200)  # the notice that says so
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("登记"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("撤销"), null=True)
    removed_reason = models.CharField(_("撤销的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("节假日")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "day"], condition=Q(removed_at=None), name="special_day_once"
            ),
            models.CheckConstraint(name="special_day_notice", condition=~Q(notice="")),
            models.CheckConstraint(
                name="special_day_removed",
                condition=Q(removed_at=None, removed_by=None, removed_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
