"""Whom a row may mean that no rule could settle: found by what they share, ordered by evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import duckdb

from tongchou.core.matching.days import DAY, MONTH, DayRead
from tongchou.core.matching.described import Described, born_by
from tongchou.core.matching.links import Candidate
from tongchou.core.matching.names import ANY, agree, sound
from tongchou.core.matching.numbers import CUT, MISSING, OK

SHOWN: Final = 5
ENOUGH: Final = 40  # less is a namesake somewhere, and wastes a clerk's look
FAINT: Final = 30  # enough where no number says that it is somebody else
_MANY: Final = 12  # so many namesakes in a county say nothing

# Who shares what with a row; each yields (r, n). `left_over` has the columns of `open`.
_SHARED = (
    "select r, n from left_over join numbers using (id) where left_over.id != ''",
    "select r, n from left_over join near using (r) join numbers on numbers.id = near.id",
    """select r, n from left_over join people on people.id[:15] = left_over.prefix
       where left_over.prefix != ''""",
    """select r, n from left_over join people on people.id[:12] = left_over.id[:12]
       where left_over.kind = 'cut' and length(left_over.id) >= 12
       and (people.key = left_over.key or people.sound = left_over.sound)""",
    # The household of the number's owner: whose relative's number it is.
    """select r, other.n from left_over join numbers using (id) join people owner using (n)
       join people other on other.town = owner.town and other.village = owner.village
       and other.head = owner.head and other.head != ''
       where left_over.id != '' and (other.key = left_over.key or other.sound = left_over.sound
       or left_over.wild)""",
    """select r, n from left_over join people
       on people.village = left_over.village and people.key = left_over.key
       where left_over.village != '' and left_over.key != ''""",
    """select r, n from left_over join people
       on people.village = left_over.village and people.sound = left_over.sound
       where left_over.village != '' and left_over.key != ''""",
    """select r, n from left_over join people
       on people.village = left_over.village and length(people.key) = length(left_over.key)
       where left_over.village != '' and left_over.wild
       and people.key like replace(left_over.key, '?', '_')""",
    """select r, n from left_over join people
       on people.birth = left_over.born and people.sound = left_over.sound""",
    """select r, n from left_over join people
       on people.birth = left_over.born and people.village = left_over.village
       where left_over.village != ''""",
    """select r, n from left_over join people
       on people.village = left_over.village and people.head = left_over.head
       where left_over.village != '' and left_over.head != ''
       and (levenshtein(people.key, left_over.key) <= 1 or left_over.wild)""",
    # A slip in the name and no number: those of the village with a name like it.
    """select r, n from left_over join people
       on people.village = left_over.village and levenshtein(people.key, left_over.key) = 1
       where left_over.village != '' and left_over.id = '' and length(left_over.key) > 2""",
    # No village to go by: the namesakes of a town, if they are few enough to look at.
    f"""select r, unnest(ns) from (
       select r, list(n order by n) as ns from left_over join people
       on people.town = left_over.town and people.key = left_over.key
       where left_over.village = '' and left_over.town != '' and left_over.key != ''
       group by r having count(*) <= {SHOWN})""",
    f"""select r, unnest(ns) from (
       select r, list(n order by n) as ns from left_over join people
       on people.key = left_over.key
       where left_over.key != '' group by r having count(*) <= {_MANY})""",
)


class _Person(NamedTuple):
    person_no: str
    key: str
    sound: str
    sex: str
    birth: date | None
    town: str
    village: str
    head: str
    id: str


def candidates_of(
    db: duckdb.DuckDBPyConnection, rows: Mapping[int, Described]
) -> dict[int, tuple[Candidate, ...]]:
    """Return for each row of `left_over` the persons worth a look, likeliest first."""
    pairs = db.execute(
        "select distinct r, n, person_no, key, sound, sex, birth, town, village, head, id,"
        f" coalesce(former, false) from ({' union all '.join(_SHARED)}) join people using (n)"
        " left join (select left_over.r, numbers.n, true as former from left_over"
        " join numbers using (id) where not numbers.current) using (r, n)"
        " order by r, n"
    ).fetchall()
    found: dict[int, list[tuple[_Person, bool]]] = {}
    for r, _n, *person, former in pairs:
        found.setdefault(r, []).append((_Person(*person), former))
    near = _near(db)
    return {r: _ordered(rows[r], near.get(r, set()), persons) for r, persons in found.items()}


def _near(db: duckdb.DuckDBPyConnection) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for r, number in db.execute("select r, id from near").fetchall():
        found.setdefault(r, set()).add(number)
    return found


def _ordered(
    row: Described, near: set[str], persons: Sequence[tuple[_Person, bool]]
) -> tuple[Candidate, ...]:
    owners = [p for p, former in persons if _owns(row, p) or former]
    owner = owners[0] if len(owners) == 1 else None
    scored = []
    for person, former in persons:
        points = _points(row, near, person, owner, former)
        score = sum(value for _why, value in points)
        # The owner of the number always stands beside whom the name means.
        if score >= (FAINT if row.id.kind == MISSING else ENOUGH) or _owns(row, person):
            why = tuple(why for why, _value in points if why)
            scored.append(Candidate(person.person_no, score, why))
    scored.sort(key=lambda one: (-one.score, one.person_no))
    return tuple(scored[:SHOWN])


def _owns(row: Described, person: _Person) -> bool:
    return row.id.kind == OK and row.id.value == person.id


def _points(
    row: Described, near: set[str], person: _Person, owner: _Person | None, former: bool
) -> list[tuple[str, int]]:
    """Return what speaks for and against, in words and in points.

    The points order candidates for a person to choose from; nothing is decided by them.
    """
    other = owner is not None and person is not owner
    points = [_of_number(row, near, person, former), _of_name(row.name.key, person)]
    if owner is not None and other and person.key == row.name.key and _together(person, owner):
        points.append(("与号码主人同户", 40))
    # A relative's number says nothing of the birth of whom the row means.
    born = row.birth or (None if owner is not None else born_by(row.id))
    points += [_of_birth(born, person), _of_sex(row.sex, person)]
    points += _of_place(row, person)
    return [one for one in points if one[1]]


def _of_number(row: Described, near: set[str], person: _Person, former: bool) -> tuple[str, int]:
    if _owns(row, person):
        return ("号码一致", 35)
    if former:
        return ("曾用号码一致", 35)
    if person.id in near:
        return ("号码只差一处", 28)
    if row.id.kind == CUT and person.id.startswith(row.id.value):
        return (f"号码前 {len(row.id.value)} 位一致", 28 if len(row.id.value) >= 15 else 18)
    if row.id.rounded and person.id[:15] == row.id.value[:15]:
        return ("号码前 15 位一致", 20)
    return ("", 0)


def _of_name(key: str, person: _Person) -> tuple[str, int]:
    if not key:
        return ("", 0)
    if key == person.key:
        return ("姓名一致", 40)
    if (ANY in key and agree(key, person.key)) or (ANY in person.key and agree(person.key, key)):
        return ("姓名缺字，其余一致", 34)
    if sound(key) == person.sound:
        return ("姓名同音", 32)
    if _one_apart(key, person.key):
        return ("姓名差一个字", 20)
    return ("姓名不同", -10)


def _one_apart(a: str, b: str) -> bool:
    """Say whether one character was mistaken, left out, added, or two were swapped."""
    if len(a) < 2 or len(b) < 2:
        return False
    if len(a) == len(b):
        differ = [at for at in range(len(a)) if a[at] != b[at]]
        return len(differ) == 1 or (len(differ) == 2 and sorted(a) == sorted(b))
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(
        long[:at] + long[at + 1 :] == short for at in range(len(long))
    )


def _of_birth(born: DayRead | None, person: _Person) -> tuple[str, int]:
    if born is None or person.birth is None:
        return ("", 0)
    if born.day <= person.birth <= born.last:
        return ("出生日期一致", {DAY: 15, MONTH: 10}.get(born.precision, 4))
    same = [
        born.day.year == person.birth.year,
        born.day.month == person.birth.month,
        born.day.day == person.birth.day,
    ]
    if born.precision == DAY and sum(same) == 2:
        return ("出生日期差一处", 4)
    return ("出生日期不同", -8)


def _of_sex(sex: str, person: _Person) -> tuple[str, int]:
    if not sex or not person.sex:
        return ("", 0)
    return ("", 2) if sex == person.sex else ("性别不同", -8)


def _of_place(row: Described, person: _Person) -> list[tuple[str, int]]:
    points: list[tuple[str, int]] = []
    town = row.town or row.address_town
    towns = town and person.town
    if row.village and person.village:
        if row.village == person.village and (not towns or town == person.town):
            points.append(("同村", 12))
        else:
            points.append(("不同村", -4) if not towns or town != person.town else ("同镇", 2))
    elif towns:
        points.append(("同镇", 5) if town == person.town else ("不同镇", -4))
    if row.head and person.head:
        if row.head == person.head:
            points.append(("户主一致", 14))
        elif sound(row.head) == sound(person.head):
            points.append(("户主同音", 9))
        else:
            points.append(("户主不同", -4))
    return points


def _together(a: _Person, b: _Person) -> bool:
    return (a.town, a.village, a.head) == (b.town, b.village, b.head) and a.head != ""
