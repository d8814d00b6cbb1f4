"""What agencies send about helped people, what was found in it, and what people decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Sender(models.Model):
    """An entry of the register of data sharing: who sends what, for what, on what ground."""

    area = models.CharField(_("统筹区"), max_length=6)
    source = models.CharField(_("名单"), max_length=40)  # as its files are named
    agency = models.CharField(_("部门"), max_length=20)  # of the rule pack
    purpose = models.CharField(_("用途"), max_length=200)
    ground = models.CharField(_("依据"), max_length=200)
    fields = models.CharField(_("共享字段"), max_length=200, blank=True)
    due_day = models.SmallIntegerField(_("每月几日前"), default=10)
    monthly = models.BooleanField(_("按月报送"), default=True)

    class Meta:
        verbose_name = _("报送单位")
        constraints = [
            models.UniqueConstraint(fields=["area", "source"], name="sender_once"),
            models.CheckConstraint(
                name="sender_due_day", condition=Q(due_day__gte=1, due_day__lte=28)
            ),
        ]

    def __str__(self) -> str:
        return self.source


class RosterFile(models.Model):
    """A file as it was sent, kept unchanged.

    Of full lists at most one is in use for a sender and a month; lists of changes come after it,
    as many as there are days.
    """

    class Kind(models.TextChoices):
        FULL = "full", _("全量名单")
        CHANGES = "changes", _("变动名单")

    class State(models.TextChoices):
        RECEIVED = "received", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已退回")
        UNDONE = "undone", _("已撤销")

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="files")
    month = models.CharField(_("所属月份"), max_length=7)  # YYYY-MM
    kind = models.CharField(_("种类"), max_length=8, choices=Kind, default=Kind.FULL)
    day = models.DateField(_("截至"), null=True)  # the last day it tells of, where it says so
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rows = models.IntegerField(_("行数"))
    # core.rosters.Received: what the next list is judged by; of changes, {change: rows}
    kept = models.JSONField()
    gates = models.JSONField(default=list)  # [{code, facts, block}]
    # Gates that stand in the way and that a named person let pass: [{codes, by, at, reason}].
    released = models.JSONField(default=list)
    skipped = models.JSONField(default=list)  # [[sheet, row, why]]
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.RECEIVED)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("收到"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("处理"), null=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("名单")
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "month"],
                condition=Q(state="accepted", kind="full"),
                name="roster_one_in_use",
            ),
            models.UniqueConstraint(
                fields=["sender", "month", "sha256"],
                condition=Q(state="accepted"),
                name="roster_used_once",
            ),
            models.CheckConstraint(
                name="roster_kind", condition=Q(kind="full") | Q(kind="changes", day__isnull=False)
            ),
            models.CheckConstraint(
                name="roster_decided",
                condition=Q(state="received", decided_by=None)
                | (~Q(state="received") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="roster_month")]

    def __str__(self) -> str:
        return self.name

    @property
    def of_changes(self) -> bool:
        return self.kind == self.Kind.CHANGES

    @property
    def known_as(self) -> str:
        """The name by which a run tells its files apart: every day's changes are called alike."""
        return self.name if self.kind == self.Kind.FULL else f"{self.name} #{self.pk}"


class Pin(models.Model):
    """Who is meant by a row, or is not, as a person decided: from then on it beats the rules."""

    area = models.CharField(_("统筹区"), max_length=6)
    subject = models.CharField(max_length=40)  # the row's provisional name
    row_name = models.CharField(_("名单写的"), max_length=50)
    person_no = models.CharField(_("人员编号"), max_length=30)
    must = models.BooleanField(_("就是此人"))
    evidence = models.CharField(_("依据"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("核定"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("撤销"), null=True)
    removed_reason = models.CharField(_("撤销的原因"), max_length=200, blank=True)
    # The row as it was written: number, town, village, head, file, sheet, row.
    written = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("核定")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "subject"],
                condition=Q(must=True, removed_at=None),
                name="pin_one_person",
            ),
            # Of one person it is said once that he is meant, or that he is not.
            models.UniqueConstraint(
                fields=["area", "subject", "person_no"],
                condition=Q(removed_at=None),
                name="pin_said_once",
            ),
            models.CheckConstraint(
                name="pin_removed",
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]


class Run(models.Model):
    """A month compared with the register: tried first, then issued by another.

    `changes`: it is about `subjects` alone, those whom this list of changes names. `corrects`: the
    run of the month that was issued before, when later months were issued already: only what
    differs from it is issued.
    """

    class State(models.TextChoices):
        TRIED = "tried", _("试比对")
        ISSUED = "issued", _("已下发")

    area = models.CharField(_("统筹区"), max_length=6)
    month = models.CharField(_("月份"), max_length=7)
    run_id = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.TRIED)
    summary = models.JSONField()
    incomplete = models.JSONField(default=list)
    changes = models.ForeignKey(RosterFile, models.PROTECT, null=True, related_name="runs")
    subjects = models.JSONField(default=list)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    asked_by = models.CharField(_("谁"), max_length=60)
    made_at = models.DateTimeField(_("比对"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("下发"), null=True)

    class Meta:
        verbose_name = _("比对")
        constraints = [
            models.UniqueConstraint(fields=["area", "month", "run_id"], name="run_once"),
            models.CheckConstraint(
                name="run_issued",
                condition=Q(state="tried", issued_at=None)
                | Q(state="issued", issued_at__isnull=False, issued_by__isnull=False),
            ),
            models.CheckConstraint(
                name="run_of_one_kind", condition=Q(changes=None) | Q(corrects=None)
            ),
        ]
        indexes = [models.Index(fields=["area", "month", "-made_at"], name="run_newest")]


class ReturnFile(models.Model):
    """What was sent back to a sender about each line of its list, kept as it was sent."""

    file = models.ForeignKey(RosterFile, models.PROTECT, related_name="returns")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    lines = models.IntegerField(_("行数"))
    counts = models.JSONField()  # lines by result
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("反馈"))

    class Meta:
        verbose_name = _("反馈文件")
        constraints = [
            models.UniqueConstraint(fields=["file", "sha256"], name="return_once"),
        ]


class RunFinding(models.Model):
    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    key = models.CharField(max_length=120)
    code = models.CharField(_("类别"), max_length=20)
    subject = models.CharField(_("对象"), max_length=60)
    name = models.CharField(_("姓名"), max_length=50, blank=True)
    sources = models.JSONField(default=list)
    facts = models.TextField(_("事实"))
    town = models.CharField(_("属地"), max_length=50, blank=True)
    told = models.JSONField(default=dict)  # what an act upon it needs
    fate = models.CharField(max_length=10)  # core.rosters: new, reopened, open

    class Meta:
        verbose_name = _("发现的问题")
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="finding_once")]


class OpenRow(models.Model):
    """A row that no rule could settle, with whom it may mean."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="open_rows")
    file = models.ForeignKey(RosterFile, models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=60)
    row = models.IntegerField(_("行"))
    subject = models.CharField(max_length=40)
    tier = models.CharField(max_length=8)  # review, none
    name = models.CharField(_("姓名"), max_length=50)
    number = models.CharField(_("证件号"), max_length=50, blank=True)
    number_kind = models.CharField(max_length=8)
    sex = models.CharField(max_length=1, blank=True)
    birth = models.CharField(max_length=10, blank=True)
    town = models.CharField(max_length=50, blank=True)
    village = models.CharField(max_length=50, blank=True)
    head = models.CharField(max_length=50, blank=True)
    why = models.CharField(max_length=200)
    candidates = models.JSONField(default=list)  # [{person_no, score, why}]

    class Meta:
        verbose_name = _("待核定的行")
        indexes = [models.Index(fields=["run", "tier", "id"], name="open_row_next")]


class Listed(models.Model):
    """Who stood on a list in a month, found without a doubt: who leaves it is seen by this."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="listed")
    source = models.CharField(max_length=40)
    person_no = models.CharField(max_length=30)

    class Meta:
        verbose_name = _("名单上的人")
        constraints = [
            models.UniqueConstraint(fields=["run", "source", "person_no"], name="listed_once")
        ]


# Kept beside their reads; Django finds its models here.
from tongchou.rosters.applications import Application  # noqa: E402, F401
from tongchou.rosters.responsible import Responsible  # noqa: E402, F401
