"""The population file of the county: everybody alive, a few who are not insured, known why."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q

from tongchou.core.identity import check_character, is_id_number
from tongchou.demo import words
from tongchou.demo.parameters import AREA, REGISTRATION, SEED
from tongchou.people.models import Enrolment, Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.jobs import services as jobs
from tongchou.registers import services

HEADINGS = ("序号", "姓名", "公民身份号码", "性别", "出生日期", "乡镇", "村居", "人口类型", "备注")
# Of 10,000 in the register: assumed, enough to see every reason.
_STRANGERS = 80  # in no register of ours
_NOTED = (("现役", "E8", 12), ("省外参保", "E4", 15), ("外地参加职工医保", "E5", 10))
_OTHER_NAME = 10  # insured, with a name that the police write otherwise
_NOT_CANCELLED = 8  # dead in our register


class Sent(NamedTuple):
    """`rows` of the file; `truth`: outcome ("" insured, "?" a person decides) by ID number."""

    rows: list[Sequence[str]]
    truth: dict[str, str]


def population(day: date) -> Sent:
    """Return what the police send, and what has to come of it on a day."""
    chance = random.Random(SEED + 7)
    persons = Person.objects.filter(area=AREA).order_by("psn_no")
    people = [one for one in persons if is_id_number(one.id_no)]  # the police know no other
    active = Enrolment.objects.filter(
        Q(end=None) | Q(end__gt=day), start__lte=day, struck_at=None, area=AREA
    )
    insured = set(active.values_list("person_id", flat=True))
    living = [p for p in people if p.died_on is None or p.died_on > day]
    many = max(1, len(people) // 10_000 * 10_000 or len(people))
    sent = Sent([], {})
    renamed = set(chance.sample([p.pk for p in living if p.pk in insured], _of(many, _OTHER_NAME)))
    for person in living:
        name = f"{person.name}龘" if person.pk in renamed else person.name
        outcome = "?" if person.pk in renamed else "" if person.pk in insured else "E1"
        _add(sent, person, name, outcome)
    dead = [p for p in people if p.died_on is not None and p.died_on <= day]
    for person in dead[: _of(many, _NOT_CANCELLED)]:
        _add(sent, person, person.name, "D")
    reasons = [(note, code) for note, code, n in _NOTED for _ in range(_of(many, n))]
    taken = {p.id_no for p in people}
    for note, code in [*reasons, *[("", "E1")] * _of(many, _STRANGERS)]:
        stranger = _stranger(chance, taken)
        _add(sent, stranger, stranger.name, code, note)
    return sent


def _of(many: int, share: int) -> int:
    return max(1, many * share // 10_000)


def _add(sent: Sent, person: Person, name: str, outcome: str, note: str = "") -> None:
    sex = {"1": "男", "2": "女"}.get(person.sex, "")
    sent.truth[person.id_no] = outcome
    sent.rows.append(
        (str(len(sent.rows) + 1), name, person.id_no, sex, f"{person.birth:%Y%m%d}", person.town,
         person.village, "户籍", note)
    )  # fmt: skip


def _stranger(chance: random.Random, taken: set[str]) -> Person:
    """Somebody whom our register does not have, under a name that nobody of the county bears."""
    while True:
        birth = date(1950, 1, 1) + timedelta(days=chance.randrange(25_000))
        first = f"{REGISTRATION}{birth:%Y%m%d}{chance.randrange(1000):03d}"
        number = first + check_character(first)
        if number not in taken:
            break
    taken.add(number)
    town = chance.choice(list(words.TOWNS))
    name = "".join(chance.choice(some) for some in ("赫连", "昭彦璟", "珩瑾琬"))
    sex = "1" if int(number[16]) % 2 else "2"
    village = chance.choice(words.TOWNS[town])
    return Person(name=name, id_no=number, sex=sex, birth=birth, town=town, village=village)


def send() -> None:
    """Receive this month's file; it is compared by the working process (ask)."""
    clerk = User.objects.get(login="jingban")
    today = clock.today()
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *population(today).rows])
    file = services.receive(
        by=clerk, register="population", month=f"{today:%Y-%m}", name=f"户籍人口{today:%Y%m}.csv",
        content=text.getvalue().encode("gb18030"),
    )  # fmt: skip
    services.accept(by=clerk, file=file)


def ask() -> None:
    """Have the population compared by the working process: nobody's first page waits for it."""
    clerk = User.objects.filter(login="jingban").first()
    if clerk is not None:
        jobs.ask(kind="registers.population", by=clerk, about=f"{clock.today():%Y-%m}")
