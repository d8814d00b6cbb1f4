"""Visits, what was charged, and how it was settled.

A settlement row is posted once and never edited (P3). Its `ordinal` within the person-year is the
order of the fold; UNIQUE(person_year, ordinal) is the optimistic lock. Corrections are rows of
their own that name the original: a reversal is its exact negative, an adjustment the difference
that repricing found.

A foreign key has no index of its own (`db_index=False`) where a constraint or an index begins with
it: each index more is paid for by every bill.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.policy import INITIAL_STATE
from tongchou.people.models import Person
from tongchou.platform.db.fields import FenField, RateField
from tongchou.providers.models import Institution


class Visit(models.Model):
    """A stay or an outpatient visit at one institution."""

    class State(models.TextChoices):
        OPEN = "open", _("在办")
        DISCHARGED = "discharged", _("已出院")
        CANCELLED = "cancelled", _("已撤销")

    mdtrt_id = models.CharField(_("就诊编号"), max_length=30, unique=True)
    area = models.CharField(_("统筹区"), max_length=6)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    insutype = models.CharField(_("险种"), max_length=6)
    med_type = models.CharField(_("医疗类别"), max_length=6)
    kind = models.CharField(_("就医类别"), max_length=20)  # core.policy.VISITS
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    begun_at = models.DateTimeField(_("开始"))
    ended_at = models.DateTimeField(_("结束"), null=True)
    number = models.CharField(_("门诊住院号"), max_length=30, blank=True)  # ipt_otp_no
    cert_type = models.CharField(_("就诊凭证"), max_length=3, blank=True)
    cert_no = models.CharField(max_length=50, blank=True)
    doctor_code = models.CharField(_("医师"), max_length=30, blank=True)
    department = models.CharField(_("科室"), max_length=100, blank=True)
    disease_code = models.CharField(_("病种"), max_length=30, blank=True)
    disease_name = models.CharField(max_length=500, blank=True)
    diagnoses = models.JSONField(default=list)
    details = models.JSONField(default=dict)  # what else the message carried, for the list

    class Meta:
        verbose_name = _("就诊")
        indexes = [
            models.Index(fields=["institution", "state"], name="visit_institution"),
            models.Index(fields=["person", "begun_at"], name="visit_person"),
        ]
        constraints = [
            # One stay at a time, wherever: 当日已在别处住院.
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="inpatient", state="open"),
                name="visit_one_open_stay",
            )
        ]


class Charge(models.Model):
    """What is settled together: a batch of an outpatient visit, or a whole stay (batch '')."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="charges", db_index=False)
    batch = models.CharField(_("收费批次"), max_length=30, blank=True)
    # The settlement in force. A posted settlement is never touched, so the pointer is here.
    settlement = models.OneToOneField(
        "Settlement", models.PROTECT, null=True, related_name="+", db_constraint=True
    )

    class Meta:
        verbose_name = _("收费")
        constraints = [models.UniqueConstraint(fields=["visit", "batch"], name="charge_batch")]


class FeeLine(models.Model):
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="lines", db_index=False)
    feedetl_sn = models.CharField(_("明细流水"), max_length=30)
    returns_sn = models.CharField(_("退单原明细"), max_length=30, blank=True)  # init_feedetl_sn
    at = models.DateTimeField(_("费用时间"))
    item_code = models.CharField(_("编码"), max_length=50)
    item_name = models.CharField(_("名称"), max_length=200)
    list_type = models.CharField(max_length=3)
    charge_type = models.CharField(_("收费类别"), max_length=6)
    level = models.CharField(_("类别"), max_length=2)  # chrgitm_lv
    count = models.BigIntegerField(_("数量"))  # ten-thousandths
    price = models.BigIntegerField(_("单价"))  # millionths of a yuan
    ceiling = models.BigIntegerField(_("限价"), null=True)  # millionths of a yuan
    first_self_pay_rate = RateField(_("先行自付比例"))
    amount = FenField(_("金额"))
    own_pay = FenField(_("全自费"))
    over_limit = FenField(_("超限价"))
    first_self_pay = FenField(_("先行自付"))
    in_scope = FenField(_("政策范围内"))
    doctor_code = models.CharField(max_length=30, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("费用明细")
        constraints = [
            models.UniqueConstraint(fields=["visit", "feedetl_sn"], name="fee_line_sn"),
            models.CheckConstraint(
                name="fee_line_parts",
                condition=Q(
                    amount=F("own_pay") + F("over_limit") + F("first_self_pay") + F("in_scope")
                ),
            ),
        ]


class PersonYear(models.Model):
    """The year of one person in one scheme: the fold's state and the version that moves with it.

    The version moves with every settlement and with every change of a fact that pricing reads.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField(max_length=8)
    year = models.SmallIntegerField(_("医保年度"))
    version = models.BigIntegerField(default=0)
    state = models.JSONField(default=list)  # core.policy state, fen
    # Where the fold begins: what another system had counted of the year before; [] is nothing.
    opening = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    class Meta:
        verbose_name = _("年度累计")
        constraints = [
            models.UniqueConstraint(fields=["person", "scheme", "year"], name="person_year")
        ]

    @property
    def begins(self) -> tuple[int, ...]:
        """The state before the year's first bill."""
        return tuple(self.opening) or INITIAL_STATE


class Settlement(models.Model):
    class Kind(models.TextChoices):
        SETTLE = "settle", _("结算")
        REVERSAL = "reversal", _("冲正")
        ADJUSTMENT = "adjustment", _("重算差额")

    class Channel(models.TextChoices):
        GATEWAY = "gateway", _("联网结算")
        MANUAL = "manual", _("零星报销")
        BUREAU = "bureau", _("经办办理")

    id = models.BigIntegerField(primary_key=True)  # platform.numbering
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel)
    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    person_year = models.ForeignKey(
        PersonYear, models.PROTECT, related_name="settlements", db_index=False
    )
    ordinal = models.BigIntegerField()
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="settlements")
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, related_name="+", db_index=False
    )
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", db_index=False
    )
    msgid = models.CharField(_("报文号"), max_length=30, null=True)
    invoice = models.CharField(_("票据号"), max_length=40, blank=True)
    settled_at = models.DateTimeField(_("结算时间"))
    basis_date = models.DateField(_("待遇日期"))  # the day identity, enrolment and gates are judged
    plan_id = models.CharField(_("方案"), max_length=64)
    engine = models.CharField(_("版本"), max_length=20)
    # The claim as core.policy saw it
    scheme = models.CharField(_("险种"), max_length=8)
    visit_kind = models.CharField(_("就医类别"), max_length=20)
    level = models.CharField(_("级别"), max_length=10)
    out_of_area = models.BooleanField(_("市外"))
    status = models.CharField(max_length=8, blank=True)
    identities = models.JSONField(default=list)
    cert_type = models.CharField(_("结算凭证"), max_length=3, blank=True)
    # The parts of the bill, fen
    total = FenField(_("总费用"))
    own_pay = FenField(_("全自费"))
    over_limit = FenField(_("超限价"))
    first_self_pay = FenField(_("先行自付"))
    in_scope = FenField(_("政策范围内"))
    deductible = FenField(_("起付线"))
    # Who paid, fen: one column for each of core.policy.TIERS
    basic = FenField(_("基本"))
    supplement = FenField(_("高额补充"))
    critical_illness = FenField(_("大病"))
    medical_aid = FenField(_("救助"))
    institution_reduction = FenField(_("机构减免"))
    commercial = FenField(_("商业补充"))
    re_aid = FenField(_("再救助"))
    fund_total = FenField(_("基金支付"))
    person_pays = FenField(_("个人负担"))
    account_pays = FenField(_("个人账户支付"))  # part of person_pays
    # Part of account_pays: out of relatives' accounts (家庭共济)
    linked_pays = FenField(_("家庭共济支付"), db_default=models.Value(0))
    has_assumed = models.BooleanField(_("含待确认"), default=False)
    # The plan in force has no benefit for this kind of visit and the area lets it be settled.
    no_benefit = models.BooleanField(_("无待遇"), default=False)
    # False: 救助 was computed and withheld at the window; the bureau pays it later (STL-11).
    one_stop = models.BooleanField(_("一站式"), db_default=models.Value(True))
    lines = models.JSONField(default=list)  # core.policy lines_to_json
    state_before = models.JSONField(default=list)
    state_after = models.JSONField(default=list)

    class Meta:
        verbose_name = _("结算单")
        constraints = [
            models.UniqueConstraint(fields=["person_year", "ordinal"], name="settlement_ordinal"),
            models.UniqueConstraint(
                fields=["original"], condition=Q(kind="reversal"), name="settlement_reversed_once"
            ),
            models.CheckConstraint(
                name="settlement_original",
                condition=Q(kind="settle", original=None)
                | (~Q(kind="settle") & Q(original__isnull=False)),
            ),
            models.CheckConstraint(
                name="settlement_person_plus_funds",
                condition=Q(total=F("fund_total") + F("person_pays")),
            ),
            models.CheckConstraint(
                name="settlement_tiers_sum",
                condition=Q(
                    fund_total=F("basic")
                    + F("supplement")
                    + F("critical_illness")
                    + F("medical_aid")
                    + F("institution_reduction")
                    + F("commercial")
                    + F("re_aid")
                ),
            ),
            models.CheckConstraint(
                name="settlement_parts",
                condition=Q(
                    total=F("own_pay") + F("over_limit") + F("first_self_pay") + F("in_scope")
                ),
            ),
            models.CheckConstraint(
                name="settlement_signs",
                condition=Q(
                    kind="settle",
                    fund_total__gte=0,
                    person_pays__gte=0,
                    account_pays__gte=0,
                    in_scope__gte=0,
                    account_pays__lte=F("person_pays"),
                )
                | Q(
                    kind="reversal",
                    fund_total__lte=0,
                    person_pays__lte=0,
                    account_pays__lte=0,
                    in_scope__lte=0,
                )
                | Q(kind="adjustment", total=0),
            ),
        ]
        indexes = [
            models.Index(fields=["settled_at"], name="settlement_at"),
            models.Index(fields=["institution", "settled_at"], name="settlement_institution"),
            models.Index(fields=["person", "settled_at"], name="settlement_person"),
            # What the bureau pays later is found among few: no other bill is in it.
            models.Index(
                fields=["person_year"], condition=Q(one_stop=False), name="settlement_withheld"
            ),
            models.Index(fields=["invoice"], condition=~Q(invoice=""), name="settlement_invoice"),
            models.Index(
                fields=["original"],
                condition=Q(original__isnull=False),
                name="settlement_corrections",
            ),
        ]


class Answer(models.Model):
    """The stored answer to an accepted write: one msgid is one act, for ever (P1)."""

    msgid = models.CharField(max_length=30, primary_key=True)
    infno = models.CharField(max_length=6)
    institution_id = models.BigIntegerField()
    body_hash = models.BinaryField(max_length=32)
    body = models.TextField()
    answer = models.TextField()
    at = models.DateTimeField()
    settlement_id = models.BigIntegerField(null=True)


class ReversalRequest(models.Model):
    """A bureau's reversal of a bill that later bills were priced on; reviewed by another (A-14)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待复核")
        DONE = "done", _("已冲正")
        REFUSED = "refused", _("不同意")

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="+")
    reason = models.CharField(_("理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出"))
    due_at = models.DateTimeField(_("到期"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("复核"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("冲正申请")
        constraints = [
            models.CheckConstraint(
                name="reversal_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["settlement"],
                condition=Q(state="proposed"),
                name="reversal_one_open_request",
            ),
        ]


class ManualClaim(models.Model):
    """A bill brought to the counter 零星报销: filed, reviewed, approved by three people (A-30)."""

    class State(models.TextChoices):
        FILED = "filed", _("待复核")
        REVIEWED = "reviewed", _("待审批")
        SETTLED = "settled", _("已结算")
        REFUSED = "refused", _("不予报销")

    area = models.CharField(_("统筹区"), max_length=6)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, related_name="+")
    institution_name = models.CharField(_("就医机构"), max_length=200)
    level = models.CharField(_("级别"), max_length=10)
    out_of_area = models.BooleanField(_("市外"), default=False)
    visit_kind = models.CharField(_("就医类别"), max_length=20)
    begun_on = models.DateField(_("入院或就诊"))
    ended_on = models.DateField(_("出院"))
    invoice = models.CharField(_("票据号"), max_length=40)
    total = FenField(_("总费用"))
    own_pay = FenField(_("全自费"))
    over_limit = FenField(_("超限价"))
    first_self_pay = FenField(_("先行自付"))
    reason = models.CharField(_("手工报销原因"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.FILED)
    settlement = models.OneToOneField(Settlement, models.PROTECT, null=True, related_name="+")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("受理"))
    due_at = models.DateTimeField(_("到期"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("复核"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("审批"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("零星报销")
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=~Q(state="refused"), name="manual_invoice_once"
            ),
            models.CheckConstraint(
                name="manual_three_people",
                condition=(Q(reviewed_by=None) | ~Q(reviewed_by=F("filed_by")))
                & (
                    Q(approved_by=None)
                    | (~Q(approved_by=F("filed_by")) & ~Q(approved_by=F("reviewed_by")))
                ),
            ),
            models.CheckConstraint(
                name="manual_parts",
                condition=Q(
                    total__gte=F("own_pay") + F("over_limit") + F("first_self_pay"),
                    own_pay__gte=0,
                    over_limit__gte=0,
                    first_self_pay__gte=0,
                ),
            ),
        ]
