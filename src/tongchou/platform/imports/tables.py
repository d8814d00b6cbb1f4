"""Files as offices send them: Excel of either age or CSV, headings found by their words."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tongchou.platform.refusal import Refused

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
Vocabulary: TypeAlias = Mapping[str, Sequence[str]]

HEADINGS_WITHIN = 20  # rows in which titles and notes may stand above the headings
MAX_ROWS = 300_000
MAX_BYTES = 16 * 1024 * 1024
_BRACKETS = re.compile(r"\((?!不含)[^()]*\)")
_EXCEL = (".xlsx", ".xls", ".xlsm", ".ods")


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
    if len(content) > MAX_BYTES:
        raise Refused(_("文件超过 16 MB。请分成几个文件上传"), field="file")
    words = {_plain(word): field for field, names in vocabulary.items() for word in names}
    best: set[str] = set()
    for sheet, grid in _grids(filename, content):
        for index, line in enumerate(grid[:HEADINGS_WITHIN]):
            found = _match(line, words)
            if set(required) <= set(found):
                return _table(sheet, grid, index, found)
            best = max(best, set(found), key=len)
    missing = [vocabulary[field] for field in required if field not in best]
    raise Refused(
        _("找不到表头：%(missing)s。请在前 %(n)s 行内写出这些列名")
        % {
            "missing": "；".join("、".join(names[:3]) for names in missing),
            "n": HEADINGS_WITHIN,
        },
        field="file",
    )


def _grids(filename: str, content: bytes) -> list[tuple[str, list[list[Cell]]]]:
    name = filename.lower()
    if name.endswith(".csv"):
        return [("", _csv(content))]
    if not name.endswith(_EXCEL):
        raise Refused(_("只能读 Excel（xlsx、xls）或 CSV 文件。请另存后上传"), field="file")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (meta.name, book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False))
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible
        ]
    except CalamineError as error:
        raise Refused(
            _("文件打不开，可能已损坏或有密码。请用 Excel 或 WPS 另存为 xlsx 后上传"),
            field="file",
        ) from error


def _csv(content: bytes) -> list[list[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise Refused(_("文字编码不认识。请另存为 UTF-8 的 CSV 后上传"), field="file") from None
    try:
        return [list(line) for line in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise Refused(
            _("CSV 的引号或换行不完整（%(why)s）。请从 Excel 重新另存") % {"why": error},
            field="file",
        ) from None


def _match(line: Sequence[Cell], words: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(line):
        field = words.get(_plain(cell)) if isinstance(cell, str) else None
        if field is not None and field in found:
            raise Refused(
                _("两列的表头意思相同：“%(a)s”和“%(b)s”。请删去一列")
                % {"a": line[found[field]], "b": cell},
                field="file",
            )
        if field is not None:
            found[field] = column
    return found


def _table(sheet: str, grid: list[list[Cell]], head: int, found: dict[str, int]) -> Table:
    if len(grid) - head - 1 > MAX_ROWS:
        raise Refused(_("超过 %(n)s 行。请分成几个文件上传") % {"n": f"{MAX_ROWS:,}"}, field="file")
    rows = []
    for number, line in enumerate(grid[head + 1 :], head + 2):
        cells = {
            field: line[column]
            for field, column in found.items()
            if column < len(line) and line[column] not in ("", None)
        }
        if cells:
            rows.append(Row(number, cells))
    used = set(found.values())
    return Table(
        sheet=sheet,
        headings={field: str(grid[head][column]) for field, column in found.items()},
        ignored=[str(c) for i, c in enumerate(grid[head]) if i not in used and c != ""],
        rows=rows,
    )


def _plain(text: str) -> str:
    """The heading without spaces, width and units in brackets: 限价（元） is 限价."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
    return _BRACKETS.sub("", text).strip(":*")
