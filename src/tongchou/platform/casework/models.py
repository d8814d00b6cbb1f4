"""A case, and what was done with it, in the order in which it was done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Case(models.Model):
    """Found once under its key for good: what is found again is the same case, a round further."""

    area = models.CharField(_("统筹区"), max_length=6)
    kind = models.CharField(_("种类"), max_length=20)  # casework.registry
    key = models.CharField(max_length=120)
    code = models.CharField(_("类别"), max_length=20)
    subject = models.CharField(_("对象"), max_length=60)  # what the context calls it
    subject_name = models.CharField(_("名称"), max_length=200, blank=True)
    place = models.CharField(_("属地"), max_length=50, blank=True)
    facts = models.TextField(_("事实"), blank=True)
    data = models.JSONField(default=dict)  # what the context's own acts upon it need
    sources = models.JSONField(default=list)  # what has to be looked at to see it is gone
    asks_evidence = models.BooleanField(default=False)
    days = models.SmallIntegerField(_("时限（工作日）"), default=0)  # 0: none
    state = models.CharField(_("状态"), max_length=16)
    round = models.SmallIntegerField(_("轮次"), default=1)
    returned = models.SmallIntegerField(_("退回"), default=0)
    found_at = models.DateTimeField(_("发现"))
    seen_in = models.CharField(max_length=64)  # the look that saw it last
    seen_at = models.DateTimeField(_("最近见到"))
    missed = models.SmallIntegerField(default=0)  # looks in a row, all complete, that did not
    clock_from = models.DateTimeField(_("计时起"), null=True)
    due_on = models.DateField(_("到期"), null=True)
    # Working days late at which it went up last, while the clock runs; 0: to nobody yet.
    level = models.SmallIntegerField(_("超期上报"), default=0)
    until = models.DateField(_("例外到期"), null=True)
    # The day as of which it was last looked at: a look as of an earlier day says nothing of it.
    looked_on = models.DateField(null=True)
    moved_at = models.DateTimeField(_("最近变动"))
    closed_at = models.DateTimeField(_("销号"), null=True)

    class Meta:
        verbose_name = _("案件")
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "key"], name="case_one_of_a_key"),
            models.CheckConstraint(name="case_round", condition=Q(round__gte=1)),
            models.CheckConstraint(
                name="case_clock",
                condition=Q(due_on=None) | Q(clock_from__isnull=False),
            ),
            models.CheckConstraint(
                name="case_level",
                condition=Q(level=0) | Q(level__gt=0, due_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["area", "kind", "state", "due_on"], name="case_waiting"),
            models.Index(fields=["area", "kind", "subject"], name="case_subject"),
            models.Index(fields=["area", "kind", "place", "code"], name="case_place"),
        ]

    def __str__(self) -> str:
        return self.key


class Step(models.Model):
    """One act upon a case; never changed (see the migration). `verb` "" is the system's own."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    round = models.SmallIntegerField(_("轮次"))
    verb = models.CharField(_("做了什么"), max_length=20)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("时间"))
    note = models.CharField(_("说明"), max_length=500, blank=True)
    look = models.CharField(max_length=64, blank=True)  # the run that made the system act

    class Meta:
        verbose_name = _("案件经过")
        ordering = ["pk"]
        constraints = [
            # Nothing is handed out twice in a round.
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(verb="issue"), name="case_issued_once"
            ),
            # A person's act has its person; the system's has the look that led to it.
            models.CheckConstraint(
                name="case_step_by", condition=Q(by__isnull=False) | ~Q(look="") | Q(verb="expire")
            ),
        ]
        indexes = [models.Index(fields=["case", "round"], name="case_steps")]


class Evidence(models.Model):
    """A file that came with an act, kept as it came."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="evidence")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("佐证")
