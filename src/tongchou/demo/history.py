"""A year of visits with line items, settled by the real engine in ledger order."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tongchou.demo import items, words
from tongchou.demo import parameters as p
from tongchou.demo.persons import CAST, WITH_BILLS, psn_no_of
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.providers.models import Institution
from tongchou.settlement.services.batch import PastBill
from tongchou.settlement.services.facts import Enrolled
from tongchou.settlement.services.splitting import amount_of, split

Sample = items.Sample
_SAMPLES = items.samples()
_DAILY = [s for s in _SAMPLES if s.charge_type in ("01", "02", "07") and s.level != "03"]
COMMON = [s for s in _SAMPLES if s.price < 600 * items.YUAN and s.level != "03"]
STAY = ("inpatient", "21")  # kind of visit, med_type
_DEAR = [s for s in _SAMPLES if s.price >= 600 * items.YUAN]


class County:
    """What the history draws from, read once."""

    def __init__(self) -> None:
        self.today = clock.today()
        self.persons = {q.pk: q for q in Person.objects.all()}
        self.enrolments: dict[int, list[Enrolment]] = {}
        for e in Enrolment.objects.filter(struck_at=None):
            self.enrolments.setdefault(e.person_id, []).append(e)
        self.identities: dict[int, list[Identity]] = {}
        for i in Identity.objects.filter(struck_at=None):
            self.identities.setdefault(i.person_id, []).append(i)
        self.places = list(Institution.objects.order_by("code").prefetch_related("doctors"))
        self.by_code = {i.code: i for i in self.places}

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


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def past_bills(county: County) -> list[PastBill]:
    """Return the year's bills until yesterday, in the order in which they are settled."""
    chance = random.Random(p.SEED + 1)
    first = date(county.today.year, 1, 1)
    days = (county.today - first).days
    untouched = {psn_no_of(one.serial) for one in CAST}
    found = list(_cast_bills(county))
    for person in county.persons.values():
        if person.psn_no in untouched or days < 2:
            continue
        found += _of_person(chance, county, person, first, days)
    return sorted(found, key=lambda bill: (bill.settled_at, bill.mdtrt_id))


def _of_person(
    chance: random.Random, county: County, person: Person, first: date, days: int
) -> Iterator[PastBill]:
    enrolled = county.enrolled(person, first + timedelta(days=days - 1))
    if enrolled is None:
        return
    expected = p.STAYS[enrolled.scheme] * days // 365
    begun = 0
    while chance.randrange(10_000) < expected and begun < days - 20:
        begun += chance.randrange(1, days - begun - 15)
        stay = chance.randint(2, 14)
        day = first + timedelta(days=begun)
        bill = _stay(chance, county, person, day, day + timedelta(days=stay))
        if bill is not None:
            yield bill
        begun += stay + 1
    if enrolled.scheme == "employee":
        for _ in range(chance.randrange(0, 1 + 2 * p.VISITS_OF_EMPLOYEES // 10_000)):
            yield from _visit(chance, county, person, first + timedelta(chance.randrange(days)))


def _stay(
    chance: random.Random, county: County, person: Person, begun: date, ended: date
) -> PastBill | None:
    enrolled = county.enrolled(person, ended)
    if enrolled is None:
        return None
    level, usual = _level(chance, enrolled.scheme)
    place = _place(chance, county, level)
    target = _cost(chance, usual)
    lines = _lines(chance, target, (ended - begun).days, begun)
    at = moment(ended, chance.randint(9, 16), chance.randrange(60))
    span = (moment(begun, 8), at)
    return _bill(county, person, enrolled, place=place, lines=lines, span=span, kinds=STAY)


def _level(chance: random.Random, scheme: str) -> tuple[str, int]:
    draw = chance.randrange(10_000)
    if scheme == "resident":
        if draw < p.OUT_OF_AREA[0]:
            return "out", p.OUT_OF_AREA[1]
        draw -= p.OUT_OF_AREA[0]
    for level, (share, usual) in p.LEVELS.items():
        if draw < share:
            return level, usual
        draw -= share
    return "level3", p.LEVELS["level3"][1]


def _place(chance: random.Random, county: County, level: str) -> Institution:
    if level == "out":
        return next(i for i in county.places if i.area != p.AREA)
    able = [
        i for i in county.places
        if i.level == level and i.area == p.AREA and i.kind == "hospital"
        and i.code != words.SUSPENDED
    ]  # fmt: skip
    return chance.choice(able)


def _cost(chance: random.Random, usual: int) -> int:
    """Return a target in millionths of a yuan; a shape only, the bill is the sum of its lines."""
    thousandths = int(1000 * chance.lognormvariate(0, p.SPREAD / 100))
    return usual * thousandths * items.YUAN // 1000


def _lines(
    chance: random.Random, target: int, days: int, begun: date
) -> list[tuple[Sample, int, datetime]]:
    """Return (item, whole count, time) until the target is about reached."""
    found = [(sample, max(days, 1), moment(begun, 10)) for sample in chance.sample(_DAILY, 2)]
    left = target - sum(s.price * n for s, n, _ in found)
    while left > 0 and len(found) < 24:
        dear = [s for s in _DEAR if s.price * 2 < left]
        sample = (
            chance.choice(dear) if dear and chance.randrange(3) == 0 else chance.choice(COMMON)
        )
        count = min(max(1, left // (4 * sample.price)), 60)
        at = moment(begun + timedelta(days=chance.randrange(max(days, 1))), chance.randint(8, 17))
        found.append((sample, int(count), at))
        left -= sample.price * count
    return found


def _visit(chance: random.Random, county: County, person: Person, on: date) -> Iterator[PastBill]:
    enrolled = county.enrolled(person, on)
    if enrolled is None or enrolled.scheme != "employee":
        return
    pharmacy = chance.randrange(2) == 0
    able = [i for i in county.places if (i.kind == "pharmacy") == pharmacy and i.area == p.AREA
            and i.code != words.SUSPENDED]  # fmt: skip
    kind, med_type = ("pharmacy", "41") if pharmacy else ("outpatient", "11")
    drugs = [s for s in COMMON if s.charge_type in ("09", "11")]
    at = moment(on, chance.randint(8, 17), chance.randrange(60))
    lines = [(chance.choice(drugs), chance.randint(1, 3), at) for _ in range(chance.randint(1, 4))]
    yield _bill(
        county,
        person,
        enrolled,
        place=chance.choice(able),
        lines=lines,
        span=(at, at),
        kinds=(kind, med_type),
        account_pays=chance.randint(0, p.USUAL_VISIT) * 100,
    )


_serial = {"next": 1}


def _bill(
    county: County,
    person: Person,
    enrolled: Enrolled,
    *,
    place: Institution,
    lines: list[tuple[Sample, int, datetime]],
    span: tuple[datetime, datetime],
    kinds: tuple[str, str],
    account_pays: int = 0,
) -> PastBill:
    begun, ended = span
    doctors = list(place.doctors.all())
    doctor = doctors[person.pk % 2] if doctors else None
    serial = _serial["next"]
    _serial["next"] += 1
    code, name = words.DIAGNOSES[(person.pk + serial) % len(words.DIAGNOSES)]
    return PastBill(
        mdtrt_id=f"{p.AREA}{begun:%Y%m%d}9{serial:07d}",
        person=person,
        enrolled=enrolled,
        identities=county.identities_on(person, ended.date()),
        institution_id=place.pk,
        institution_code=place.code,
        institution_area=place.area,
        level=place.level,
        kind=kinds[0],
        med_type=kinds[1],
        insutype="310" if enrolled.scheme == "employee" else "390",
        begun_at=begun,
        ended_at=ended,
        settled_at=ended,
        visit={
            "number": f"ZY{serial:08d}",
            "doctor_code": doctor.code if doctor else "",
            "department": doctor.department if doctor else "",
            "disease_code": code,
            "disease_name": name,
        },
        lines=[line_fields(f"{serial}-{n}", *line) for n, line in enumerate(lines, 1)],
        cert_type=("01", "02", "03")[serial % 3],
        account_pays=account_pays,
    )


def line_fields(sn: str, sample: Sample, count: int, at: datetime) -> dict[str, Any]:
    """Return the fields of a fee line of `count` whole units, split by the item's terms."""
    units = count * 10_000
    amount = amount_of(units, sample.price)
    parts = split(
        amount=amount, count=units, price=sample.price, level=sample.level, rate=sample.share,
        ceiling=sample.ceiling,
    )  # fmt: skip
    return {
        "feedetl_sn": sn,
        "at": at,
        "item_code": sample.code,
        "item_name": sample.name,
        "list_type": sample.list_type,
        "charge_type": sample.charge_type,
        "level": sample.level,
        "count": units,
        "price": sample.price,
        "ceiling": sample.ceiling,
        "first_self_pay_rate": sample.share,
        "amount": amount,
        "own_pay": parts.own_pay,
        "over_limit": parts.over_limit,
        "first_self_pay": parts.first_self_pay,
        "in_scope": parts.in_scope,
    }


def _cast_bills(county: County) -> Iterator[PastBill]:
    """梁秀英's three stays: the amounts of the worked case with three admissions in a year."""
    person = Person.objects.get(psn_no=psn_no_of(WITH_BILLS.serial))
    year = county.today.year
    stays = (
        ("H44170000005", date(year, 1, 3), date(year, 1, 8), 3_000),
        ("H44170000001", date(year, 1, 20), date(year, 2, 1), 40_000),
        ("H44170000001", date(year, 2, 14), date(year, 3, 1), 60_000),
    )
    whole = [s for s in _SAMPLES if s.level == "01" and s.ceiling is None]
    for code, begun, ended, yuan in stays:
        if ended >= county.today:
            return
        enrolled = county.enrolled(person, ended)
        assert enrolled is not None
        lines = _exactly(yuan * items.YUAN, whole, begun)
        span = (moment(begun, 8), moment(ended, 9))
        place = county.by_code[code]
        yield _bill(county, person, enrolled, place=place, lines=lines, span=span, kinds=STAY)


def _exactly(target: int, samples: list[Sample], begun: date) -> list[tuple[Sample, int, datetime]]:
    """Fill `target` (millionths of a yuan) to the fen with items wholly in scope."""
    found = []
    ordered = sorted((s for s in samples if s.price % items.YUAN == 0), key=lambda s: -s.price)
    left = target
    for sample in ordered:
        share = left if sample is ordered[-1] else left * 2 // 5
        count = share // sample.price
        if count:
            found.append((sample, count, moment(begun, 10)))
            left -= count * sample.price
    cent = next(s for s in sorted(samples, key=lambda s: s.price) if target % s.price == 0)
    if left:
        assert left % cent.price == 0, left
        found.append((cent, left // cent.price, moment(begun, 11)))
    assert sum(s.price * n for s, n, _ in found) == target
    return found
