"""Reforms that are kept, and the reports that drafts of policies rest on.

A kept reform is its overlay document (`core.policy.reform`) and whose it is; a brief is a report
frozen when a draft was made of a reform: figures, data day and plan ids never change afterwards.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.policy.values import SCHEMES
from tongchou.plans.models import PlanVersion


class Reform(models.Model):
    area = models.CharField(_("统筹区"), max_length=6)
    scheme = models.CharField(_("险种"), max_length=8)
    name = models.CharField(_("名称"), max_length=60)
    why = models.TextField(_("为什么"), blank=True)
    changes = models.JSONField(_("改动"))  # as core.policy.reform_to_tree writes them
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared = models.BooleanField(_("共享"), default=False)
    made_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("测算方案")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "scheme", "owner", "name"], name="reform_one_of_a_name"
            ),
            models.CheckConstraint(name="reform_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="reform_of_a_scheme", condition=Q(scheme__in=list(SCHEMES))
            ),
        ]
        indexes = [models.Index(fields=["area", "scheme", "-made_at"], name="reform_newest")]

    def __str__(self) -> str:
        return self.name


class Brief(models.Model):
    area = models.CharField(_("统筹区"), max_length=6)
    name = models.CharField(_("名称"), max_length=60)
    version = models.OneToOneField(PlanVersion, models.PROTECT, related_name="+")
    plan_before = models.CharField(_("现行方案编号"), max_length=64)
    plan_after = models.CharField(_("草案方案编号"), max_length=64)
    report: Any = models.JSONField(_("测算报告"))  # report.Report as JSON
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("测算报告")

    def __str__(self) -> str:
        return self.name
