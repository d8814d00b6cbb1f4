"""Files as offices send them: Excel of either age or CSV, headings found by their words."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from tongchou.core.sheets import Cell, Grid, Line, SheetRefused, column_letters, read_grids
from tongchou.platform.refusal import Refused

Vocabulary: TypeAlias = Mapping[str, Sequence[str]]

HEADINGS_WITHIN = 20  # rows in which titles and notes may stand above the headings
MAX_ROWS = 300_000
MAX_BYTES = 16 * 1024 * 1024
_BRACKETS = re.compile(r"\((?!不含)[^()]*\)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, numbered as Excel numbers it; cells by field, empty ones absent."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the headings; `headings`: field -> the words in the file."""

    sheet: str
    headings: dict[str, str]
    ignored: list[str]
    rows: list[Row]


def read_table(
    filename: str, content: bytes, vocabulary: Vocabulary, required: Collection[str]
) -> Table:
    """Read the first sheet whose headings name all `required` fields.

    `vocabulary`: field -> the headings that mean it, the usual one first. Raises Refused when the
    file cannot be read or headings are missing, naming those that would be understood.
    """
    return find_table(filename, open_file(filename, content), vocabulary, required)


def open_file(filename: str, content: bytes) -> list[Grid]:
    """Return the sheets of a file, in which several tables may be found. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise _refused(
            filename, _("文件超过 16 MB。请删去名单以外的行和工作表，或分成几个文件上传")
        )
    try:
        return read_grids(filename, content, spread=False)
    except SheetRefused as error:
        raise _refused(filename, str(error)) from error


def find_table(
    filename: str, grids: Sequence[Grid], vocabulary: Vocabulary, required: Collection[str]
) -> Table:
    """Return the first table among sheets whose headings name all `required` fields.

    Raises Refused, naming the file, and where it is one of them the sheet, the row and the column.
    """
    words = {_plain(word): field for field, names in vocabulary.items() for word in names}
    best: set[str] = set()
    nearest = ""
    try:
        for grid in grids:
            for at, line in enumerate(grid.lines):
                if line.number > HEADINGS_WITHIN:
                    break
                found = _match(grid.name, line, words)
                if set(required) <= set(found):
                    return _table(grid, at, found)
                if len(found) > len(best):
                    best, nearest = set(found), grid.name
    except SheetRefused as error:
        raise _refused(filename, str(error)) from error
    missing = [vocabulary[field] for field in required if field not in best]
    told = {
        "sheet": _place(nearest),
        "missing": "；".join("、".join(names[:3]) for names in missing),
        "n": HEADINGS_WITHIN,
    }
    raise _refused(
        filename,
        _("%(sheet)s找不到表头：%(missing)s。请在前 %(n)s 行内，把列名都写在同一行") % told,
    )


def _refused(filename: str, reason: str) -> Refused:
    # Of two files that are sent together, and in a message that is read later, it says which.
    return Refused(_("%(file)s：%(reason)s") % {"file": filename, "reason": reason}, field="file")


def _place(sheet: str) -> str:
    return _("工作表“%(sheet)s”") % {"sheet": sheet} if sheet else ""


def _match(sheet: str, line: Line, words: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(line.cells):
        field = words.get(_plain(cell)) if isinstance(cell, str) else None
        if field is not None and field in found:
            first = found[field]
            told = {
                "sheet": _place(sheet),
                "row": line.number,
                "a": column_letters(first),
                "one": line.cells[first],
                "b": column_letters(column),
                "other": cell,
            }
            raise SheetRefused(
                _(
                    "%(sheet)s第 %(row)s 行两列的表头意思相同："
                    "%(a)s 列“%(one)s”和 %(b)s 列“%(other)s”。请删去一列"
                )
                % told
            )
        if field is not None:
            found[field] = column
    return found


def _table(grid: Grid, head: int, found: dict[str, int]) -> Table:
    lines, heading = grid.lines[head + 1 :], grid.lines[head]
    if len(lines) > MAX_ROWS:
        raise SheetRefused(
            _("%(sheet)s超过 %(n)s 行。请分成几个文件上传")
            % {"sheet": _place(grid.name), "n": f"{MAX_ROWS:,}"}
        )
    rows = []
    for line in lines:
        cells = {
            field: line.cells[column]
            for field, column in found.items()
            if column < len(line.cells) and line.cells[column] not in ("", None)
        }
        if cells:
            _check_line(grid, line, heading, found)
            rows.append(Row(line.number, cells))
    used = set(found.values())
    return Table(
        sheet=grid.name,
        headings={field: str(heading.cells[column]) for field, column in found.items()},
        ignored=[str(c) for i, c in enumerate(heading.cells) if i not in used and c != ""],
        rows=rows,
    )


def _check_line(grid: Grid, line: Line, heading: Line, found: Mapping[str, int]) -> None:
    """Refuse a row that is no row of the list: a computed cell, headings once more."""
    told = {"sheet": _place(grid.name), "row": line.number}
    for column in found.values():
        if (line.number, column) in grid.formulas:
            raise SheetRefused(
                _(
                    "%(sheet)s第 %(row)s 行 %(column)s 列是公式。"
                    "请选中全表，复制后“选择性粘贴—数值”，另存后重发"
                )
                % {**told, "column": column_letters(column)}
            )
    same = sum(
        line.cells[column] == heading.cells[column]
        for column in found.values()
        if column < len(line.cells) and isinstance(line.cells[column], str)
    )
    if same > 1 and same * 2 > len(found):
        raise SheetRefused(
            _("%(sheet)s第 %(row)s 行又是一行表头。请删去这一行，几份名单的列要接成一份") % told
        )


def _plain(text: str) -> str:
    """The heading without spaces, width and units in brackets: 限价（元） is 限价."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return _BRACKETS.sub("", text).strip(":*")
