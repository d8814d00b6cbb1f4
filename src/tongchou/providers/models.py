"""Designated institutions, the agreements that open and close their billing, and their doctors."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Institution(models.Model):
    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("医院")
        COMMUNITY = "community", _("社区卫生服务中心")
        CLINIC = "clinic", _("诊所")
        PHARMACY = "pharmacy", _("药店")

    class Level(models.TextChoices):
        COMMUNITY = "community", _("社区")
        LEVEL1 = "level1", _("一级")
        LEVEL2 = "level2", _("二级")
        LEVEL3 = "level3", _("三级")

    code = models.CharField(_("机构编码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    initials = models.CharField(_("拼音首字母"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    level = models.CharField(_("级别"), max_length=10, choices=Level)
    hosp_lv = models.CharField(_("医院等级"), max_length=2)
    ownership = models.CharField(_("性质"), max_length=20, blank=True)
    area = models.CharField(_("所在区划"), max_length=6)
    town = models.CharField(_("镇街"), max_length=50, blank=True)
    # By these it is found in the registers of other offices; "" where we were not told.
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    licence_no = models.CharField(_("许可证登记号"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    # Capabilities are flags of their own, never derived from the level.
    one_stop = models.BooleanField(_("一站式"), default=False)
    cross_area_inpatient = models.BooleanField(_("异地住院"), default=False)
    cross_area_outpatient = models.BooleanField(_("异地门诊"), default=False)
    cross_area_chronic = models.BooleanField(_("异地门诊慢特病"), default=False)
    e_voucher = models.BooleanField(_("电子凭证"), default=False)
    # The gateway's credentials of this institution.
    paasid = models.CharField(_("接口账号"), max_length=64, unique=True)
    token = models.CharField(_("接口密钥"), max_length=128)
    body_signature_required = models.BooleanField(_("报文须签名"), default=False)

    class Meta:
        verbose_name = _("定点机构")

    def __str__(self) -> str:
        return self.name


class Agreement(models.Model):
    """What the agreement allows over a spell [start, end); spells do not overlap (migration).

    No spell on a day: no agreement, billing closed.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("执行中")
        RECTIFY = "rectify", _("限期整改")
        PAYMENT_SUSPENDED = "payment_suspended", _("暂停拨付")
        SETTLEMENT_SUSPENDED = "settlement_suspended", _("暂停结算")
        SUSPENDED = "suspended", _("中止")
        ENDED = "ended", _("解除")

    class EndReason(models.TextChoices):
        """Why an agreement ended; the clearing of a register is no penalty (A-09)."""

        CLEARING = "clearing", _("登记清理")
        PENALTY = "penalty", _("违规处罚")
        REQUEST = "request", _("机构申请")
        EXPIRY = "expiry", _("到期不续")

    class Service(models.TextChoices):
        INPATIENT = "inpatient", _("住院")
        OUTPATIENT = "outpatient", _("门诊")
        DENTAL = "dental", _("口腔")
        TCM = "tcm", _("中医")
        RETAIL = "retail", _("药品零售")

    BILLING_OPEN = (State.ACTIVE, State.RECTIFY, State.PAYMENT_SUSPENDED)

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="agreements")
    number = models.CharField(_("协议号"), max_length=50)
    state = models.CharField(_("状态"), max_length=20, choices=State)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    services = models.JSONField(_("协议范围"), default=list)  # of Service; empty: not told
    end_reason = models.CharField(
        _("解除原因"), max_length=10, blank=True, choices=EndReason
    )  # "" of endings before it was asked for
    taken_back = models.BooleanField(_("解除已撤回"), default=False)

    class Meta:
        verbose_name = _("协议")
        constraints = [
            models.CheckConstraint(
                name="agreement_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
            # Only an ending has its reason, and only an ending is taken back.
            models.CheckConstraint(
                name="agreement_end_reason",
                condition=Q(end_reason="", taken_back=False) | Q(state="ended"),
            ),
            models.CheckConstraint(
                name="agreement_end_reason_known",
                condition=Q(end_reason__in=["", "clearing", "penalty", "request", "expiry"]),
            ),
        ]
        indexes = [models.Index(fields=["institution", "start"], name="agreement_institution")]


class Doctor(models.Model):
    code = models.CharField(_("医师代码"), max_length=13, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="doctors")
    title = models.CharField(_("职称"), max_length=20, blank=True)
    department = models.CharField(_("科室"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("医保医师")

    def __str__(self) -> str:
        return self.name


class DoctorSuspension(models.Model):
    """A spell in which the doctor's orders are not paid (SUP-25)."""

    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="suspensions")
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200)

    class Meta:
        verbose_name = _("医师停权")
        constraints = [
            models.CheckConstraint(
                name="doctor_suspension_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            )
        ]
