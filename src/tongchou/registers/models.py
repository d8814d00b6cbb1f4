"""What other offices register, what a comparison found in it, and what people decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

INSTITUTIONS, POPULATION = "institutions", "population"


class RegisterFile(models.Model):
    """A register as it was sent, kept unchanged. At most one of a month is in use."""

    class Register(models.TextChoices):
        HEALTH = "health", _("卫健医疗机构登记")
        MARKET = "market", _("市场监管主体登记")
        POPULATION = "population", _("公安人口登记")

    class State(models.TextChoices):
        RECEIVED = "received", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已退回")
        UNDONE = "undone", _("已撤销")

    area = models.CharField(_("统筹区"), max_length=6)
    register = models.CharField(_("登记"), max_length=10, choices=Register)
    month = models.CharField(_("所属月份"), max_length=7)  # YYYY-MM
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rows = models.IntegerField(_("行数"))
    kept = models.JSONField()  # core.lists.Received: what the next one is judged by
    gates = models.JSONField(default=list)  # [{code, facts, block}]
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
        verbose_name = _("登记数据")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "register", "month"],
                condition=Q(state="accepted"),
                name="register_one_in_use",
            ),
            models.CheckConstraint(
                name="register_decided",
                condition=Q(state="received", decided_by=None)
                | (~Q(state="received") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["area", "month", "state"], name="register_month")]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """What is meant by a row, or is not, as a person decided: from then on it beats the rules.

    `subject`: an institution's code, or the provisional name of a person's row; `key`: the key of
    a register's row, or a person's number.
    """

    area = models.CharField(_("统筹区"), max_length=6)
    register = models.CharField(_("登记"), max_length=10, choices=RegisterFile.Register)
    subject = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    shown = models.CharField(_("写法"), max_length=250)
    must = models.BooleanField(_("就是它"))
    evidence = models.CharField(_("依据"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("核定"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("撤销"), null=True)

    class Meta:
        verbose_name = _("核定")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "register", "subject"],
                condition=Q(must=True, removed_at=None),
                name="register_pin_once",
            ),
            models.CheckConstraint(
                name="register_pin_removed",
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]


class Run(models.Model):
    """A comparison of a month: tried first, then issued by another."""

    class Kind(models.TextChoices):
        INSTITUTIONS = INSTITUTIONS, _("定点机构")
        POPULATION = POPULATION, _("人口参保")

    class State(models.TextChoices):
        TRIED = "tried", _("试比对")
        ISSUED = "issued", _("已下发")

    area = models.CharField(_("统筹区"), max_length=6)
    kind = models.CharField(_("比对"), max_length=12, choices=Kind)
    month = models.CharField(_("月份"), max_length=7)
    day = models.DateField(_("参保看哪一天"))
    run_id = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.TRIED)
    summary = models.JSONField()
    incomplete = models.JSONField(default=list)  # registers that clear nobody in this run
    files = models.JSONField(default=list)  # [[register, sha256]]
    asked_by = models.CharField(_("谁"), max_length=60)
    made_at = models.DateTimeField(_("比对时间"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("下发"), null=True)

    class Meta:
        verbose_name = _("登记比对")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "month", "run_id"], name="register_run_once"
            ),
            models.CheckConstraint(
                name="register_run_issued",
                condition=Q(state="tried", issued_at=None)
                | Q(state="issued", issued_at__isnull=False, issued_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["area", "kind", "month", "-made_at"], name="register_run_newest")
        ]


class RunFinding(models.Model):
    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    key = models.CharField(max_length=120)
    code = models.CharField(_("类别"), max_length=20)
    subject = models.CharField(_("对象"), max_length=60)
    name = models.CharField(_("名称"), max_length=200, blank=True)
    sources = models.JSONField(default=list)
    facts = models.TextField(_("事实"))
    town = models.CharField(_("镇街"), max_length=50, blank=True)
    told = models.JSONField(default=dict)  # what an act upon it needs
    fate = models.CharField(max_length=10, blank=True)  # core.lists; "" is information only

    class Meta:
        verbose_name = _("登记问题")
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="register_finding_once")]


class OpenMatch(models.Model):
    """An institution that stands in a register perhaps under another writing."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="open_matches")
    register = models.CharField(_("登记"), max_length=10, choices=RegisterFile.Register)
    code = models.CharField(_("机构编码"), max_length=12)
    name = models.CharField(_("名称"), max_length=200)
    candidates = models.JSONField()  # [{key, score, why, name, code, licence, address, row, file}]

    class Meta:
        verbose_name = _("待核定的机构")
        constraints = [
            models.UniqueConstraint(fields=["run", "register", "code"], name="open_match_once")
        ]


class Counted(models.Model):
    """A person of the population in a run: numerator, denominator and list are these rows."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="counted")
    subject = models.CharField(max_length=40)
    person_no = models.CharField(_("人员编号"), max_length=30, blank=True)
    sheet = models.CharField(max_length=60, blank=True)
    row = models.IntegerField(_("行"))
    name = models.CharField(_("姓名"), max_length=200)
    number = models.CharField(_("证件号"), max_length=100, blank=True)
    birth = models.DateField(_("出生"), null=True)
    age = models.SmallIntegerField(_("年龄"))  # -1: unknown
    town = models.CharField(_("镇街"), max_length=200, blank=True)
    village = models.CharField(_("村居"), max_length=200, blank=True)
    rule = models.CharField(max_length=20)
    outcome = models.CharField(_("结论"), max_length=4, blank=True)  # "" insured, "?" unsettled
    repeats = models.IntegerField(_("重复行"), default=0)
    candidates = models.JSONField(default=list)  # [[person_no, score, [why]]]

    class Meta:
        verbose_name = _("登记人口")
        constraints = [
            models.UniqueConstraint(fields=["run", "subject"], name="counted_once"),
            models.CheckConstraint(
                name="counted_insured_is_known", condition=~Q(outcome="") | ~Q(person_no="")
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "town"], name="counted_by_town")]
