"""The register as core.rosters asks for it: who there is, and what stands of a person."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

import pyarrow as pa
from django.db.models import F, Max

from tongchou.core.matching import COLUMNS, Registry, town_key
from tongchou.core.rosters import Flag, Insured, Known, Standing
from tongchou.people.doubles import twins_of
from tongchou.people.models import Enrolment, Identity, Person, PersonNumber
from tongchou.platform import clock
from tongchou.premiums import queries as premiums
from tongchou.settlement.models import Settlement

_CHUNK = 5000


def known_of(area: str, year: int) -> Known:
    """Return which facts the register holds of a year.

    Before any payment or exemption of it is registered, nothing is concluded of there being none.
    """
    return Known(exemptions=premiums.registered(area, year))


def registry_of(area: str) -> Registry:
    """Return the persons of an area for matching, with the numbers they had."""
    rows = Person.objects.filter(area=area, merged_into=None).order_by("psn_no")
    columns: list[list[str]] = [[] for _ in COLUMNS]
    for person in rows.values_list(
        "psn_no", "id_no", "name", "sex", "birth", "town", "village"
    ).iterator(_CHUNK):
        for column, value in zip(columns, (*person, ""), strict=True):
            column.append(str(value))
    table = pa.table(dict(zip(COLUMNS, columns, strict=True)))
    numbers = PersonNumber.objects.filter(
        kind=PersonNumber.Kind.ID, struck_at=None, person__area=area
    ).exclude(number=F("person__id_no"))  # by that he is known already
    return Registry.of_table(table, numbers.values_list("person__psn_no", "number"))


def register_hash(area: str) -> str:
    """Return the state of the register that a run depends on, as one word."""
    digest = hashlib.sha256()
    for model in (Enrolment, Identity, PersonNumber):
        facts = model.objects.filter(person__area=area).aggregate(
            last=Max("pk"), struck=Max("struck_at"), end=Max("end")
        )
        digest.update(repr(sorted(facts.items())).encode())
        digest.update(str(model.objects.filter(person__area=area).count()).encode())
    digest.update(repr(sorted(twins_of(area).items())).encode())
    persons = Person.objects.filter(area=area, merged_into=None).order_by("pk")
    rows = persons.values_list("psn_no", "id_no", "name", "town", "died_on").iterator(_CHUNK)
    while some := list(islice(rows, _CHUNK)):
        digest.update(repr(some).encode())
    for part in premiums.state_hash_parts(area):
        digest.update(part.encode())
    return digest.hexdigest()


def standings_of(area: str, persons: Iterable[str], year: int) -> dict[str, Standing]:
    """Return what stands in a year of the persons named, and of everyone who has an open flag."""
    flagged = Identity.objects.filter(person__area=area, struck_at=None)
    wanted = set(persons) | set(flagged.values_list("person__psn_no", flat=True))
    found: dict[str, Standing] = {}
    for chunk in _chunks(sorted(wanted)):
        found |= _standings(area, chunk, year)
    for one, other in twins_of(area).items():
        if one in found:
            found[one] = replace(found[one], twin=other)
    return found


def standings_of_some(area: str, persons: Iterable[str]) -> dict[str, Standing]:
    """Return what stands of the persons named alone."""
    return _standings(area, sorted(set(persons)), clock.today().year)


def _chunks(values: list[str], size: int = 900) -> Iterable[list[str]]:
    for at in range(0, len(values), size):
        yield values[at : at + size]


def _standings(area: str, numbers: list[str], year: int) -> dict[str, Standing]:
    people = {person.pk: person for person in Person.objects.filter(area=area, psn_no__in=numbers)}
    insured: dict[int, list[Insured]] = {}
    for row in Enrolment.objects.filter(person__in=people, struck_at=None).order_by("start"):
        insured.setdefault(row.person_id, []).append(
            Insured(row.scheme, row.area == area, row.start, _last(row.end))
        )
    flags: dict[int, list[Flag]] = {}
    for fact in Identity.objects.filter(person__in=people, struck_at=None).order_by("start"):
        flags.setdefault(fact.person_id, []).append(Flag(fact.kind, fact.start, _last(fact.end)))
    bills = _last_bills(people)
    paid, nothing = premiums.facts_of(people, year), premiums.Facts()
    return {
        one.psn_no: Standing(
            one.psn_no,
            one.name,
            town_key(one.town),
            one.town,
            tuple(insured.get(pk, ())),
            payments=paid.get(pk, nothing).payments,
            exempt_years=paid.get(pk, nothing).exempt_years,
            flags=tuple(flags.get(pk, ())),
            refund=paid.get(pk, nothing).refund,
            waiver=paid.get(pk, nothing).waiver,
            died_on=one.died_on,
            last_bill=bills.get(pk),
        )
        for pk, one in people.items()
    }


def _last(end: date | None) -> date | None:
    return None if end is None else end - timedelta(days=1)


def _last_bills(people: Mapping[int, Person]) -> dict[int, date]:
    rows = Settlement.objects.filter(person__in=people, kind=Settlement.Kind.SETTLE)
    return dict(rows.values_list("person_id").annotate(last=Max("basis_date")))
