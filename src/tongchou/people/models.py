"""Persons and the dated facts about them: numbers, enrolment, identity.

Spells are half-open [start, end); no end means still true. A fact is never overwritten: the
corrected row is struck (`struck_at`) and stays, with when it became known and from whom.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.core.spells import Spell


class Person(models.Model):
    psn_no = models.CharField(_("人员编号"), max_length=30, unique=True)
    name = models.CharField(_("姓名"), max_length=50)
    initials = models.CharField(_("拼音首字母"), max_length=50, db_index=True)
    sex = models.CharField(_("性别"), max_length=1)  # GB/T 2261.1: 1 male, 2 female, 9 not stated
    birth = models.DateField(_("出生日期"))
    nation = models.CharField(_("民族"), max_length=3, default="01")
    cert_type = models.CharField(_("证件类型"), max_length=3, default="01")
    id_no = models.CharField(_("证件号码"), max_length=50, db_index=True)  # the one now in use
    area = models.CharField(_("统筹区"), max_length=6)
    town = models.CharField(_("镇街"), max_length=50, blank=True)
    village = models.CharField(_("村居"), max_length=50, blank=True)
    employer = models.CharField(_("单位"), max_length=200, blank=True)
    died_on = models.DateField(_("死亡日期"), null=True, blank=True)
    # The record that stands for the person where there had been two. It leads to no third one
    # (person_merged_flat, a trigger on both databases).
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("人员")
        constraints = [
            models.CheckConstraint(
                name="person_merged_other", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))
            )
        ]
        indexes = [
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="person_merged",
            ),
            models.Index(fields=["area", "name"], name="person_area_name"),
            # Names are searched by their beginning.
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="person_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """What every dated fact carries."""

    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    known_on = models.DateField(_("得知"))
    source = models.CharField(_("来源"), max_length=100)
    struck_at = models.DateTimeField(_("更正时间"), null=True, blank=True)
    struck_reason = models.CharField(_("更正原因"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def spell(self) -> Spell:
        return Spell(self.start, self.end)


def _spell(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(end=None) | Q(end__gt=F("start")))


class PersonNumber(Fact):
    """A number under which the person is or was known: changed ID numbers, cards, e-vouchers."""

    class Kind(models.TextChoices):
        ID = "id", _("身份证号")
        CARD = "card", _("社保卡号")
        VOUCHER = "voucher", _("医保电子凭证")

    person = models.ForeignKey(Person, models.PROTECT, related_name="numbers")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    number = models.CharField(_("号码"), max_length=64)

    class Meta:
        verbose_name = _("号码")
        constraints = [
            _spell("number_spell"),
            # One number leads to one person; a struck row no longer counts.
            models.UniqueConstraint(
                fields=["kind", "number"], condition=Q(struck_at=None), name="number_one_person"
            ),
        ]


class Enrolment(Fact):
    """A spell in one basic scheme. At most one a day (ENR-01): see the migration's constraint."""

    class Scheme(models.TextChoices):
        RESIDENT = "resident", _("城乡居民")
        EMPLOYEE = "employee", _("城镇职工")

    class Ground(models.TextChoices):
        HOUSEHOLD = "household", _("本地户籍")
        PERMIT = "permit", _("居住证")

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    scheme = models.CharField(_("险种"), max_length=8, choices=Scheme)
    # active or retired for employees, empty for residents
    status = models.CharField(_("在职退休"), max_length=8, blank=True)
    psn_type = models.CharField(_("人员类别"), max_length=6)
    area = models.CharField(_("参保地"), max_length=6)
    ground = models.CharField(
        _("参保资格"),
        max_length=10,
        choices=Ground,
        default=Ground.HOUSEHOLD,
        db_default=Ground.HOUSEHOLD,
    )

    class Meta:
        verbose_name = _("参保")
        constraints = [
            _spell("enrolment_spell"),
            models.CheckConstraint(
                name="enrolment_ground", condition=Q(ground__in=["household", "permit"])
            ),
            models.CheckConstraint(
                name="enrolment_status",
                condition=Q(scheme="resident", status="")
                | Q(scheme="employee", status__in=["active", "retired"]),
            ),
        ]
        indexes = [models.Index(fields=["person", "start"], name="enrolment_person")]


class Identity(Fact):
    """A spell of a helped identity 身份 (values: core.policy.IDENTITIES)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    kind = models.CharField(_("身份"), max_length=16)

    class Meta:
        verbose_name = _("身份")
        constraints = [_spell("identity_spell")]
        indexes = [models.Index(fields=["person", "start"], name="identity_person")]


class Residence(Fact):
    """A spell of living at one place; `Person.town` and `village` repeat the last one."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="residences")
    town = models.CharField(_("镇街"), max_length=50)
    village = models.CharField(_("村居"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("住址")
        constraints = [_spell("residence_spell")]
        indexes = [models.Index(fields=["person", "start"], name="residence_person")]


class Permit(Fact):
    """A spell of a residence permit 居住证: the ground on which people from elsewhere enrol."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="permits")
    number = models.CharField(_("居住证号"), max_length=50)
    place = models.CharField(_("居住地"), max_length=100)

    class Meta:
        verbose_name = _("居住证")
        constraints = [
            _spell("permit_spell"),
            # Every permit is issued for a time.
            models.CheckConstraint(name="permit_ends", condition=Q(end__isnull=False)),
        ]
        indexes = [models.Index(fields=["person", "start"], name="permit_person")]


class Merge(models.Model):
    """Two records of one person become one: proposed, confirmed by another, and undone if wrong.

    `snapshot`: all that stood of both records when it was proposed; `made`: the facts that the
    merge wrote to the record that stays; `gave_way`: those of it that they replaced. Both as
    [lane, key].
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        MERGED = "merged", _("已合并")
        REFUSED = "refused", _("已退回")
        DIFFERENT = "different", _("不是同一人")
        UNDONE = "undone", _("已撤销")

    keep = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="merges_away")
    evidence = models.CharField(_("依据"), max_length=200)
    paper_name = models.CharField(_("佐证"), max_length=200, blank=True)
    paper = models.BinaryField(null=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    choices = models.JSONField(default=dict)  # enrolment of the one that goes -> "keep", "gone"
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    made = models.JSONField(default=list)
    gave_way = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("确认"), null=True)
    opinion = models.CharField(_("意见"), max_length=200, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("撤销"), null=True)
    undone_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("并档")
        constraints = [
            models.CheckConstraint(name="merge_two_records", condition=~Q(keep=F("gone"))),
            models.CheckConstraint(
                name="merge_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="merge_decided",
                condition=Q(state="proposed", decided_by=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="merge_undone",
                condition=Q(state="undone", undone_by__isnull=False, undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_by=None, undone_at=None)),
            ),
            # A record goes once at a time.
            models.UniqueConstraint(
                fields=["gone"], condition=Q(state__in=["proposed", "merged"]), name="merge_once"
            ),
        ]
