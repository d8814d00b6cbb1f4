"""The two files of an old system as values: each cell that cannot be taken is named.

Nothing is repaired: a number that lost its zeros, a negative sum or an unknown code is refused
with its row, and the clerk corrects the file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tongchou.core.identity import IdNumberError, parse_id_number
from tongchou.core.money import FEN_PER_YUAN
from tongchou.core.policy import LABELS, TIERS
from tongchou.core.sheets import Grid
from tongchou.people.services import check_kind
from tongchou.platform.imports import cells
from tongchou.platform.imports.tables import Row, Table, Vocabulary, find_table, open_file
from tongchou.platform.refusal import Refused

MOST_ROWS = 5_000  # a file is one transaction, during which bills wait for the trail
MOST_YUAN = 1_000_000_000
MOST_SCHEME = 40  # the name is part of the source of each fact

MAPPING: dict[str, Sequence[str]] = {
    "code": ("旧险种代码", "险种代码", "旧代码"),
    "name": ("旧险种名称", "险种名称", "旧名称"),
    "target": ("并入", "并入险种", "对应险种", "新险种"),
    "status": ("在职退休", "人员状态", "在职或退休"),
    "psn_type": ("人员类别", "人员类别代码"),
}
MAPPING_REQUIRED = ("code", "name", "target")

BASE, PAID = "base", "paid"
AMOUNTS = [(tier, side) for tier in TIERS for side in (BASE, PAID)]


def heading_of(tier: str, side: str) -> str:
    return f"{LABELS[tier]}累计{'基数' if side == BASE else '支付'}"


PERSONS: dict[str, Sequence[str]] = {
    "code": ("旧险种代码", "险种代码", "旧代码"),
    "old_no": ("旧人员编号", "人员编号", "个人编号", "旧个人编号"),
    "id_no": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "name": ("姓名", "参保人姓名"),
    "sex": ("性别",),
    "birth": ("出生日期", "出生年月日"),
    "start": ("参保开始日期", "参保起", "参保日期", "起保日期"),
    "end": ("参保结束日期", "参保止", "停保日期", "止保日期"),
    "year": ("年度", "医保年度", "累计年度"),
    "bills": ("结算笔数", "笔数", "单据数"),
    "total": ("总费用", "医疗总费用", "费用总额"),
    **{
        f"{side}.{tier}": (heading_of(tier, side), heading_of(tier, side).replace("累计", ""))
        for tier, side in AMOUNTS
    },
}
PERSONS_REQUIRED = tuple(name for name in PERSONS if name not in ("sex", "birth"))

TARGET_WORDS = ("城乡居民", "城镇职工", "只留历史")  # of the file, whatever the page's language
_TARGETS = {
    "城乡居民": "resident", "居民": "resident", "居民医保": "resident",
    "城镇职工": "employee", "职工": "employee", "职工医保": "employee",
    "只留历史": "history",
}  # fmt: skip
_STATUSES = {"在职": "active", "退休": "retired", "": ""}
_SEXES = {"男": "male", "女": "female", "1": "male", "2": "female"}


class Wrong(NamedTuple):
    """Why one row cannot be taken; `column` is the heading in the file."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str


class SchemeRow(NamedTuple):
    row: int
    code: str
    name: str
    target: str
    status: str
    psn_type: str


@dataclass(frozen=True, slots=True)
class SpellRow:
    """A spell [start, end) of an old scheme; `counted` is the state of core.policy, fen."""

    row: int
    scheme: SchemeRow
    old_no: str
    id_no: str
    name: str
    start: date
    end: date | None
    year: int
    bills: int
    total: int
    counted: tuple[int, ...]

    @property
    def base(self) -> int:
        return sum(self.counted[0::2])

    @property
    def paid(self) -> int:
        return sum(self.counted[1::2])


@dataclass(slots=True)
class Files:
    """What the two files say, and what of them cannot be taken."""

    schemes: list[SchemeRow] = field(default_factory=list)
    spells: list[SpellRow] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    rows: int = 0
    sheet: str = ""
    headings: dict[str, str] = field(default_factory=dict)


class _RowRefused(ValueError):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read_files(*, mapping: tuple[str, bytes], persons: tuple[str, bytes], day: date) -> Files:
    """Read both files, each (name, content); `day` is the day of the merge.

    Raises Refused beside the file that cannot be read or whose headings are missing.
    """
    files = Files()
    opened = _opened("mapping", mapping)
    table = _found("mapping", mapping[0], opened, MAPPING, MAPPING_REQUIRED)
    schemes: dict[str, SchemeRow] = {}
    for row in table.rows:
        one = _taken(files, table, row, MAPPING, _scheme)
        if one is not None and one.code in schemes:
            first = schemes[one.code].row
            again = _RowRefused("code", _("与第 %(row)s 行重复，请删去一行") % {"row": first})
            files.wrong.append(_wrong(table, row, MAPPING, again))
        elif one is not None:
            schemes[one.code] = one
    files.schemes = list(schemes.values())
    if persons[1] != mapping[1]:
        opened = _opened("persons", persons)
    table = _found("persons", persons[0], opened, PERSONS, PERSONS_REQUIRED)
    if len(table.rows) > MOST_ROWS:
        raise Refused(
            _("人员表有 %(n)s 行，一次最多并 %(most)s 行，请按镇街、村居分成几份")
            % {"n": f"{len(table.rows):,}", "most": f"{MOST_ROWS:,}"},
            field="persons",
        )
    files.rows, files.sheet, files.headings = len(table.rows), table.sheet, table.headings
    for row in table.rows:
        spell = _taken(files, table, row, PERSONS, lambda one: _spell(one, schemes, day))
        if spell is not None:
            files.spells.append(spell)
    if not table.rows:
        raise Refused(_("人员表里没有人，请核对是不是这一份"), field="persons")
    return files


def _opened(field: str, file: tuple[str, bytes]) -> list[Grid]:
    try:
        return open_file(*file)
    except Refused as refused:
        raise Refused(refused.reason, field=field) from refused


def _found(
    field: str, name: str, opened: list[Grid], words: Vocabulary, required: Sequence[str]
) -> Table:
    try:
        return find_table(name, opened, words, required)
    except Refused as refused:
        raise Refused(refused.reason, field=field) from refused


def _taken(
    files: Files,
    table: Table,
    row: Row,
    words: dict[str, Sequence[str]],
    parse: Callable[[Row], Any],
) -> Any:
    try:
        return parse(row)
    except _RowRefused as refused:
        files.wrong.append(_wrong(table, row, words, refused))
        return None


def _wrong(table: Table, row: Row, words: dict[str, Sequence[str]], refused: _RowRefused) -> Wrong:
    heading = table.headings.get(refused.field, words[refused.field][0])
    value = cells.text(row.cells.get(refused.field))
    return Wrong(table.sheet, row.number, heading, value, refused.reason)


def _scheme(row: Row) -> SchemeRow:
    target = _one_of(row, "target", _TARGETS, TARGET_WORDS)
    status = _one_of(row, "status", _STATUSES, ("在职", "退休"))
    psn_type = _cell(row, "psn_type", cells.text)
    if target == "employee" and not status:
        raise _RowRefused("status", _("并入职工的要写在职或退休，请补上"))
    if target != "employee" and status:
        raise _RowRefused("status", _("只有并入职工的写在职或退休，请清空"))
    if psn_type and target == "history":
        raise _RowRefused("psn_type", _("只留历史的没有人员类别，请清空"))
    if psn_type:
        try:
            check_kind(target, status, psn_type)
        except Refused as refused:
            raise _RowRefused("psn_type", refused.reason) from None
    return SchemeRow(
        row=row.number,
        code=_short(row, "code", _needed(row, "code", cells.text), 30),
        name=_short(row, "name", _needed(row, "name", cells.text), MOST_SCHEME),
        target=target,
        status=status,
        psn_type=_short(row, "psn_type", psn_type, 6),
    )


def _spell(row: Row, schemes: dict[str, SchemeRow], day: date) -> SpellRow:
    code = _needed(row, "code", cells.text)
    if code not in schemes:
        raise _RowRefused("code", _("对照表里没有这个代码，请在对照表里补上或改正"))
    id_no = _bearer(row)
    start = _needed(row, "start", cells.day)
    last = _cell(row, "end", cells.day)
    if last is not None and last < start:
        raise _RowRefused("end", _("结束日期早于开始日期，请改正（结束日期当天仍算参保）"))
    year = _whole(row, "year")
    if not 1990 <= year <= day.year:
        raise _RowRefused(
            "year", _("要写并轨的 %(year)s 年或以前的年度，请改正") % {"year": day.year}
        )
    counted = tuple(_fen(row, f"{side}.{tier}") for tier, side in AMOUNTS)
    bills, total = _whole(row, "bills"), _fen(row, "total")
    _sound(counted, bills, total)
    return SpellRow(
        row=row.number,
        scheme=schemes[code],
        old_no=_short(row, "old_no", _needed(row, "old_no", cells.text), 50),
        id_no=id_no,
        name=_short(row, "name", _needed(row, "name", cells.text), 50),
        start=start,
        end=None if last is None else last + timedelta(days=1),
        year=year,
        bills=bills,
        total=total,
        counted=counted,
    )


def _bearer(row: Row) -> str:
    """Return the number as stored; sex and birth, where the file has them, must be the number's."""
    try:
        parsed = parse_id_number(_needed(row, "id_no", cells.code))
    except IdNumberError as error:
        raise _RowRefused("id_no", str(error)) from None
    sex = _cell(row, "sex", cells.text)
    if sex and _SEXES.get(sex) != parsed.sex:
        raise _RowRefused("sex", _("与身份证号的性别不同，请核对"))
    birth = _cell(row, "birth", cells.day)
    if birth and birth != parsed.birth:
        raise _RowRefused("birth", _("与身份证号的出生日期不同，请核对"))
    if _needed(row, "start", cells.day) < parsed.birth:
        raise _RowRefused("start", _("早于出生日期，请核对"))
    return parsed.number


def _sound(counted: tuple[int, ...], bills: int, total: int) -> None:
    """What was paid was counted, and all that was paid is within the total."""
    for at, tier in enumerate(TIERS):
        if counted[2 * at + 1] > counted[2 * at]:
            raise _RowRefused(f"{PAID}.{tier}", _("支付大于基数，请与旧系统核对"))
    if sum(counted[1::2]) > total:
        raise _RowRefused("total", _("小于各层支付之和，请与旧系统核对"))
    if not bills and (total or any(counted)):
        raise _RowRefused("bills", _("没有结算却有金额，请与旧系统核对"))


def _fen(row: Row, name: str) -> int:
    """Return yuan as fen; an empty cell is nothing."""
    yuan = _cell(row, name, lambda cell: cells.number(cell, places=2))
    if yuan is None:
        return 0
    if not 0 <= yuan < MOST_YUAN:
        raise _RowRefused(name, _("金额要在 0 和 10 亿之间，请改正"))
    return int(yuan * FEN_PER_YUAN)


def _whole(row: Row, name: str) -> int:
    found = _needed(row, name, lambda cell: cells.number(cell, places=0))
    if not 0 <= found < 1_000_000:
        raise _RowRefused(name, _("要是 0 以上的整数，请改正"))
    return int(found)


def _one_of(row: Row, name: str, words: dict[str, str], usual: Sequence[str]) -> str:
    said = _cell(row, name, cells.text)
    if said not in words:
        told = {"words": "、".join(usual)}
        raise _RowRefused(name, _("看不懂，请写其中之一：%(words)s") % told)
    return words[said]


def _short(row: Row, name: str, text: str, most: int) -> str:
    if len(text) > most:
        raise _RowRefused(name, _("最多 %(n)s 字，请核对") % {"n": most})
    return text


def _cell(row: Row, name: str, parse: Callable[[Any], Any]) -> Any:
    try:
        return parse(row.cells.get(name))
    except cells.CellProblem as problem:
        raise _RowRefused(name, str(problem)) from None


def _needed(row: Row, name: str, parse: Callable[[Any], Any]) -> Any:
    found = _cell(row, name, parse)
    if found is None or found == "":
        raise _RowRefused(name, _("没有填，请补上"))
    return found
