"""A year of visits with line items, settled by the real engine in ledger order."""

import itertools
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tongchou.demo import costs, words, worked
from tongchou.demo import parameters as p
from tongchou.demo.costs import Line, line_fields, moment
from tongchou.demo.persons import CAST, WITH_BILLS, psn_no_of
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.providers.models import Institution
from tongchou.settlement.services.batch import PastBill
from tongchou.settlement.services.facts import Enrolled
from tongchou.sharing.models import AccountLink
from tongchou.sharing.queries import in_force

STAY = ("inpatient", "21")  # kind of visit, med_type
SHORTEST, LONGEST = 2, 14  # days


class County:
    """What the history draws from, read once."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.serial = itertools.count(1)
        self.persons = {q.psn_no: q for q in Person.objects.order_by("psn_no")}
        self.enrolments: dict[int, list[Enrolment]] = {}
        for e in Enrolment.objects.filter(struck_at=None):
            self.enrolments.setdefault(e.person_id, []).append(e)
        self.identities: dict[int, list[Identity]] = {}
        for i in Identity.objects.filter(struck_at=None):
            self.identities.setdefault(i.person_id, []).append(i)
        places = Institution.objects.order_by("code").prefetch_related("doctors")
        self.by_code = {i.code: i for i in places}
        linked = in_force(AccountLink.objects.select_related("member"), self.today)
        self.links = list(linked.order_by("start", "owner__psn_no"))

    def places(self, *kinds: str, level: str = "") -> list[Institution]:
        """Return the area's institutions whose billing is open."""
        return [
            i
            for i in self.by_code.values()
            if i.kind in kinds
            and i.area == p.AREA
            and i.code != words.SUSPENDED
            and level in ("", i.level)
        ]

    def enrolled(self, person: Person, on: date) -> Enrolled | None:
        for e in self.enrolments.get(person.pk, ()):
            if e.start <= on and (e.end is None or on < e.end):
                return Enrolled(e.scheme, e.status, e.psn_type, e.area)
        return None

    def identities_on(self, person: Person, on: date) -> tuple[str, ...]:
        return tuple(
            sorted(
                i.kind
                for i in self.identities.get(person.pk, ())
                if i.start <= on and (i.end is None or on < i.end)
            )
        )


def past_bills(county: County) -> list[PastBill]:
    """Return the year's bills until yesterday, in the order in which they are settled."""
    chance = random.Random(p.SEED + 1)
    first = date(county.today.year, 1, 1)
    days = (county.today - first).days
    found = list(_worked_bills(county))
    untouched = {psn_no_of(one.serial) for one in CAST}
    for psn_no, person in county.persons.items():
        if days and psn_no not in untouched:
            found += _of_person(chance, county, person, first, days)
    if days:
        found += _of_families(county, first, days)
    return sorted(found, key=lambda bill: (bill.settled_at, bill.mdtrt_id))


def _of_person(
    chance: random.Random, county: County, person: Person, first: date, days: int
) -> Iterator[PastBill]:
    enrolled = county.enrolled(person, max(first, person.birth))
    if enrolled is None:
        return
    for span in _spans(chance, _expected(enrolled, person, first, days), first, days):
        now = county.enrolled(person, span[1])
        if now is not None and span[0] >= person.birth:
            yield _stay(chance, county, person, now, span)
    if enrolled.scheme == "employee":
        for _ in range(chance.randrange(1 + 2 * p.VISITS_OF_EMPLOYEES)):
            on = first + timedelta(days=chance.randrange(days))
            if now := county.enrolled(person, on):
                yield _visit(chance, county, person, now, on)


def _of_families(county: County, first: date, days: int) -> Iterator[PastBill]:
    """Visits of children that a parent's account pays, as far as it is let."""
    chance = random.Random(p.SEED + 7)
    for link in county.links:
        for _ in range(chance.randint(1, p.VISITS_OF_MEMBERS)):
            on = max(first + timedelta(days=chance.randrange(days)), link.start)
            if now := county.enrolled(link.member, on):
                yield _visit(chance, county, link.member, now, on, owner=link.owner_id)


def _expected(enrolled: Enrolled, person: Person, first: date, days: int) -> int:
    """Return the stays to expect until yesterday, in ten-thousandths."""
    age = first.year - person.birth.year
    factor = next(factor for top, factor in p.STAYS_BY_AGE if age <= top)
    return p.STAYS[enrolled.scheme] * factor * days // (100 * 365)


def _spans(
    chance: random.Random, expected: int, first: date, days: int
) -> Iterator[tuple[date, date]]:
    """Yield the (admission, discharge) of stays that do not overlap."""
    ends = []
    while chance.randrange(10_000 + expected) < expected:  # a mean of expected / 10,000
        ends.append(first + timedelta(days=chance.randrange(days)))
    last = date.min
    for ended in sorted(ends):
        begun = ended - timedelta(days=chance.randint(SHORTEST, LONGEST))
        if begun > last:
            yield begun, ended
            last = ended


def _stay(
    chance: random.Random,
    county: County,
    person: Person,
    enrolled: Enrolled,
    span: tuple[date, date],
) -> PastBill:
    begun, ended = span
    level = costs.level_of_stay(chance, enrolled.scheme)
    place = (
        county.by_code[words.OUTSIDE]
        if level == "out"
        else chance.choice(county.places("hospital", level=level))
    )
    lines = costs.stay_lines(chance, level, begun, (ended - begun).days)
    return _bill(
        county,
        person,
        enrolled,
        place=place,
        lines=lines,
        span=(moment(begun, 8), moment(ended, chance.randint(9, 16), chance.randrange(60))),
        disease=chance.choice(words.DIAGNOSES),
    )


def _visit(
    chance: random.Random,
    county: County,
    person: Person,
    enrolled: Enrolled,
    on: date,
    *,
    owner: int | None = None,
) -> PastBill:
    """A visit paid from the own account, or from that of `owner`."""
    at = moment(on, chance.randint(8, 17), chance.randrange(60))
    pharmacy = chance.randrange(2) == 0
    kinds = ("pharmacy",) if pharmacy else ("hospital", "community", "clinic")
    return _bill(
        county,
        person,
        enrolled,
        place=chance.choice(county.places(*kinds)),
        lines=costs.visit_lines(chance, at),
        span=(at, at),
        kind=("pharmacy", "41") if pharmacy else ("outpatient", "11"),
        disease=("", "") if pharmacy else chance.choice(words.DIAGNOSES),
        account_pays=0 if owner else chance.randint(0, p.MOST_BY_ACCOUNT) * 100,
        linked=((owner, chance.randint(1, p.MOST_BY_LINK) * 100),) if owner else (),
    )


def _bill(
    county: County,
    person: Person,
    enrolled: Enrolled,
    *,
    place: Institution,
    lines: list[Line],
    span: tuple[datetime, datetime],
    disease: tuple[str, str],
    kind: tuple[str, str] = STAY,
    account_pays: int = 0,
    linked: tuple[tuple[int, int], ...] = (),
) -> PastBill:
    begun, ended = span
    serial = next(county.serial)
    # The third doctor of the first hospital is suspended lately.
    doctors = list(place.doctors.all())[:2]
    doctor = doctors[serial % len(doctors)] if doctors else None
    return PastBill(
        mdtrt_id=f"{p.AREA}{begun:%Y%m%d}9{serial:07d}",
        person=person,
        enrolled=enrolled,
        identities=county.identities_on(person, ended.date()),
        institution_id=place.pk,
        institution_code=place.code,
        institution_area=place.area,
        level=place.level,
        kind=kind[0],
        med_type=kind[1],
        insutype="310" if enrolled.scheme == "employee" else "390",
        begun_at=begun,
        ended_at=ended,
        settled_at=ended,
        visit={
            "number": f"{'ZY' if kind is STAY else 'MZ'}{serial:08d}",
            "doctor_code": doctor.code if doctor else "",
            "department": doctor.department if doctor else "",
            "disease_code": disease[0],
            "disease_name": disease[1],
        },
        lines=[line_fields(f"{serial}-{n}", *line) for n, line in enumerate(lines, 1)],
        cert_type=("01", "02", "03")[serial % 3],
        account_pays=account_pays,
        linked=linked,
        one_stop=place.one_stop,
    )


def _worked_bills(county: County) -> Iterator[PastBill]:
    person = county.persons[psn_no_of(WITH_BILLS.serial)]
    for stay in worked.STAYS:
        begun, ended = stay.dates(county.today.year)
        enrolled = county.enrolled(person, ended)
        if ended >= county.today or enrolled is None:
            return
        yield _bill(
            county,
            person,
            enrolled,
            place=county.by_code[stay.institution],
            lines=costs.listed(stay.fees, moment(begun, 10)),
            span=(moment(begun, 8), moment(ended, 9)),
            disease=stay.disease,
        )
