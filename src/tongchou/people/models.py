"""Persons and the dated facts about them: numbers, enrolment, identity.

Spells are half-open [start, end); no end means still true. A fact is never overwritten: the
corrected row is struck (`struck_at`) and stays, with when it became known and from whom.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


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

    class Meta:
        verbose_name = _("人员")
        indexes = [
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

    person = models.ForeignKey(Person, models.PROTECT, related_name="enrolments")
    scheme = models.CharField(_("险种"), max_length=8, choices=Scheme)
    # active or retired for employees, empty for residents
    status = models.CharField(_("在职退休"), max_length=8, blank=True)
    psn_type = models.CharField(_("人员类别"), max_length=6)
    area = models.CharField(_("参保地"), max_length=6)

    class Meta:
        verbose_name = _("参保")
        constraints = [
            _spell("enrolment_spell"),
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
