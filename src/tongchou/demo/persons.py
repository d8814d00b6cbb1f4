"""The invented population, loaded in bulk as a county that moves in would be."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from tongchou.core.identity import check_character, pinyin_initials
from tongchou.demo import parameters as p
from tongchou.demo import words
from tongchou.demo.costs import moment
from tongchou.people.models import Enrolment, Identity, Person, PersonNumber, Residence
from tongchou.platform import clock
from tongchou.platform.db.bulk import load_rows

SOURCE = "演示名册"
CHUNK = 2000


class Invented(NamedTuple):
    """A person as invented, before it is a row."""

    serial: int
    name: str
    sex: str
    birth: date
    town: str
    village: str
    scheme: str  # "" for nobody's
    status: str
    identities: tuple[str, ...]
    employer: str
    died_on: date | None = None
    helped_until: date | None = None  # end (not included) of the identity


# The cast: fixed numbers, used by the guides and the tests. Nobody of them is in the traffic.
CAST = (
    Invented(1, "梁秀英", "2", date(1968, 5, 6), "平冈镇", "大坪村", "resident", "", (), ""),
    Invented(2, "陈国强", "1", date(1956, 12, 8), "北津镇", "港口村", "resident", "", ("destitute",), ""),
    Invented(3, "吴阿娣", "2", date(1949, 3, 2), "平冈镇", "良朝村", "resident", "", ("registered_poor",), ""),
    Invented(4, "麦子轩", "1", date(2014, 9, 1), "东平镇", "海朗村", "resident", "", ("orphan",), ""),
    Invented(5, "苏玉珍", "2", date(1972, 7, 19), "合山镇", "长安村", "resident", "", (), ""),
    Invented(6, "关永康", "1", date(1980, 1, 30), "岭城街道", "南门社区", "resident", "", ("low_income",), ""),
    Invented(7, "谭惠芬", "2", date(1963, 11, 11), "岭城街道", "北山社区", "resident", "", (), ""),
    Invented(8, "何伟明", "1", date(1985, 4, 25), "岭城街道", "东风社区", "employee", "active", (), "岭海县第一中学"),
    Invented(9, "曾丽华", "2", date(1955, 8, 14), "岭城街道", "石湾社区", "employee", "retired", (), "岭海县供水公司"),
    Invented(10, "莫建华", "1", date(1990, 2, 17), "东平镇", "北环村", "employee", "active", (), "东平渔业合作社"),
    Invented(11, "邓小燕", "2", date(1978, 10, 3), "大沟镇", "三山村", "resident", "", (), ""),
)  # fmt: skip
WITH_BILLS = CAST[0]
CHANGED_NUMBER = CAST[10]


def invent(scale: int) -> Iterator[Invented]:
    """Return the cast and then as many others as make up `scale`; the same at every call."""
    yield from CAST
    chance = random.Random(p.SEED)
    today = clock.today()
    for serial in range(len(CAST) + 1, scale + 1):
        yield _one(chance, serial, today)


def _one(chance: random.Random, serial: int, today: date) -> Invented:
    sex = chance.choice("12")
    age = _age(chance)
    birth = today - timedelta(days=age * 365 + chance.randrange(1, 365))
    town = chance.choice(list(words.TOWNS))
    scheme, status = _scheme(chance, age)
    helped = _helped(chance, age) if scheme == "resident" else ()
    employer = chance.choice(words.EMPLOYERS) if scheme == "employee" else ""
    return Invented(
        serial, _name(chance, sex, age), sex, birth, town, chance.choice(words.TOWNS[town]),
        scheme, status, helped, employer, _death(chance, age, today),
        _month_of_loss(chance, today) if helped else None,
    )  # fmt: skip


def _death(chance: random.Random, age: int, today: date) -> date | None:
    first = date(today.year, 1, 1)
    day = chance.randrange(365)
    rate = next(rate for top, rate in p.DEATHS if age <= top)
    # Dated back by weeks: a death is known from the register some time after.
    dies = chance.randrange(10_000) < rate and age > 0 and day < (today - first).days - 30
    return first + timedelta(days=day) if dies else None


def _month_of_loss(chance: random.Random, today: date) -> date | None:
    """Return the first of the month from which a helped identity is lost, if it is."""
    month = date(today.year, chance.randint(2, 12), 1)
    lost = chance.randrange(10_000) < p.HELPED_ENDING
    return month if lost and month + timedelta(days=p.TOLD_AFTER) < today else None


def _age(chance: random.Random) -> int:
    draw, low = chance.randrange(10_000), 0
    for top, share in p.AGES:
        if draw < share:
            return chance.randint(low, top)
        draw -= share
        low = top + 1
    return low


def _scheme(chance: random.Random, age: int) -> tuple[str, str]:
    if chance.randrange(10_000) < p.UNINSURED:
        return "", ""
    # Employees are adults: the share is raised so that it holds for the whole county.
    if age >= 20 and chance.randrange(10_000) < p.EMPLOYEES * 10 // 7:
        return "employee", "retired" if age >= 60 else "active"
    return "resident", ""


def _helped(chance: random.Random, age: int) -> tuple[str, ...]:
    draw = chance.randrange(10_000)
    for kind, share in p.HELPED.items():
        if draw < share:
            return (kind,) if kind != "orphan" or age < 18 else ("low_income",)
        draw -= share
    return ()


def _name(chance: random.Random, sex: str, age: int) -> str:
    if age < 18:
        at = 2 * chance.randrange(len(words.CHILD) // 2)
        return chance.choice(words.SURNAMES) + words.CHILD[at : at + 2]
    given = words.GIVEN_FEMALE if sex == "2" else words.GIVEN_MALE
    length = 2 if chance.randrange(10) else 1
    return chance.choice(words.SURNAMES) + "".join(chance.choice(given) for _ in range(length))


def psn_no_of(serial: int) -> str:
    return f"{p.AREA}{serial:020d}"


def id_no_of(one: Invented) -> str:
    """A number with a right check character under a registration area that does not exist."""
    order = 2 * (one.serial % 500) + (1 if one.sex == "1" else 0)
    first = f"{p.REGISTRATION}{one.birth:%Y%m%d}{order % 1000:03d}"
    return first + check_character(first)


def card_of(serial: int) -> str:
    return f"4417{serial:012d}"


@cache
def _initial(character: str) -> str:
    return pinyin_initials(character)


def _initials(name: str) -> str:
    # Surname readings matter for the first character only.
    return pinyin_initials(name[0] + "一")[:1] + "".join(map(_initial, name[1:]))


def load(scale: int) -> Iterator[int]:
    """Load the population; yield how many are there."""
    today = clock.today()
    taken: set[str] = set()
    source = invent(scale)
    done = 0
    while chunk := list(islice(source, CHUNK)):
        _load([(one, _free_id(taken, one)) for one in chunk], today)
        done += len(chunk)
        yield done


def _free_id(taken: set[str], one: Invented) -> str:
    """Return the person's number, or the next one of that birthday when another has it."""
    while (number := id_no_of(one)) in taken:
        one = one._replace(serial=one.serial + 1)
    taken.add(number)
    return number


def _load(chunk: list[tuple[Invented, str]], today: date) -> None:
    load_rows(Person, [_person(one, id_no) for one, id_no in chunk])
    span = (psn_no_of(chunk[0][0].serial), psn_no_of(chunk[-1][0].serial))
    keys = dict(Person.objects.filter(psn_no__range=span).values_list("psn_no", "pk"))
    pairs = [(keys[psn_no_of(one.serial)], one, id_no) for one, id_no in chunk]
    load_rows(PersonNumber, [row for pair in pairs for row in _numbers(*pair)])
    load_rows(
        Residence,
        [
            {**_since(key, one.birth), "town": one.town, "village": one.village}
            for key, one, _ in pairs
        ],
    )
    load_rows(Enrolment, [row for key, one, _ in pairs for row in _enrolments(key, one, today)])
    load_rows(Identity, [row for key, one, _ in pairs for row in _identities(key, one, today)])


def _person(one: Invented, id_no: str) -> dict[str, Any]:
    return {
        "psn_no": psn_no_of(one.serial), "name": one.name, "initials": _initials(one.name),
        "sex": one.sex, "birth": one.birth, "id_no": id_no, "area": p.AREA, "town": one.town,
        "village": one.village, "employer": one.employer, "died_on": one.died_on,
    }  # fmt: skip


def _since(key: int, start: date) -> dict[str, Any]:
    return {"person_id": key, "start": start, "known_on": start, "source": SOURCE}


def _numbers(key: int, one: Invented, id_no: str) -> list[dict[str, Any]]:
    since = _since(key, one.birth)
    return [
        {**since, "kind": "id", "number": id_no},
        {**since, "kind": "card", "number": card_of(one.serial)},
    ]


def _enrolments(key: int, one: Invented, today: date) -> list[dict[str, Any]]:
    if not one.scheme:
        return []
    common = {
        "person_id": key, "scheme": one.scheme, "status": one.status,
        "psn_type": _psn_type(one, today), "area": p.AREA, "source": "税务缴费回传",
    }  # fmt: skip
    if one.scheme == "employee":
        start = date(2019, 1, 1)
        return _until_death({**common, "start": start, "end": None, "known_on": start}, one)
    found = []
    for year in (today.year - 1, today.year):
        start, end = max(date(year, 1, 1), one.birth), date(year + 1, 1, 1)
        if start < end:
            known = max(one.birth, date(year - 1, 11, 20))
            row = {**common, "start": start, "end": end, "known_on": known}
            found += _until_death(row, one)
    return found


def _identities(key: int, one: Invented, today: date) -> list[dict[str, Any]]:
    start = max(one.birth, date(today.year - 1, 1, 1))
    found = []
    for kind in one.identities:
        row = {**_since(key, start), "end": None, "kind": kind}
        lost = one.helped_until
        if lost is not None and start < lost and (one.died_on is None or lost <= one.died_on):
            found += _ended(row, lost, lost + timedelta(days=p.TOLD_AFTER), "民政名单退出")
        else:
            found += _until_death(row, one)
    return found


def _until_death(row: dict[str, Any], one: Invented) -> list[dict[str, Any]]:
    """The day itself is still covered, as people.services.record_death has it."""
    if one.died_on is None:
        return [row]
    after = one.died_on + timedelta(days=1)
    if row["end"] is not None and row["end"] <= after:
        return [row]
    return _ended(row, after, after + timedelta(days=14), "公安户籍注销")


def _ended(row: dict[str, Any], end: date, known_on: date, source: str) -> list[dict[str, Any]]:
    """Return the row as it was believed, struck, and its successor that ends at `end`."""
    struck = {**row, "struck_at": moment(known_on, 9), "struck_reason": source}
    return [struck, {**row, "end": end, "known_on": known_on, "source": source}]


def _psn_type(one: Invented, today: date) -> str:
    if one.scheme == "employee":
        return "1101" if one.status == "active" else "1201"
    age = (today - one.birth).days // 365
    return "1403" if age < 18 else "1501" if age < 60 else "16"
