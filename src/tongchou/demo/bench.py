"""What the gateway benchmark settles: discharged stays of the invented county, fees uploaded."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Sum

from tongchou.demo import build, words
from tongchou.demo import parameters as p
from tongchou.demo.costs import COMMON, line_fields, moment
from tongchou.people.models import Enrolment, Person
from tongchou.platform import clock
from tongchou.platform.db.bulk import load_rows
from tongchou.providers.models import Institution
from tongchou.settlement.models import Charge, FeeLine, PersonYear, Visit

LINES = 8
CHUNK = 2000
_NUMBERS = "BENCH"  # mdtrt_id of these stays begins so


class Unsettled(NamedTuple):
    """A stay that waits for its settlement, as a hospital's system knows it."""

    mdtrt_id: str
    psn_no: str
    id_no: str
    insutype: str
    institution_id: int
    total: int  # fen


def prepare(persons: int, stays: int, say: build.Say) -> None:
    """Build the county if it is not there, and fill up to `stays` unsettled stays."""
    build.migrate()
    if not build.is_built():
        build.build(persons, say, lists=False)
    held = Visit.objects.filter(mdtrt_id__startswith=_NUMBERS)
    missing = stays - held.filter(charges__settlement=None).count()
    first = held.count()
    for at in range(0, missing, CHUNK):
        with transaction.atomic():
            _add(random.Random(p.SEED + first + at), first + at, min(CHUNK, missing - at))
        say(f"{min(at + CHUNK, missing):,} / {missing:,}")
    if connection.vendor == "postgresql":
        # Plans cached on tables without statistics stay bad for the life of a connection.
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")


def _add(chance: random.Random, first: int, count: int) -> None:
    year = clock.today().year
    enrolled = dict(
        Enrolment.objects.filter(struck_at=None, start__lte=date(year, 1, 1))
        .exclude(end__lte=clock.today())
        .values_list("person_id", "scheme")
    )
    persons = chance.choices(sorted(enrolled), k=count)
    places = _places()
    numbers = [f"{_NUMBERS}{first + n:010d}" for n in range(count)]
    ended = clock.today() - timedelta(days=1)
    load_rows(Visit, [
        {
            "mdtrt_id": number, "area": p.AREA, "institution_id": chance.choice(places),
            "person_id": person, "kind": "inpatient", "med_type": "21", "state": "discharged",
            "insutype": "310" if enrolled[person] == "employee" else "390",
            "begun_at": moment(ended - timedelta(days=6), 8), "ended_at": moment(ended, 9),
        }
        for number, person in zip(numbers, persons, strict=True)
    ])  # fmt: skip
    # As registration does, before the first bill needs it.
    PersonYear.objects.bulk_create(
        [PersonYear(person_id=q, scheme=enrolled[q], year=year) for q in sorted(set(persons))],
        ignore_conflicts=True,
    )
    span = (numbers[0], numbers[-1])
    visits = list(Visit.objects.filter(mdtrt_id__range=span).values_list("pk", flat=True))
    load_rows(Charge, [{"visit_id": visit, "batch": ""} for visit in visits])
    charges = Charge.objects.filter(visit__in=visits).values_list("pk", "visit_id")
    at = moment(ended, 8)
    load_rows(FeeLine, [
        {
            "charge_id": charge, "visit_id": visit,
            **line_fields(f"{n}", chance.choice(COMMON), chance.randint(1, 6), at),
        }
        for charge, visit in charges
        for n in range(LINES)
    ])  # fmt: skip


def _places() -> list[int]:
    able = Institution.objects.filter(area=p.AREA, kind="hospital").exclude(code=words.SUSPENDED)
    return sorted(able.values_list("pk", flat=True))


def unsettled(count: int) -> Iterator[Unsettled]:
    """Return up to `count` stays that wait, in no order of persons or places."""
    waiting = list(
        Visit.objects.filter(mdtrt_id__startswith=_NUMBERS, charges__settlement=None)
        .order_by("mdtrt_id")
        .annotate(total=Sum("lines__amount"))
        .values_list("mdtrt_id", "person_id", "insutype", "institution_id", "total")[:count]
    )
    known = dict(Person.objects.values_list("pk", "psn_no"))
    ids = dict(Person.objects.values_list("pk", "id_no"))
    random.Random(p.SEED).shuffle(waiting)
    for mdtrt_id, person, insutype, place, total in waiting:
        yield Unsettled(mdtrt_id, known[person], ids[person], insutype, place, total)
