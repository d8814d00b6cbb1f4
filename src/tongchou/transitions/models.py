"""An old system's files, what their rows say, what is wrong, and what was carried of whom.

The files stay as they came (triggers on both databases), and so do the rows once accepted.
Accumulators are the state of core.policy, two numbers for each tier, in fen.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.identity import mask_id_number
from tongchou.people.models import Enrolment, Person
from tongchou.platform.db.fields import FenField
from tongchou.settlement.models import PersonYear

NUMBER_DIGITS = 12  # from so many on a cell may be somebody's number, also a wrong one


class Transition(models.Model):
    """One merge of an old system: received, checked, tried, accepted by another, undone."""

    class State(models.TextChoices):
        RECEIVED = "received", _("待改正")
        CHECKED = "checked", _("待试并")
        TRIED = "tried", _("待确认")
        ACCEPTED = "accepted", _("已并轨")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已作废")

    OPEN = ("received", "checked", "tried")

    area = models.CharField(_("统筹区"), max_length=6)
    title = models.CharField(_("名称"), max_length=100)
    starts_on = models.DateField(_("并轨日"))  # from this day they are enrolled here
    mapping_name = models.CharField(_("对照表"), max_length=200)
    mapping_sha256 = models.CharField(max_length=64)
    mapping = models.BinaryField()
    persons_name = models.CharField(_("人员表"), max_length=200)
    persons_sha256 = models.CharField(max_length=64)
    persons = models.BinaryField()
    rows = models.IntegerField(_("行数"), default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    totals = models.JSONField(default=dict)  # planning.totals_of, of the dry run
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(_("收件"))
    tried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    tried_at = models.DateTimeField(_("试并"), null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_at = models.DateTimeField(_("并轨"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("撤销"), null=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("制度并轨")
        constraints = [
            models.CheckConstraint(
                name="transition_two_people",
                condition=Q(accepted_by=None)
                | (~Q(accepted_by=F("received_by")) & ~Q(accepted_by=F("tried_by"))),
            ),
            models.CheckConstraint(
                name="transition_accepted",
                condition=Q(
                    state__in=["accepted", "undone"],
                    tried_by__isnull=False,
                    accepted_by__isnull=False,
                    accepted_at__isnull=False,
                )
                | (~Q(state__in=["accepted", "undone"]) & Q(accepted_by=None, accepted_at=None)),
            ),
            models.CheckConstraint(
                name="transition_closed",
                condition=(
                    Q(state__in=["undone", "dropped"], closed_by__isnull=False) & ~Q(reason="")
                )
                | (~Q(state__in=["undone", "dropped"]) & Q(closed_by=None, reason="")),
            ),
        ]

    @property
    def open(self) -> bool:
        return self.state in self.OPEN


class OldScheme(models.Model):
    """A row of the mapping table: what an old scheme's code means here."""

    class Target(models.TextChoices):
        RESIDENT = "resident", _("城乡居民")
        EMPLOYEE = "employee", _("城镇职工")
        HISTORY = "history", _("只留历史")

    transition = models.ForeignKey(Transition, models.CASCADE, related_name="schemes")
    row = models.IntegerField(_("行"))
    code = models.CharField(_("旧险种代码"), max_length=30)
    name = models.CharField(_("旧险种名称"), max_length=40)
    target = models.CharField(_("并入"), max_length=8, choices=Target)
    status = models.CharField(_("在职退休"), max_length=8, blank=True)
    psn_type = models.CharField(_("人员类别"), max_length=6, blank=True)

    class Meta:
        verbose_name = _("险种对照")
        constraints = [
            models.UniqueConstraint(fields=["transition", "code"], name="old_scheme_code"),
            models.CheckConstraint(
                name="old_scheme_status",
                condition=Q(target="employee", status__in=["active", "retired"])
                | (~Q(target="employee") & Q(status="")),
            ),
        ]


class OldSpell(models.Model):
    """A row of the persons' file: a spell in an old scheme and what was counted in its year."""

    class Why(models.TextChoices):
        """Why what was counted is not carried into a year here."""

        HISTORY = "history", _("这一险种并轨后没有自己的累计")
        EARLIER = "earlier", _("以前年度的累计，不计入并轨的年度")

    transition = models.ForeignKey(Transition, models.CASCADE, related_name="spells")
    scheme = models.ForeignKey(OldScheme, models.CASCADE, related_name="spells")
    row = models.IntegerField(_("行"))
    old_no = models.CharField(_("旧人员编号"), max_length=50)
    id_no = models.CharField(_("证件号码"), max_length=50)
    name = models.CharField(_("姓名"), max_length=50)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True)
    year = models.SmallIntegerField(_("医保年度"))
    bills = models.IntegerField(_("结算笔数"))
    total = FenField(_("总费用"))
    base = FenField(_("累计基数合计"))
    paid = FenField(_("累计支付合计"))
    counted = models.JSONField()
    why = models.CharField(_("不带入"), max_length=8, choices=Why, blank=True)
    # Whom the row means: found at the check, or registered at the acceptance.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="old_spells")
    new_person = models.BooleanField(_("新登记"), default=False)

    class Meta:
        verbose_name = _("旧系统参保")
        constraints = [
            models.UniqueConstraint(fields=["transition", "row"], name="old_spell_row"),
            models.CheckConstraint(
                name="old_spell_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
            models.CheckConstraint(
                name="old_spell_amounts",
                condition=Q(bills__gte=0, total__gte=0, base__gte=0, paid__gte=0)
                & Q(total__gte=F("paid")),
            ),
        ]


class Problem(models.Model):
    """Why a row cannot be taken: where, what it says, and what to do."""

    transition = models.ForeignKey(Transition, models.CASCADE, related_name="problems")
    sheet = models.CharField(_("工作表"), max_length=100)
    row = models.IntegerField(_("行"))
    column = models.CharField(_("列"), max_length=100)
    value = models.CharField(_("内容"), max_length=200)
    reason = models.CharField(_("原因和办法"), max_length=400)

    class Meta:
        verbose_name = _("不能并的行")

    @property
    def shown(self) -> str:
        """The cell; a number of a person is masked for who may not see it whole (access)."""
        numbers = sum(one.isdigit() for one in self.value)
        whole = numbers < NUMBER_DIGITS or getattr(self, "whole", False)
        return self.value if whole else mask_id_number(self.value)


class Explanation(models.Model):
    """Why it is right that what an old scheme counted is not carried, by a named person."""

    transition = models.ForeignKey(Transition, models.CASCADE, related_name="explanations")
    scheme = models.ForeignKey(OldScheme, models.CASCADE, related_name="+")
    why = models.CharField(_("不带入"), max_length=8, choices=OldSpell.Why)
    words = models.CharField(_("说明"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("不带入的说明")
        constraints = [
            models.UniqueConstraint(
                fields=["transition", "scheme", "why"], name="explanation_once"
            ),
            models.CheckConstraint(name="explanation_words", condition=~Q(words="")),
        ]


class Carried(models.Model):
    """A person's year in one scheme: what the file said, beside what was read back from here."""

    transition = models.ForeignKey(Transition, models.PROTECT, related_name="carried")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    scheme = models.CharField(_("险种"), max_length=8)
    year = models.SmallIntegerField(_("医保年度"))
    # None where nothing was counted: the year begins at nothing, as anybody's does.
    person_year = models.ForeignKey(PersonYear, models.PROTECT, null=True, related_name="+")
    spells = models.IntegerField(_("参保段数"))
    bills = models.IntegerField(_("结算笔数"))
    total = FenField(_("总费用"))
    counted = models.JSONField()
    base_before = FenField(_("并轨前累计基数"))
    paid_before = FenField(_("并轨前累计支付"))
    base_after = FenField(_("并轨后累计基数"))
    paid_after = FenField(_("并轨后累计支付"))
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("带入的年度")
        constraints = [
            models.UniqueConstraint(
                fields=["transition", "person", "scheme"], name="carried_person"
            ),
            models.UniqueConstraint(
                fields=["person_year"], condition=Q(undone=False), name="carried_once"
            ),
            # What the file said is what is read back: person by person, or nothing is accepted.
            models.CheckConstraint(
                name="carried_equal",
                condition=Q(base_before=F("base_after"), paid_before=F("paid_after")),
            ),
        ]


class Written(models.Model):
    """An enrolment that the acceptance wrote, to be struck when it is undone."""

    spell = models.ForeignKey(OldSpell, models.PROTECT, related_name="written")
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("写入的参保")
