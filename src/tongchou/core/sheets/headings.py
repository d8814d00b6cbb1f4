"""The rows of a list under its headings, found by their words wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tongchou.core.sheets.extents import SheetRefused, column_letters
from tongchou.core.sheets.grids import Cell, Grid, Line

WITHIN = 30  # rows in which titles and notes may stand above the headings
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_TOTALS = re.compile(r"(本页|本村|全镇|全县)?(合计|小计|总计|共计|汇总)[:：]?.*")
# Below a table: who made it, and remarks on the whole of it.
_SIGNED = re.compile(
    r"(制表|填表|填报|审核|复核|审批|经办|负责|分管|报送|联系)(人|员|单位|部门|领导|日期|时间|电话)?(签字|签章)?:.*"
)
_REMARK = re.compile(r"(注|备注|说明|填表说明|注意事项)\d?:.*")
# Who stands over headings of his own and is not whom the list is about.
_ANOTHER = re.compile(
    r"(户主|监护人|法定监护人|代理人|法定代理人|委托人|联系人|代办人|经办人|领款人|代领人|开户人|父亲|母亲|配偶|赡养人|帮扶人)"
    r"(基本)?(信息|情况|资料)?"
)
_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")
_UNHEADED = 3  # rows with numbers of persons: a list whose headings were left out
PERSON = ("name", "id_no")  # two columns of one of these are two persons

Vocabulary = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list: where it stands, and its cells by field; empty ones are absent."""

    sheet: str
    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a list. `headings`: field -> the words that stand there; `title`: what is above.

    `skipped`: rows that are no entries, with the reason (合计, 说明, 重复表头).
    """

    name: str
    title: str
    headings: dict[str, str]
    ignored: list[str]
    rows: list[ListRow]
    skipped: list[tuple[int, str]] = field(default_factory=list)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a heading for comparing: without spaces, width, brackets and punctuation."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return _BRACKETS.sub("", text).strip(":：*＊.。、")


def read_lists(
    grids: Sequence[Grid], vocabulary: Vocabulary, required: Collection[str]
) -> list[Sheet]:
    """Return the sheets that are lists: whose headings name one of each of `required`.

    `required`: fields, or several joined by | of which one is enough. Sheets without headings are
    passed over as long as one has them. Raises SheetRefused, naming sheet, row and column.
    """
    words = {plain(word): name for name, names in vocabulary.items() for word in names}
    read = [(grid, _sheet(grid, words, required)) for grid in grids]
    found = [sheet for _grid, sheet in read if sheet is not None]
    for grid, sheet in read:
        if found and sheet is None:
            _refuse_unheaded(grid)
    if not found:
        wanted = "；".join("、".join(_names(vocabulary, one)) for one in required)
        raise SheetRefused(f"找不到表头：{wanted}。请在前 {WITHIN} 行内写出这些列名")
    return found


def _names(vocabulary: Vocabulary, required: str) -> list[str]:
    return [word for name in required.split("|") for word in vocabulary[name][:2]]


def _refuse_unheaded(grid: Grid) -> None:
    """A sheet beside a list that has its rows but not its headings: they would be lost."""
    persons = [line.number for line in grid.lines if _has_number(line)]
    if len(persons) >= _UNHEADED:
        raise SheetRefused(
            f"{_place(grid.name)}没有表头，但第 {persons[0]} 行起有 {len(persons)} 行像是名单。"
            "请补上和其他工作表一样的表头，不要的表请删去"
        )


def _has_number(line: Line) -> bool:
    return any(_NUMBER.fullmatch(str(cell).strip()) for cell in line.cells)


def _sheet(grid: Grid, words: Mapping[str, str], required: Collection[str]) -> Sheet | None:
    for at, line in enumerate(grid.lines[:WITHIN]):
        above = grid.lines[at - 1] if at else None
        below = grid.lines[at + 1] if at + 1 < len(grid.lines) else None
        columns, head = _match(grid, line, above, below, words)
        if _enough(columns.values(), required):
            return _under(grid, at, columns, head)
    return None


def _enough(fields: Collection[str], required: Collection[str]) -> bool:
    return all(any(one in fields for one in wanted.split("|")) for wanted in required)


def _match(
    grid: Grid, line: Line, above: Line | None, below: Line | None, words: Mapping[str, str]
) -> tuple[dict[int, str], list[Line]]:
    """Return the field of each column, and the lines that are headings: one, or two of a table
    whose headings stand in two rows (家庭住址 over 乡镇 and 村)."""
    single = _fields(grid, line, above, words)
    if below is None or not single or _has_number(below):
        return single, [line]
    lower = _fields(grid, below, line, words)
    # What stands under a heading that is understood is a second heading only if it is another.
    news = {at: name for at, name in lower.items() if single.get(at) != name}
    if len(news) < 2 and (not news or any(isinstance(c, int | float) for c in below.cells)):
        return single, [line]
    both = _settled(line, below, single, lower)
    return (both, [line, below]) if len(both) > len(single) else (single, [line])


def _settled(
    line: Line, below: Line, upper: Mapping[int, str], lower: Mapping[int, str]
) -> dict[int, str]:
    """Put two rows of headings together: the lower word says more, but not of somebody else."""
    others = _others(line, below)
    kept = {at: name for at, name in upper.items() if at not in lower and at not in others}
    found = {at: name for at, name in lower.items() if name not in kept.values()}
    return dict(sorted({**kept, **found}.items()))


def _fields(grid: Grid, line: Line, above: Line | None, words: Mapping[str, str]) -> dict[int, str]:
    """Return the field of each column by the words of a line, and by whose heading stands above.

    Of columns that mean the same the one whose word stands first in the vocabulary is taken; two
    names or two numbers in one row are two persons, and refused.
    """
    others = _others(above, line) if above is not None else {}
    order = {word: at for at, word in enumerate(words)}
    found: dict[str, tuple[int, str]] = {}
    for at in range(len(line.cells)):
        # Under 户主 a 姓名 is a 户主姓名, and a number is not the one that is asked for.
        word = others.get(at, "") + _word(line, at)
        name = words.get(word)
        if name is None:
            continue
        first = found.get(name)
        if first is None:
            found[name] = at, word
        elif name in PERSON and (word != first[1] or not _spans(line, first[0], at)):
            raise SheetRefused(_alike(grid, line, first[0], at))
        elif name not in PERSON and order[word] < order[first[1]]:
            found[name] = at, word
    return dict(sorted((at, name) for name, (at, _said) in found.items()))


def _others(line: Line, below: Line) -> dict[int, str]:
    """Return the columns that are under the heading of another person, with his word.

    Where cells are not merged, a heading over several stands over the first.
    """
    found: dict[int, str] = {}
    group = ""
    for at in range(len(below.cells)):
        if own := _word(line, at):
            group = own if _word(below, at) not in ("", own) else ""
        if match := _ANOTHER.fullmatch(group):
            found[at] = match[1]
    return found


def _word(line: Line, at: int) -> str:
    cell = line.cells[at] if at < len(line.cells) else ""
    return plain(cell) if isinstance(cell, str) else ""


def _spans(line: Line, first: int, at: int) -> bool:
    """Say whether all between two columns has the same words: one heading over several."""
    return all(_word(line, one) == _word(line, first) for one in range(first, at))


def _alike(grid: Grid, line: Line, first: int, at: int) -> str:
    where = f"{_place(grid.name)}第 {line.number} 行：{column_letters(first)} 列"
    one, other = str(line.cells[first]).strip(), str(line.cells[at]).strip()
    if plain(one) != plain(other):
        return f"{where}“{one}”和 {column_letters(at)} 列“{other}”意思相同。请删去一列"
    return (
        f"{where}和 {column_letters(at)} 列都叫“{one}”，分不清哪一列是本人的。"
        f"请把别人的那一列写明，如“户主{one}”；并排的两份名单请接成一列"
    )


def _under(grid: Grid, at: int, columns: dict[int, str], head: list[Line]) -> Sheet:
    texts = {name: _heading(head, column) for column, name in columns.items()}
    ignored = [
        text
        for column in range(max(len(line.cells) for line in head))
        if column not in columns and (text := _heading(head, column))
    ]
    sheet = Sheet(grid.name, _title(grid.lines[:at]), texts, ignored, [])
    for line in grid.lines[at + len(head) :]:
        if reason := no_entry(line, columns, texts):
            sheet.skipped.append((line.number, reason))
            continue
        cells = {
            name: line.cells[column]
            for column, name in columns.items()
            if column < len(line.cells) and line.cells[column] != ""
        }
        if not cells:
            continue
        for column in columns:
            if (line.number, column) in grid.formulas:
                raise SheetRefused(
                    f"{_place(grid.name)}第 {line.number} 行 {column_letters(column)} 列是公式。"
                    "请选中全表，复制后“选择性粘贴—数值”，另存后重发"
                )
        sheet.rows.append(ListRow(grid.name, line.number, cells))
    return sheet


def _heading(head: list[Line], column: int) -> str:
    """Return the words of a column; of two rows the lower ones, where there are any."""
    found = ""
    for line in head:
        cell = line.cells[column] if column < len(line.cells) else ""
        found = str(cell).strip() or found
    return found


def no_entry(line: Line, columns: dict[int, str], texts: Mapping[str, str]) -> str:
    """Return why a row under the headings is no entry, "" where it is one."""
    filled = [str(cell).strip() for cell in line.cells if str(cell).strip()]
    if filled and _TOTALS.fullmatch(plain(filled[0])) and len(filled) <= max(3, len(columns) // 2):
        return "合计"
    # A row with somebody's number is an entry: most rows are told by that.
    if any(_NUMBER.search(text) for text in filled):
        return ""
    if _is_remark(filled):
        return "说明"
    repeated = [
        plain(str(line.cells[column])) == plain(texts[name])
        for column, name in columns.items()
        if column < len(line.cells)
    ]
    return "重复表头" if repeated and sum(repeated) * 2 > len(repeated) else ""


def _is_remark(filled: Sequence[str]) -> bool:
    """Say whether a row tells of the table: one text over all columns, signatures, a remark."""
    if not filled:
        return False
    one = len(filled) > 2 and len(set(filled)) == 1
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", filled[0]))
    return one or _SIGNED.fullmatch(text) is not None or _REMARK.fullmatch(text) is not None


def _title(lines: Sequence[Line]) -> str:
    cells = [str(cell).strip() for line in lines for cell in line.cells]
    return " ".join(dict.fromkeys(filter(None, cells)))


def _place(sheet: str) -> str:
    return f"工作表“{sheet}”" if sheet else ""
