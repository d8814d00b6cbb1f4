"""Reads of who answers for which village, and where nobody does. None checks a user's right."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from tongchou.core.matching import town_key, village_key
from tongchou.people.models import Identity, Person
from tongchou.people.queries import merged_numbers
from tongchou.platform.casework.models import Case
from tongchou.rosters.models import OpenRow
from tongchou.rosters.responsible import Responsible

Place = tuple[str, str]  # town, village


def in_force(area: str, on: date) -> QuerySet[Responsible]:
    rows = Responsible.objects.filter(Q(end=None) | Q(end__gt=on), area=area, start__lte=on)
    return rows.order_by("town", "village")


def of_cases(area: str, cases: Iterable[Case], on: date) -> dict[int, Responsible]:
    """Return who answers for each case, by its key: of the village where its person lives.

    A case about a row that means nobody in the register goes by the village that the row names.
    """
    found = list(cases)
    stays = merged_numbers(area)
    whose = {case.pk: stays.get(case.subject, case.subject) for case in found}
    homes = _homes(area, set(whose.values()))
    held = {_place(one.town, one.village): one for one in in_force(area, on)}
    return {
        pk: held[homes[subject]]
        for pk, subject in whose.items()
        if subject in homes and homes[subject] in held
    }


def _homes(area: str, subjects: Iterable[str]) -> dict[str, Place]:
    """Return where the subjects of cases live, by number or by the provisional name of a row."""
    homes: dict[str, Place] = {}
    for some in _chunks(sorted(subjects)):
        rows = OpenRow.objects.filter(run__area=area, subject__in=some)
        for subject, town, village in rows.order_by("pk").values_list("subject", "town", "village"):
            homes[subject] = _place(town, village)
        people = Person.objects.filter(area=area, psn_no__in=some)
        for number, town, village in people.values_list("psn_no", "town", "village"):
            homes[number] = _place(town, village)
    return homes


def _place(town: str, village: str) -> Place:
    """Return both as they are compared: lists write 大坪村委会 where the register has 大坪村."""
    return town_key(town), village_key(village)


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
