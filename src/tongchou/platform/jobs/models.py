"""One piece of long work, from when it is asked for until it is known how it ended."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        STOPPED = "stopped", _("已停止")

    kind = models.CharField(_("作业"), max_length=40)  # platform.jobs.registry
    area = models.CharField(_("统筹区"), max_length=6)
    # Work of one kind about one thing is asked for once at a time.
    about = models.CharField(_("对象"), max_length=100, blank=True)
    params = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(null=True)  # None: not known yet
    words = models.CharField(_("进展"), max_length=200, blank=True)
    result = models.JSONField(default=dict)
    reason = models.TextField(_("未完成的原因"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("提交"))
    started_at = models.DateTimeField(_("开始"), null=True)
    finished_at = models.DateTimeField(_("结束"), null=True)
    beat_at = models.DateTimeField(null=True)  # the worker is alive
    tries = models.SmallIntegerField(default=0)
    stop_wanted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("后台作业")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "about"],
                condition=Q(state__in=["queued", "running"]),
                name="job_one_at_a_time",
            ),
            models.CheckConstraint(
                name="job_finished",
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "stopped"], finished_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "asked_at"], name="job_waiting"),
            models.Index(fields=["area", "-asked_at"], name="job_of_area"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

    @property
    def percent(self) -> int | None:
        """How far it is, whole percent; None while that is not known."""
        if self.state == self.State.DONE:
            return 100
        return None if not self.whole else min(99, self.done * 100 // self.whole)
