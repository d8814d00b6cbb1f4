"""Reads of the register that other contexts rely on. None of them checks a user's right."""

from datetime import date
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from tongchou.core.identity import normalise_id_number, upgrade_id_number
from tongchou.people.models import Enrolment, Fact, Identity, Merge, Person, PersonNumber

FactT = TypeVar("FactT", bound=Fact)

MIN_DIGITS = 4  # fewer digits of a number match half the county


def find_person(kind: str, number: str) -> Person | None:
    """Return whom the number leads to, also one no longer in use; kind: "id", "card", "voucher"."""
    rows = PersonNumber.objects.filter(
        kind=kind, number=_as_stored(kind, number), struck_at=None
    ).select_related("person")
    row = rows.first()
    return row.person if row else None


def find_by_psn_no(psn_no: str) -> Person | None:
    """Return whose number it is; that of a record which has gone leads to the one that stays."""
    found = Person.objects.filter(psn_no=psn_no).select_related("merged_into").first()
    return found.merged_into or found if found else None


def records_of(person: Person) -> list[int]:
    """Return the keys of a person's record and of those that have gone into it."""
    gone = Person.objects.filter(merged_into=person).order_by("pk")
    return [person.pk, *gone.values_list("pk", flat=True)]


def merged_numbers(area: str) -> dict[str, str]:
    """Return, by number of each record that has gone, the number of the one that stays."""
    rows = Person.objects.filter(area=area, merged_into__isnull=False)
    return dict(rows.values_list("psn_no", "merged_into__psn_no"))


def waiting_merges(area: str) -> QuerySet[Merge]:
    """Return the merges that were proposed and wait for another to confirm."""
    rows = Merge.objects.filter(keep__area=area, state=Merge.State.PROPOSED)
    return rows.select_related("keep").defer("paper", "snapshot").order_by("proposed_at")


def search(area: str, text: str, *, limit: int = 20) -> list[Person]:
    """Return at most `limit` persons of the area, by number, name or pinyin initials."""
    found = matching(Person.objects.filter(area=area, merged_into=None), text)
    return list(found.order_by("name", "psn_no")[:limit])


def matching(persons: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow to those whose whole number, or beginning of number, name or initials, is `text`.

    A number that is no longer in use counts too. Short runs of digits match nothing.
    """
    text = text.strip()
    if not text:
        return persons.none()
    if any(c.isdigit() for c in text):
        if len(text) < MIN_DIGITS:
            return persons.none()
        number = normalise_id_number(text)
        # A union, because "or" across tables reads every person.
        found = Person.objects.filter(psn_no=text).values("pk")
        stays = Person.objects.filter(psn_no=text, merged_into__isnull=False)
        current = Person.objects.filter(id_no__startswith=number).values("pk")
        aliases = PersonNumber.objects.filter(
            kind__in=PersonNumber.Kind.values,  # the index begins with it
            number__in={text, number, _as_stored(PersonNumber.Kind.ID, text)},
            struck_at=None,
        )
        return persons.filter(
            pk__in=found.union(stays.values("merged_into"), current, aliases.values("person_id"))
        )
    if text.isascii():
        return persons.filter(Q(initials__startswith=text.lower()) | Q(name=text.upper()))
    return persons.filter(name__startswith=text)


def enrolment_on(person: Person, scheme: str | None, on: date) -> Enrolment | None:
    """Return the enrolment in force on the day; there is at most one (ENR-01)."""
    rows = _on(Enrolment.objects.filter(person=person), on)
    return (rows.filter(scheme=scheme) if scheme else rows).first()


def identities_on(person: Person, on: date) -> list[Identity]:
    """Return the helped identities in force on the day, longest held first."""
    return list(_on(Identity.objects.filter(person=person), on).order_by("start", "kind"))


def enrolled_on(area: str, on: date) -> dict[str, int]:
    """Return how many persons each scheme holds on the day; nobody counts twice (A-01)."""
    rows = _on(Enrolment.objects.filter(area=area), on)
    return dict(rows.values_list("scheme").annotate(Count("pk")).order_by("scheme"))


def enrolments_of(person: Person) -> list[Enrolment]:
    """Return all enrolments that hold, oldest first."""
    return list(person.enrolments.filter(struck_at=None).order_by("start"))


def identities_of(person: Person) -> list[Identity]:
    """Return all identity spells that hold, oldest first."""
    return list(person.identities.filter(struck_at=None).order_by("start", "kind"))


def _on(rows: QuerySet[FactT], on: date) -> QuerySet[FactT]:
    return rows.filter(Q(end=None) | Q(end__gt=on), start__lte=on, struck_at=None)


def _as_stored(kind: str, number: str) -> str:
    if kind != PersonNumber.Kind.ID:
        return number.strip()
    number = normalise_id_number(number)
    return upgrade_id_number(number) if len(number) == 15 and number.isdigit() else number
