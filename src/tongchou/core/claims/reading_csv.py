"""CSV with a heading, as Excel and WPS save it: UTF-8 with or without a mark, or GB18030."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from tongchou.core.claims.reading_json import UTF16_BOMS
from tongchou.core.claims.rows import REQUIRED, BadInput, FileRefused, Row

_BLOCK = 1 << 20
_FLAGS = {"true": True, "false": False}


def read_csv(path: Path) -> Iterator[Row]:
    """The rows below the heading; an empty cell is an absent value, `identity` is joined by |.

    A heading that lacks a column, and a broken quotation, end the file with a row that says so.
    Raises FileRefused for an encoding that is neither UTF-8 nor GB18030.
    """
    with path.open(encoding=_encoding(path), newline="") as text:
        numbered = enumerate(csv.reader(text, strict=True), 1)
        number = 0
        heading: list[str] = []
        try:
            for number, cells in numbered:
                if not any(cell.strip() for cell in cells):
                    continue
                if heading:
                    yield Row(number, _record(heading, cells))
                    continue
                heading = [cell.strip() for cell in cells]
                if problem := _heading_problem(heading):
                    yield Row(number, problem)
                    return
        except csv.Error:
            yield Row(number + 1, BadInput("csv", "引号没有成对，或一格超过 13 万字，请核对这一行"))


def _heading_problem(heading: list[str]) -> BadInput | None:
    for column in REQUIRED:
        if column not in heading:
            return BadInput(column, "表头缺少这一列")
    for column in heading:
        if column and heading.count(column) > 1:
            return BadInput(column, "表头里这一列出现了不止一次")
    return None


def _record(heading: list[str], cells: list[str]) -> Mapping[str, object] | BadInput:
    if any(cell.strip() for cell in cells[len(heading) :]):
        return BadInput("csv", f"有 {len(cells)} 格，表头只有 {len(heading)} 列")
    record: dict[str, object] = {
        column: text for column, cell in zip(heading, cells, strict=False) if (text := cell.strip())
    }
    identity = str(record.get("identity", ""))
    record["identity"] = [part.strip() for part in identity.split("|")] if identity else []
    flag = str(record.get("out_of_area", "")).lower()
    if flag in _FLAGS:
        record["out_of_area"] = _FLAGS[flag]
    return record


def _encoding(path: Path) -> str:
    with path.open("rb") as raw:
        if raw.read(2) in UTF16_BOMS:
            raise FileRefused("文件是 UTF-16 编码。请另存为 CSV UTF-8（逗号分隔）后再来")
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise FileRefused("既不是 UTF-8 也不是 GB18030 编码。请另存为 CSV UTF-8（逗号分隔）后再来")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as raw:
            while block := raw.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
