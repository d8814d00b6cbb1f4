"""The rows of a list under its headings, found by their words wherever they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tongchou.core.sheets.grids import Cell, Grid, Line, SheetRefused, column_letters

WITHIN = 30  # rows in which titles and notes may stand above the headings
_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_TOTALS = re.compile(r"(本页|本村|全镇|全县)?(合计|小计|总计|共计|汇总)[:：]?.*")

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

    `skipped`: rows that are no entries, with the reason (合计, 重复表头).
    """

    name: str
    title: str
    headings: dict[str, str]
    ignored: list[str]
    rows: list[ListRow]
    skipped: list[tuple[int, str]] = field(default_factory=list)


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
    found = [sheet for grid in grids if (sheet := _sheet(grid, words, required)) is not None]
    if not found:
        wanted = "；".join("、".join(_names(vocabulary, one)) for one in required)
        raise SheetRefused(f"找不到表头：{wanted}。请在前 {WITHIN} 行内写出这些列名")
    return found


def _names(vocabulary: Vocabulary, required: str) -> list[str]:
    return [word for name in required.split("|") for word in vocabulary[name][:2]]


def _sheet(grid: Grid, words: Mapping[str, str], required: Collection[str]) -> Sheet | None:
    for at, line in enumerate(grid.lines[:WITHIN]):
        below = grid.lines[at + 1] if at + 1 < len(grid.lines) else None
        columns, head = _match(grid, line, below, words)
        if _enough(columns.values(), required):
            return _under(grid, at, columns, head)
    return None


def _enough(fields: Collection[str], required: Collection[str]) -> bool:
    return all(any(one in fields for one in wanted.split("|")) for wanted in required)


def _match(
    grid: Grid, line: Line, below: Line | None, words: Mapping[str, str]
) -> tuple[dict[int, str], list[Line]]:
    """Return the field of each column, and the lines that are headings: one, or two of a table
    whose headings stand in two rows (家庭住址 over 乡镇 and 村)."""
    columns: dict[int, str] = {}
    _add(grid, line, words, columns)
    if below is None or not columns:
        return columns, [line]
    more = dict(columns)
    lower = {
        at: name
        for at, cell in enumerate(below.cells)
        if isinstance(cell, str) and (name := words.get(plain(cell))) is not None
    }
    # What stands under a heading that is understood is a second heading only if it is another.
    news = {at: name for at, name in lower.items() if columns.get(at) != name}
    if len(news) >= 2 or (news and not any(isinstance(c, int | float) for c in below.cells)):
        for at, name in news.items():
            if name not in more.values():
                more[at] = name
        if len(more) > len(columns):
            return more, [line, below]
    return columns, [line]


def _add(grid: Grid, line: Line, words: Mapping[str, str], columns: dict[int, str]) -> None:
    for at, cell in enumerate(line.cells):
        name = words.get(plain(cell)) if isinstance(cell, str) else None
        if name is None or name in columns.values():
            if name is not None and plain(str(line.cells[at])) != plain(
                str(line.cells[next(c for c, n in columns.items() if n == name)])
            ):
                first = next(c for c, n in columns.items() if n == name)
                raise SheetRefused(
                    f"{_place(grid.name)}第 {line.number} 行：{column_letters(first)} 列"
                    f"“{line.cells[first]}”和 {column_letters(at)} 列“{cell}”意思相同。请删去一列"
                )
            continue
        columns[at] = name


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
    repeated = [
        plain(str(line.cells[column])) == plain(texts[name])
        for column, name in columns.items()
        if column < len(line.cells)
    ]
    return "重复表头" if repeated and sum(repeated) * 2 > len(repeated) else ""


def _title(lines: Sequence[Line]) -> str:
    cells = [str(cell).strip() for line in lines for cell in line.cells]
    return " ".join(dict.fromkeys(filter(None, cells)))


def _place(sheet: str) -> str:
    return f"工作表“{sheet}”" if sheet else ""
