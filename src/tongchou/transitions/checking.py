"""Whom each row means, and what stands in its way here: nothing is guessed or repaired.

A person is the one of the number and the name together. A number of another name, two basic
schemes on a day (ENR-01), bills of the year here: a refused row that says what to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.matching import read_name
from tongchou.people.models import Enrolment, Person, PersonNumber
from tongchou.settlement.models import PersonYear
from tongchou.transitions.planning import HISTORY, by_person, share_a_day
from tongchou.transitions.reading import PERSONS, Files, SpellRow, Wrong

_CHUNK = 900


def check(files: Files, area: str, day: date) -> tuple[dict[str, Person], list[Wrong]]:
    """Return whom the numbers mean here, and what is wrong with rows that could be read."""
    persons = _by_number({row.id_no for row in files.spells})
    check = _Check(files, area, day, persons)
    for rows in _grouped(files.spells).values():
        check.one_person(rows)
    check.two_numbers()
    return persons, check.wrong


class _Check:
    def __init__(self, files: Files, area: str, day: date, persons: Mapping[str, Person]) -> None:
        self._files, self._area, self._day, self._persons = files, area, day, persons
        keys = {person.pk for person in persons.values()}
        self._enrolments = _enrolments(keys)
        self._years = _years(keys, day.year)
        self.wrong: list[Wrong] = []

    def one_person(self, rows: list[SpellRow]) -> None:
        self._names_agree(rows)
        basic = [row for row in rows if row.scheme.target != HISTORY]
        for at, row in enumerate(basic):
            other = next((one for one in basic[:at] if share_a_day(one, row)), None)
            if other is not None:
                self._refuse(row, "start", self._two_schemes(row, other))
        person = self._persons.get(rows[0].id_no)
        if person is not None:
            self._meets(person, rows, basic)

    def two_numbers(self) -> None:
        """Somebody known under two numbers stands in the file under one of them."""
        first: dict[int, SpellRow] = {}
        for row in self._files.spells:
            person = self._persons.get(row.id_no)
            if person is None:
                continue
            other = first.setdefault(person.pk, row)
            if other.id_no != row.id_no:
                reason = _("与第 %(row)s 行的号码在这里是同一人，请都改用现在的号码")
                self._refuse(row, "id_no", reason % {"row": other.row})

    def _names_agree(self, rows: list[SpellRow]) -> None:
        first = rows[0]
        for row in rows[1:]:
            if read_name(row.name).key != read_name(first.name).key:
                self._refuse(
                    row,
                    "name",
                    _("同一号码在第 %(row)s 行是“%(name)s”，请核对是哪一个")
                    % {"row": first.row, "name": first.name},
                )

    def _two_schemes(self, row: SpellRow, other: SpellRow) -> str:
        return _(
            "与第 %(row)s 行的“%(name)s”（%(start)s 起）有同一天，一人一天只参加一种基本医保，"
            "请与旧系统核对后改正起止"
        ) % {"row": other.row, "name": other.scheme.name, "start": other.start}

    def _meets(self, person: Person, rows: list[SpellRow], basic: list[SpellRow]) -> None:
        """Judge the rows of somebody who is registered already."""
        words = {"name": person.name, "no": person.psn_no}
        for row in rows:
            if read_name(row.name).key != read_name(person.name).key:
                reason = _(
                    "这个号码在这里登记的是“%(name)s”（%(no)s），文件写的是“%(said)s”，"
                    "请核对后更正文件或登记"
                )
                self._refuse(row, "name", reason % {**words, "said": row.name})
        if person.area != self._area:
            reason = _("%(name)s 登记在别的统筹区（%(area)s），请先办理转移")
            self._refuse(rows[0], "id_no", reason % {**words, "area": person.area})
        for row in basic:
            self._enrolled(person, row)
            if person.died_on is not None and (row.end is None or row.end > person.died_on):
                reason = _("%(name)s 已登记 %(day)s 死亡，请改早结束日期")
                self._refuse(row, "end", reason % {**words, "day": person.died_on})
        self._counted(person, basic)

    def _enrolled(self, person: Person, row: SpellRow) -> None:
        for one in self._enrolments[person.pk]:
            shares = (one.end is None or row.start < one.end) and (
                row.end is None or one.start < row.end
            )
            if shares:
                reason = _(
                    "这里已登记%(scheme)s，%(start)s 起，一人一天只参加一种基本医保，"
                    "请核对后改正文件或先终止那一段"
                )
                words = {"scheme": one.get_scheme_display(), "start": one.start}
                self._refuse(row, "start", reason % words)
                return

    def _counted(self, person: Person, basic: list[SpellRow]) -> None:
        """A year that has bills here, or was carried into before, is not opened."""
        for (_no, scheme), one in by_person(basic, self._day).items():
            year = self._years.get((person.pk, scheme))
            if not any(one.counted) or year is None:
                continue
            row = next(row for row in basic if row.scheme.target == scheme and any(row.counted))
            words = {"name": person.name, "year": self._day.year}
            if year.opening:
                reason = _("%(name)s %(year)s 年已经带入过累计，请先撤销那一次并轨")
                self._refuse(row, "year", reason % words)
            elif year.settlements.exists():
                reason = _(
                    "%(name)s %(year)s 年在这里已有结算单，累计不能再带入，"
                    "请先冲正并撤回那些单，或从文件里删去这一行另行处理"
                )
                self._refuse(row, "year", reason % words)

    def _refuse(self, row: SpellRow, column: str, reason: str) -> None:
        heading = self._files.headings.get(column, PERSONS[column][0])
        values = {"name": row.name, "id_no": row.id_no, "year": row.year, "end": row.end or ""}
        value = str(values.get(column, row.start))
        self.wrong.append(Wrong(self._files.sheet, row.row, heading, value, reason))


def _grouped(rows: Iterable[SpellRow]) -> dict[str, list[SpellRow]]:
    found: dict[str, list[SpellRow]] = {}
    for row in rows:
        found.setdefault(row.id_no, []).append(row)
    return found


def _by_number(numbers: set[str]) -> dict[str, Person]:
    """Return whom each number leads to; a record that went into another leads to that one."""
    rows = PersonNumber.objects.filter(kind=PersonNumber.Kind.ID, struck_at=None)
    rows = rows.select_related("person__merged_into")
    found: dict[str, Person] = {}
    for chunk in _chunks(sorted(numbers)):
        for row in rows.filter(number__in=chunk):
            found[row.number] = row.person.merged_into or row.person
    return found


def _enrolments(keys: set[int]) -> Mapping[int, list[Enrolment]]:
    found: dict[int, list[Enrolment]] = defaultdict(list)
    for chunk in _chunks(sorted(keys)):
        for one in Enrolment.objects.filter(person_id__in=chunk, struck_at=None).order_by("start"):
            found[one.person_id].append(one)
    return found


def _years(keys: set[int], year: int) -> dict[tuple[int, str], PersonYear]:
    found: dict[tuple[int, str], PersonYear] = {}
    for chunk in _chunks(sorted(keys)):
        for one in PersonYear.objects.filter(person_id__in=chunk, year=year):
            found[one.person_id, one.scheme] = one
    return found


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]
