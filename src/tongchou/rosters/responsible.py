"""Who answers for the helped households of a village: at most one on a day (ENR-23)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Responsible(models.Model):
    area = models.CharField(_("统筹区"), max_length=6)
    town = models.CharField(_("镇街"), max_length=50)
    village = models.CharField(_("村居"), max_length=50)
    name = models.CharField(_("责任人"), max_length=50)
    phone = models.CharField(_("电话"), max_length=20)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记"))

    class Meta:
        verbose_name = _("帮扶责任人")
        constraints = [
            models.CheckConstraint(
                name="responsible_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            )
        ]
        indexes = [models.Index(fields=["area", "town", "village"], name="responsible_place")]

    def __str__(self) -> str:
        return self.name
