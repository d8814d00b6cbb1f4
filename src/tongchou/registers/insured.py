"""Who is insured on a day, as core.registers asks for it, and what other lists say."""

import hashlib
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from tongchou.core.matching import OK
from tongchou.core.registers.coverage import Stands, Told
from tongchou.people.models import Enrolment, Person
from tongchou.rosters import lists

_BATCH = 20_000
_SAYS = {"elsewhere": "elsewhere", "employees": "employee", "absent": "no_need"}


def stands_of(area: str, day: date) -> Iterator[list[Stands]]:
    """Yield the insured of a day, and those known to have died by then."""
    rows = (
        Enrolment.objects.filter(
            Q(end=None) | Q(end__gt=day), start__lte=day, struck_at=None, person__area=area
        )
        .order_by()
        .values_list("person__psn_no", "scheme", "area", "person__died_on")
    )
    some: list[Stands] = []
    for psn_no, scheme, place, died_on in rows.iterator(_BATCH):
        where = "here" if place == area else "employee" if scheme == "employee" else "elsewhere"
        some.append(Stands(psn_no, where, died_on is not None and died_on <= day))
        if len(some) >= _BATCH:
            yield some
            some = []
    yield some
    dead = Person.objects.filter(area=area, died_on__lte=day).exclude(
        pk__in=Enrolment.objects.filter(
            Q(end=None) | Q(end__gt=day), start__lte=day, struck_at=None
        ).values("person_id")
    )
    yield [Stands(psn_no, "none", True) for psn_no in dead.values_list("psn_no", flat=True)]


def told_of(area: str, month: str) -> tuple[list[Told], list[str]]:
    """Return what the month's lists say of who is insured elsewhere or need not be; their hashes.

    A row counts only where its number is in order; the name has to agree as well.
    """
    found, hashes = [], []
    for file in lists.in_use(area, month):
        source = lists.source_of(file.sender)
        if source.holds not in _SAYS:
            continue
        hashes.append(file.sha256)
        for entry in lists.read(file).entries:
            if entry.who.id.kind == OK and "left" not in entry.statuses:
                said = _SAYS[source.holds]
                found.append(Told(entry.who.id.value, entry.who.name.key, said))
    return found, hashes


def enrolments_word(area: str, day: date) -> str:
    """Return the state of enrolment on a day that a run depends on, as one word.

    Of each person it is who, where and until: what was struck or added moves it.
    """
    digest = hashlib.sha256()
    for some in stands_of(area, day):
        digest.update(repr(sorted(some)).encode())
    return digest.hexdigest()
