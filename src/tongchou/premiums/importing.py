"""The tax office's file of payments: read, each person found, each bad row named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tongchou.core.identity import normalise_id_number, upgrade_id_number
from tongchou.core.matching import read_name
from tongchou.core.money import FEN_PER_YUAN, format_yuan
from tongchou.core.premiums import Book, admit
from tongchou.core.sheets import Cell
from tongchou.people.models import Identity, Person, PersonNumber
from tongchou.platform.imports import cells
from tongchou.platform.imports.tables import Row, Table, read_table
from tongchou.platform.refusal import Refused
from tongchou.premiums.models import Payment

VOCABULARY: dict[str, Sequence[str]] = {
    "id_no": (
        "身份证号", "身份证号码", "公民身份号码", "证件号码", "缴费人身份证号", "缴费人识别号",
    ),
    "name": ("姓名", "缴费人姓名", "缴费人", "缴费人名称"),
    "fen": ("缴费金额", "金额", "实缴金额", "个人缴费", "实缴费额"),
    "paid_on": ("缴费日期", "缴款日期", "入库日期", "缴费时间", "实缴日期"),
    "receipt": (
        "税票号", "电子税票号", "电子税票号码", "税票号码", "完税证明号", "收据号", "凭证号",
    ),
    "year": ("年度", "所属年度", "缴费年度", "费款所属年度"),
}  # fmt: skip
REQUIRED = ("id_no", "name", "fen", "paid_on", "receipt")
MOST_RECEIPT = 40
_CHUNK = 900
_OLD_LENGTH = 15


class Paid(NamedTuple):
    """One payment that is taken: fen, and the rule of core.premiums by which."""

    person_id: int
    fen: int
    paid_on: date
    receipt: str
    rule: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row cannot be taken: row as Excel numbers it, column by its heading in the file."""

    row: int
    column: str
    value: str
    reason: str


class RowsRefused(Refused):
    """Nothing of the file is taken; `problems` names each bad row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        words = _("%(n)s 行不能登记，整份没有登记。请改正后重新上传") % {"n": f"{len(problems):,}"}
        super().__init__(words, field="file")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as it says, before anybody is looked for."""

    row: Row
    id_no: str
    name: str
    fen: int
    paid_on: date
    receipt: str


class _RowRefused(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read_payments(
    *, area: str, year: int, book: Book, name: str, content: bytes
) -> tuple[list[Paid], int]:
    """Return the payments of a file and how many rows it has.

    Raises Refused where the file cannot be read, RowsRefused naming every row that cannot be taken.
    """
    table = read_table(name, content, VOCABULARY, REQUIRED)
    problems: list[Problem] = []
    rows: list[_Read] = []
    for row in table.rows:
        try:
            rows.append(_read(row, year, book))
        except _RowRefused as refused:
            problems.append(_problem(table, row, refused))
    register = _Register(area, year, rows)
    taken: list[Paid] = []
    for read in rows:
        try:
            taken.append(register.take(read, book))
        except _RowRefused as refused:
            problems.append(_problem(table, read.row, refused))
    if problems:
        raise RowsRefused(sorted(problems, key=lambda one: one.row))
    if not taken:
        raise Refused(_("表里没有缴费记录。请核对是不是这一份"), field="file")
    return taken, len(table.rows)


def _problem(table: Table, row: Row, refused: _RowRefused) -> Problem:
    heading = table.headings.get(refused.field, VOCABULARY[refused.field][0])
    return Problem(row.number, heading, cells.text(row.cells.get(refused.field)), refused.reason)


def _read(row: Row, year: int, book: Book) -> _Read:
    said = _cell(row, "year", cells.text)
    if said and said[:4] != str(year):
        raise _RowRefused("year", _("不是 %(year)s 年度。请分年度上传") % {"year": year})
    id_no = normalise_id_number(_needed(row, "id_no", cells.code))
    if len(id_no) == _OLD_LENGTH and id_no.isdigit():
        id_no = upgrade_id_number(id_no)
    receipt = _needed(row, "receipt", cells.code)
    if len(receipt) > MOST_RECEIPT:
        raise _RowRefused("receipt", _("最多 %(n)s 位。请核对") % {"n": MOST_RECEIPT})
    name = _needed(row, "name", cells.text)
    return _Read(row, id_no, name, _fen(row, year, book), _needed(row, "paid_on", _day), receipt)


def _fen(row: Row, year: int, book: Book) -> int:
    fen = int(_needed(row, "fen", lambda cell: cells.number(cell, places=2)) * FEN_PER_YUAN)
    if fen <= 0:
        raise _RowRefused("fen", _("金额要大于 0。退费不在这里登记"))
    season = book.season_of(year)
    # Where the year's premium has no source, nothing is refused by it.
    if not season.assumed and fen != season.own:
        own = format_yuan(season.own)
        raise _RowRefused("fen", _("与 %(year)s 年度标准 %(own)s 元不同。请与税务核对") % {
            "year": year, "own": own,
        })  # fmt: skip
    return fen


def _day(cell: Cell | None) -> date | None:
    """Return the day of a date, also where the text goes on with the time."""
    return cells.day(cell.split()[0] if isinstance(cell, str) and cell.split() else cell)


def _cell(row: Row, field: str, parse: Any) -> Any:
    try:
        return parse(row.cells.get(field))
    except cells.CellProblem as problem:
        raise _RowRefused(field, str(problem)) from None


def _needed(row: Row, field: str, parse: Any) -> Any:
    found = _cell(row, field, parse)
    if found is None or found == "":
        raise _RowRefused(field, _("没有填。请补上"))
    return found


class _Register:
    """Whom the numbers mean, and what is registered of the year already."""

    def __init__(self, area: str, year: int, rows: Sequence[_Read]) -> None:
        self._year = year
        self._persons = _by_number(area, {read.id_no for read in rows})
        keys = {person.pk for person in self._persons.values()}
        self._helped = _helped_since(keys)
        standing = Payment.objects.filter(area=area, struck_at=None)
        self._receipts = set(_among(standing, "receipt", {read.receipt for read in rows}))
        self._paid = dict(standing.filter(year=year).values_list("person_id", "receipt"))
        self._rows: dict[object, int] = {}

    def take(self, read: _Read, book: Book) -> Paid:
        person = self._person(read)
        self._once(read, person)
        days = [day for day in self._helped.get(person.pk, ()) if day <= read.paid_on]
        found = admit(
            book, self._year, read.paid_on, born=person.birth, recognised=max(days, default=None)
        )
        if not found.taken:
            raise _RowRefused("paid_on", found.words)
        return Paid(person.pk, read.fen, read.paid_on, read.receipt, found.rule)

    def _person(self, read: _Read) -> Person:
        person = self._persons.get(read.id_no)
        if person is None:
            raise _RowRefused("id_no", _("参保登记里没有这个号码。请先登记人员，或核对号码"))
        # A number alone is not a person: relatives' numbers are written.
        if read_name(read.name).key != read_name(person.name).key:
            raise _RowRefused("name", _("这个号码是 %(name)s 的。请核对") % {"name": person.name})
        return person

    def _once(self, read: _Read, person: Person) -> None:
        if read.receipt in self._receipts:
            raise _RowRefused("receipt", _("这张税票已登记过。请删去这一行"))
        if person.pk in self._paid:
            raise _RowRefused(
                "id_no",
                _("%(year)s 年度已登记过缴费（税票 %(no)s）。重复缴费请先由税务退回")
                % {"year": self._year, "no": self._paid[person.pk]},
            )
        for field, key in (("receipt", read.receipt), ("id_no", person.pk)):
            if key in self._rows:
                raise _RowRefused(
                    field, _("与第 %(row)s 行重复。请删去一行") % {"row": f"{self._rows[key]:,}"}
                )
            self._rows[key] = read.row.number


def _by_number(area: str, numbers: set[str]) -> Mapping[str, Person]:
    rows = PersonNumber.objects.filter(
        kind=PersonNumber.Kind.ID, struck_at=None, person__area=area
    ).select_related("person")
    found: dict[str, Person] = {}
    for chunk in _chunks(sorted(numbers)):
        found |= {row.number: row.person for row in rows.filter(number__in=chunk)}
    return found


def _helped_since(keys: set[int]) -> Mapping[int, list[date]]:
    found: dict[int, list[date]] = {}
    for chunk in _chunks(sorted(keys)):
        rows = Identity.objects.filter(person_id__in=chunk, struck_at=None)
        for person_id, start in rows.values_list("person_id", "start"):
            found.setdefault(person_id, []).append(start)
    return found


def _among(rows: Any, column: str, values: set[str]) -> Iterable[str]:
    for chunk in _chunks(sorted(values)):
        yield from rows.filter(**{f"{column}__in": chunk}).values_list(column, flat=True)


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]
