"""Who there is: pooling areas, which of them share a fund, and the organisations that sign in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """A pooling area 统筹区: its own funds, plans and people."""

    code = models.CharField(_("区划"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=100)
    office = models.CharField(_("经办机构"), max_length=100)
    demonstration = models.BooleanField(_("演示"), default=False)
    # Visits for which no plan has a benefit but which the area lets a hospital settle as wholly
    # self-paid (personal account or cash); elsewhere they are refused.
    self_paid_visits = models.JSONField(_("无待遇仍可结算的就医类别"), default=list)
    sign_in_required = models.BooleanField(_("报文须带签到流水"), default=False)

    class Meta:
        verbose_name = _("统筹区")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Organisation(models.Model):
    """A bureau, an institution's insurance office (its code is the institution's), or a town."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("医疗保障局")
        INSTITUTION = "institution", _("定点医药机构")
        TOWN = "town", _("乡镇、街道")  # its name is the one that persons' addresses have

    code = models.CharField(_("编码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("性质"), max_length=12, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations")

    class Meta:
        verbose_name = _("单位")

    def __str__(self) -> str:
        return self.name


class Pooling(models.Model):
    """For a scheme, `area` is one pool with others over [start, end): 市级、省级统筹.

    The pool is an area like any other, with plans and books of its own. Nobody's rows change their
    area: the member stays the office that insures, settles and pays. Of one area and scheme no two
    spells share a day, and no pool is itself pooled on a day on which it has members (migration).
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="poolings")
    scheme = models.CharField(_("险种"), max_length=8)
    pool = models.ForeignKey(Area, models.PROTECT, related_name="members", verbose_name=_("统筹到"))
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True)
    struck_at = models.DateTimeField(_("撤销"), null=True)
    changed_at = models.DateTimeField(_("登记"))  # by which another process sees that it changed

    class Meta:
        verbose_name = _("统筹层次")
        constraints = [
            models.CheckConstraint(name="pooling_is_another", condition=~Q(area=F("pool"))),
            models.CheckConstraint(
                name="pooling_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            ),
        ]
