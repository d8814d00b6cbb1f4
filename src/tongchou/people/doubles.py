"""Which records may be one person's: found by what can be checked, never by the name alone.

Two people may well have one name and one birthday. Two records are held to be one person's where
one number stands in both under different kinds, or where name, sex, birth and village are the same
and at least one of them was not registered with an ID number (a birth certificate, a passport):
different valid ID numbers are two people's until somebody shows a change of number.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from tongchou.people.models import Merge, Person, PersonNumber
from tongchou.people.services.register import RESIDENT_ID

SHOWN = 100


class Pair(NamedTuple):
    """Two records, by key, and what speaks for one person."""

    one: int
    other: int
    why: str


def pairs(area: str, among: Iterable[int] | None = None) -> list[Pair]:
    """Return the pairs of an area, or those of the persons with the keys `among`.

    Those that somebody has found to be two people are left out.
    """
    among = None if among is None else sorted(among)
    known = _two_people()
    found: dict[frozenset[int], Pair] = {}
    for pair in (*_one_number(area, among), *_one_birth(area, among)):
        key = frozenset((pair.one, pair.other))
        if key not in known:
            found.setdefault(key, pair)
    return list(found.values())


def twins_of(area: str) -> dict[str, str]:
    """Return, by number of each person who has two records, the number of the other."""
    found = pairs(area)
    keys = {key for pair in found for key in (pair.one, pair.other)}
    numbers = dict(Person.objects.filter(pk__in=keys).values_list("pk", "psn_no"))
    twins: dict[str, str] = {}
    for pair in sorted(found):
        twins.setdefault(numbers[pair.one], numbers[pair.other])
        twins.setdefault(numbers[pair.other], numbers[pair.one])
    return twins


def twin_of(person: Person) -> tuple[Person, str] | None:
    """Return the other record of a person and why it may be, if there is one."""
    if person.merged_into_id is not None:
        return None
    for pair in pairs(person.area, [person.pk]):
        other = pair.other if pair.one == person.pk else pair.one
        return Person.objects.get(pk=other), pair.why
    return None


def changed_numbers(area: str) -> list[Pair]:
    """Return at most SHOWN pairs with the same name, sex, birth and village but two ID numbers.

    Mostly two people; now and then one whose number was changed. A person looks, nothing is
    concluded.
    """
    same = ("name", "sex", "birth", "town", "village")
    rows = (
        Person.objects.filter(area=area, merged_into=None, cert_type=RESIDENT_ID)
        .exclude(village="")
        .values(*same)
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by(*same)[:SHOWN]
    )
    known = _two_people()
    found = []
    for row in rows:
        alike = {field: row[field] for field in same}
        keys = Person.objects.filter(
            area=area, merged_into=None, cert_type=RESIDENT_ID, **alike
        ).order_by("pk")
        first, *others = keys.values_list("pk", flat=True)
        found += [
            Pair(first, other, _("姓名、性别、生日、村居相同，证件号不同"))
            for other in others
            if frozenset((first, other)) not in known
        ]
    return found


def _two_people() -> set[frozenset[int]]:
    decided = Merge.objects.filter(state__in=(Merge.State.DIFFERENT, Merge.State.UNDONE))
    return {frozenset(pair) for pair in decided.values_list("keep_id", "gone_id")}


def _one_number(area: str, among: list[int] | None) -> Iterator[Pair]:
    """A card's number is often the ID number: it may stand in the other record as that."""
    live = PersonNumber.objects.filter(struck_at=None, person__area=area, person__merged_into=None)
    kinds = PersonNumber.Kind
    # One kind at a time, so that the index of kind and number is used.
    asked: list[tuple[list[str], str]] = [
        ([kinds.CARD, kinds.VOUCHER], kinds.ID),
        ([kinds.VOUCHER], kinds.CARD),
    ]
    if among is not None:
        live_kinds = list(kinds.values)
        asked = [([one for one in live_kinds if one != kind], kind) for kind in live_kinds]
    for own, kind in asked:
        rows = live.filter(kind__in=own)
        rows = rows if among is None else rows.filter(person__in=among)
        other = live.filter(
            kind=kind, number=OuterRef("number"), person__name=OuterRef("person__name")
        ).exclude(person=OuterRef("person"))
        found = rows.annotate(other=Subquery(other.values("person")[:1])).filter(
            other__isnull=False
        )
        for one, two in found.values_list("person", "other"):
            yield Pair(one, two, _("同一个号码登记在两档上，姓名相同"))


def _one_birth(area: str, among: list[int] | None) -> Iterator[Pair]:
    people = Person.objects.filter(area=area, merged_into=None).exclude(village="")
    without = people.exclude(cert_type=RESIDENT_ID)
    sides: list[tuple[QuerySet[Person], QuerySet[Person]]] = [(without, people)]
    if among is not None:
        mine = Q(pk__in=among)
        sides = [(without.filter(mine), people), (people.filter(mine), without)]
    for rows, others in sides:
        other = others.filter(
            area=OuterRef("area"),
            name=OuterRef("name"),
            sex=OuterRef("sex"),
            birth=OuterRef("birth"),
            town=OuterRef("town"),
            village=OuterRef("village"),
        ).exclude(pk=OuterRef("pk"))
        found = rows.annotate(other=Subquery(other.values("pk")[:1])).filter(other__isnull=False)
        for one, two in found.values_list("pk", F("other")):
            yield Pair(one, two, _("姓名、性别、生日、村居相同，其中一档不是用身份证号登记的"))
