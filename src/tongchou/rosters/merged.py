"""Cases of a record that has gone into another: read under the number of the one that stays.

Nothing is written at a merge: the number is followed wherever a case meets a finding, so that a
merge that is undone leaves every case where it was.
"""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from tongchou.people.models import Person
from tongchou.people.queries import merged_numbers
from tongchou.platform.casework.models import Case
from tongchou.rosters.casework import KIND


def key_now(key: str, stays: Mapping[str, str]) -> str:
    """Return the key of a finding as it is found since the merge. `stays`: merged_numbers.

    >>> key_now("E1|P1|2019", {"P1": "P2"})
    'E1|P2|2019'
    """
    parts = key.split("|")
    parts[1:-1] = [stays.get(one, one) for one in parts[1:-1]]
    return "|".join(parts)


def keys_of_cases(area: str) -> dict[str, str]:
    """Return the key of a case by the key under which its matter is found now, where they differ.

    Where the one that stays has a case of its own, that goes on; the other is no longer seen.
    """
    stays = merged_numbers(area)
    if not stays:
        return {}
    keys = list(
        Case.objects.filter(area=area, kind=KIND).order_by("pk").values_list("key", flat=True)
    )
    found: dict[str, str] = {}
    for key in keys:
        if (now := key_now(key, stays)) != key:
            found.setdefault(now, key)
    return {now: key for now, key in found.items() if now not in set(keys)}


def with_gone(area: str, numbers: Iterable[str]) -> list[str]:
    """Return the numbers and those of the records that went into theirs."""
    wanted = set(numbers)
    gone = {old for old, stays in merged_numbers(area).items() if stays in wanted}
    return sorted(wanted | gone)


def of_person(number: str) -> Q:
    """Return the condition for cases of whom the number means, under any number that he had."""
    both = Person.objects.filter(Q(psn_no=number) | Q(merged_into__psn_no=number))
    stays = Person.objects.filter(psn_no=number).values("merged_into__psn_no")
    return (
        Q(subject=number)
        | Q(subject__in=both.values("psn_no"))
        | Q(subject__in=stays.exclude(merged_into=None))
    )
