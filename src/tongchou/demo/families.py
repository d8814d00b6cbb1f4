"""Employees whose personal accounts also pay for a child, linked since the year began."""

import random
from datetime import date

from tongchou.core.sharing import load_relations
from tongchou.demo import parameters as p
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.demo.registers import ACTOR
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.sharing import services

GROWN, CHILD = (25, 50), (1, 17)  # years of age on 1 January


def link_families() -> int:
    """Link some parents and children of one town; return how many."""
    start = date(clock.today().year, 1, 1)
    if start < load_relations()["child"].since:
        return 0
    chance = random.Random(p.SEED + 6)
    parents, children = _aged(start, GROWN, "employee"), _aged(start, CHILD, "resident")
    chance.shuffle(parents)
    waiting: dict[str, list[Person]] = {}
    for child in children:
        waiting.setdefault(child.town, []).append(child)
    made = 0
    for parent in parents:
        here = waiting.get(parent.town)
        if made == p.FAMILIES or not here:
            continue
        services.link(
            actor=ACTOR, owner=parent, member=here.pop(chance.randrange(len(here))),
            relation="child", start=start, source="户口簿",
        )  # fmt: skip
        made += 1
    return made


def _aged(on: date, ages: tuple[int, int], scheme: str) -> list[Person]:
    youngest, oldest = (date(on.year - age, 1, 1) for age in ages)
    rows = Person.objects.filter(
        area=p.AREA, birth__gte=oldest, birth__lt=youngest, died_on=None, merged_into=None,
        enrolments__scheme=scheme, enrolments__start__lte=on, enrolments__struck_at=None,
    )  # fmt: skip
    cast = [psn_no_of(one.serial) for one in CAST]
    return list(rows.exclude(psn_no__in=cast).order_by("psn_no").distinct()[: p.ASKED_FAMILIES])
