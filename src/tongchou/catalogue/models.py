"""What can be charged (drugs, services, consumables) and diagnosed, with dated terms."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.platform.db.fields import RateField


class Item(models.Model):
    """A catalogue item; `list_type` is the national one (101 drug .. 301 consumable)."""

    code = models.CharField(_("编码"), max_length=50, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    initials = models.CharField(_("拼音首字母"), max_length=200, blank=True)
    list_type = models.CharField(_("目录类别"), max_length=3)
    charge_type = models.CharField(_("收费项目类别"), max_length=6)  # med_chrgitm_type
    unit = models.CharField(_("计价单位"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("项目")

    def __str__(self) -> str:
        return self.name


class ItemTerm(models.Model):
    """The item's terms over a spell [start, end): class, first-self-pay share, price ceiling.

    Spells of one item do not overlap (see the migration's constraint).
    """

    class Level(models.TextChoices):
        A = "01", _("甲类")
        B = "02", _("乙类")
        C = "03", _("丙类")

    item = models.ForeignKey(Item, models.PROTECT, related_name="terms")
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    level = models.CharField(_("类别"), max_length=2, choices=Level)
    first_self_pay = RateField(_("先行自付比例"), default=0)  # ten-thousandths; 10000 for class C
    ceiling = models.BigIntegerField(_("限价"), null=True, blank=True)  # millionths of a yuan
    source = models.CharField(_("依据"), max_length=100)

    class Meta:
        verbose_name = _("项目条件")
        constraints = [
            models.CheckConstraint(
                name="item_term_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="item_term_share",
                condition=Q(first_self_pay__gte=0, first_self_pay__lte=10000),
            ),
            models.CheckConstraint(
                name="item_term_ceiling", condition=Q(ceiling=None) | Q(ceiling__gte=0)
            ),
        ]
        indexes = [models.Index(fields=["item", "start"], name="item_term_item")]


class Disease(models.Model):
    """A diagnosis, operation or chronic-disease code of the national lists."""

    class Kind(models.TextChoices):
        DIAGNOSIS = "diagnosis", _("疾病诊断")
        OPERATION = "operation", _("手术操作")
        CHRONIC = "chronic", _("门诊慢特病")

    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    code = models.CharField(_("编码"), max_length=30)
    name = models.CharField(_("名称"), max_length=300)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("病种")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="disease_code")]

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """An uploaded catalogue file, kept as received until somebody takes or refuses it."""

    class Kind(models.TextChoices):
        ITEMS = "items", _("项目目录")
        DISEASES = "diseases", _("病种目录")

    class State(models.TextChoices):
        STAGED = "staged", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        REFUSED = "refused", _("已退回")

    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    area = models.CharField(max_length=6)
    name = models.CharField(_("文件"), max_length=200)
    source = models.CharField(_("依据"), max_length=100)
    digest = models.CharField(max_length=64)  # sha256 of the content, hex
    content = models.BinaryField()
    rows = models.IntegerField(_("行数"))
    counts = models.JSONField(default=dict)  # importing.plan.Plan.counts
    changes = models.JSONField(default=list)  # the first rows of the preview
    problems = models.JSONField(default=list)  # importing.plan.Problem, all
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.STAGED)
    uploaded_by = models.CharField(_("上传人"), max_length=60)
    uploaded_at = models.DateTimeField(_("上传时间"))
    decided_by = models.CharField(_("办理人"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("办理时间"), null=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("目录文件")
        indexes = [models.Index(fields=["uploaded_at"], name="import_file_at")]
