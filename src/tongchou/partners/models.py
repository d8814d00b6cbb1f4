"""Other pooling areas, and what was agreed with each: one row for a partner, a kind and a spell.

What was recorded of an agreement is never edited: it is ended before its day, or struck where it
was recorded wrongly, each with its reason (the migration's triggers refuse the rest).
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

STANDS = Q(struck_at=None)


def _user() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


class Partner(models.Model):
    """Another area, as one of ours knows it. `area` is ours, `code` is theirs."""

    area = models.CharField(_("统筹区"), max_length=6)
    code = models.CharField(_("区划代码"), max_length=6)
    name = models.CharField(_("合作统筹区"), max_length=100)
    office = models.CharField(_("对方单位"), max_length=100)
    contact = models.CharField(_("联系人"), max_length=50, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("合作统筹区")
        constraints = [
            models.UniqueConstraint(fields=["area", "code"], name="partner_once"),
            models.CheckConstraint(name="partner_is_another", condition=~Q(code=F("area"))),
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """What was agreed over [start, end); of one partner and kind no two share a day (migration).

    `agreed_end` is the paper's, `end` is when it is really over: earlier where it was ended.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements")
    kind = models.CharField(_("合作事项"), max_length=40)  # free words, offered again
    number = models.CharField(_("协议号"), max_length=50)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True)
    agreed_end = models.DateField(_("协议期满（不含）"), null=True)
    note = models.CharField(_("约定要点"), max_length=400, blank=True)
    paper_name = models.CharField(_("文件名"), max_length=200)
    paper_sha256 = models.CharField(max_length=64)
    paper = models.BinaryField()
    recorded_by = _user()
    recorded_at = models.DateTimeField(_("登记"))
    ended_at = models.DateTimeField(_("终止登记"), null=True)
    ended_by = models.CharField(_("终止登记人"), max_length=60, blank=True)
    ended_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    struck_at = models.DateTimeField(_("更正时间"), null=True)
    struck_by = models.CharField(_("更正人"), max_length=60, blank=True)
    struck_reason = models.CharField(_("更正原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("合作协议")
        constraints = [
            models.CheckConstraint(
                name="partner_agreement_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
            # Its end is the paper's, or earlier by an act with a reason.
            models.CheckConstraint(
                name="partner_agreement_end",
                condition=Q(ended_at=None, ended_reason="", end=None, agreed_end=None)
                | Q(
                    ended_at=None, ended_reason="", end__isnull=False, agreed_end__isnull=False,
                    end=F("agreed_end"),
                )
                | Q(ended_at__isnull=False, end__isnull=False)
                & ~Q(ended_reason="")
                & (Q(agreed_end=None) | Q(end__lt=F("agreed_end"))),
            ),
            models.CheckConstraint(
                name="partner_agreement_struck",
                condition=Q(struck_at=None, struck_reason="")
                | Q(struck_at__isnull=False) & ~Q(struck_reason=""),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["partner", "kind"], name="partner_agreement_kind")]

    def on(self, day: date) -> bool:
        """Say whether it is in force on the day."""
        standing = self.struck_at is None and self.start <= day
        return standing and (self.end is None or day < self.end)
