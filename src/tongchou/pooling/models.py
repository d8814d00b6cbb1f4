"""Changes of the pooling level, and the money that goes up and down within a pool.

A change is proposed, confirmed by another and holds from a later day (`authority.Pooling`); before
that day it can be withdrawn. A remittance is two entries, one in the member's books and one in the
pool's: no entry reaches over two areas, and each area's books stay whole by themselves.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.funds.models import Entry, Fund
from tongchou.platform.authority.models import Area, Pooling
from tongchou.platform.db.fields import FenField


def _user(*, null: bool = False) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name="+")


class Change(models.Model):
    """One scheme of an area goes into a pool from a day on."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        DROPPED = "dropped", _("已退回")
        WITHDRAWN = "withdrawn", _("已撤回")

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    scheme = models.CharField(_("险种"), max_length=8)
    pool = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("统筹到"))
    starts_on = models.DateField(_("起统筹"))
    ground = models.CharField(_("依据"), max_length=200)  # the document that orders it
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = _user()
    proposed_at = models.DateTimeField(_("提出"))
    decided_by = _user(null=True)
    decided_at = models.DateTimeField(_("确认或退回"), null=True)
    withdrawn_by = _user(null=True)
    withdrawn_at = models.DateTimeField(_("撤回"), null=True)
    reason = models.CharField(_("退回或撤回的原因"), max_length=200, blank=True)
    pooling = models.OneToOneField(Pooling, models.PROTECT, null=True, related_name="change")
    # The spell in an earlier pool that this one ended.
    former = models.ForeignKey(Pooling, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("统筹层次变更")
        constraints = [
            models.CheckConstraint(
                name="pooling_change_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="pooling_change_state",
                condition=Q(
                    state="proposed", decided_by=None, decided_at=None, pooling=None, reason=""
                )
                | Q(state="dropped", decided_by__isnull=False, pooling=None) & ~Q(reason="")
                | Q(state="confirmed", decided_by__isnull=False, pooling__isnull=False, reason="")
                | Q(state="withdrawn", withdrawn_by__isnull=False, pooling__isnull=False)
                & ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["area", "scheme"],
                condition=Q(state="proposed"),
                name="pooling_change_one_open",
            ),
        ]


class Remittance(models.Model):
    """Money of one fund that goes up to the pool or down to a member; or one of them undone."""

    class Kind(models.TextChoices):
        CLOSING = "closing", _("结余上解")  # what the member had of its own before
        UP = "up", _("上解")
        DOWN = "down", _("下拨")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        POSTED = "posted", _("已入账")
        DROPPED = "dropped", _("已退回")

    pooling = models.ForeignKey(Pooling, models.PROTECT, related_name="remittances")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    fen = FenField(_("金额"))  # below 0 undoes `corrects`
    ground = models.CharField(_("依据"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    proposed_by = _user()
    proposed_at = models.DateTimeField(_("提出"))
    decided_by = _user(null=True)
    decided_at = models.DateTimeField(_("复核"), null=True)
    reason = models.CharField(_("退回的原因"), max_length=200, blank=True)
    area_entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    pool_entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("上解下拨")
        constraints = [
            models.CheckConstraint(
                name="remittance_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="remittance_sign",
                condition=Q(corrects=None, fen__gt=0) | Q(corrects__isnull=False, fen__lt=0),
            ),
            models.CheckConstraint(
                name="remittance_posted",
                condition=Q(
                    state="posted",
                    decided_by__isnull=False,
                    area_entry__isnull=False,
                    pool_entry__isnull=False,
                )
                | ~Q(state="posted") & Q(area_entry=None, pool_entry=None),
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=~Q(state="dropped"), name="remittance_undone_once"
            ),
        ]

    @property
    def downward(self) -> bool:
        return self.kind == self.Kind.DOWN
