"""Who answers for the helped households of a village: at most one on a day (ENR-23)."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongchou.people.models import Identity, Person
from tongchou.platform.casework.models import Case

Place = tuple[str, str]  # town, village


class Responsible(models.Model):
    area = models.CharField(_("统筹区"), max_length=6)
    town = models.CharField(_("镇街"), max_length=50)
    village = models.CharField(_("村居"), max_length=50)
    name = models.CharField(_("责任人"), max_length=50)
    phone = models.CharField(_("电话"), max_length=20)
    start = models.DateField(_("从"))
    end = models.DateField(_("到（不含）"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("登记"))

    class Meta:
        verbose_name = _("帮扶责任人")
        constraints = [
            models.CheckConstraint(
                name="responsible_spell", condition=Q(end=None) | Q(end__gt=F("start"))
            )
        ]
        indexes = [models.Index(fields=["area", "town", "village"], name="responsible_place")]

    def __str__(self) -> str:
        return self.name


def in_force(area: str, on: date) -> QuerySet[Responsible]:
    rows = Responsible.objects.filter(Q(end=None) | Q(end__gt=on), area=area, start__lte=on)
    return rows.order_by("town", "village")


def of_cases(area: str, cases: Iterable[Case], on: date) -> dict[int, Responsible]:
    """Return who answers for each case, by its key: of the village where its person lives.

    A case about a row that means nobody in the register has none.
    """
    found = list(cases)
    numbers = {case.subject for case in found}
    homes: dict[str, Place] = {}
    for some in _chunks(sorted(numbers)):
        rows = Person.objects.filter(area=area, psn_no__in=some)
        homes |= {no: (town, village) for no, town, village in rows.values_list(
            "psn_no", "town", "village"
        )}  # fmt: skip
    held = {(one.town, one.village): one for one in in_force(area, on)}
    return {
        case.pk: held[homes[case.subject]]
        for case in found
        if case.subject in homes and homes[case.subject] in held
    }


def without(area: str, on: date, town: str | None = None) -> list[tuple[str, str, int]]:
    """Return the villages (town, village, helped persons) where nobody answers for the helped."""
    helped = Identity.objects.filter(
        Q(end=None) | Q(end__gt=on), start__lte=on, struck_at=None, person__area=area
    )
    people = Person.objects.filter(pk__in=helped.values("person_id"), died_on=None)
    people = people if town is None else people.filter(town=town)
    rows = people.values_list("town", "village").annotate(n=Count("pk")).order_by("town", "village")
    held = {(one.town, one.village) for one in in_force(area, on)}
    return [row for row in rows if row[:2] not in held]


def _chunks(values: list[str], size: int = 900) -> Iterable[list[str]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]
