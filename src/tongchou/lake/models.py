"""What replays of whole years have found (P12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Replay(models.Model):
    """One year folded again out of the copy, and compared with what was posted."""

    area = models.CharField(_("统筹区"), max_length=6)
    year = models.SmallIntegerField(_("医保年度"))
    scheme = models.CharField(_("险种"), max_length=8)
    copied_at = models.DateTimeField(_("副本时间"))
    started_at = models.DateTimeField(_("开始"))
    seconds = models.DecimalField(_("用时（秒）"), max_digits=9, decimal_places=1)
    bills = models.BigIntegerField(_("结算单"))
    years = models.BigIntegerField(_("人年"))
    different = models.BigIntegerField(_("不等"))
    asked_by = models.CharField(_("谁"), max_length=60)

    class Meta:
        verbose_name = _("整年重算")
        indexes = [models.Index(fields=["area", "-started_at"], name="replay_newest")]

    def __str__(self) -> str:
        return f"{self.area}-{self.scheme} {self.year}"


class ReplayDifference(models.Model):
    """A bill whose recomputation is not what was posted; by core.policy.TIERS, fen."""

    replay = models.ForeignKey(Replay, models.CASCADE, related_name="differences")
    settlement_id = models.BigIntegerField(_("结算单"))
    posted = models.JSONField()
    recomputed = models.JSONField()

    class Meta:
        verbose_name = _("重算差异")
        constraints = [
            models.UniqueConstraint(fields=["replay", "settlement_id"], name="replay_names_once")
        ]
