"""Rows of claims from a file: JSON lines, or CSV or Parquet by the file's ending.

Rows are numbered as a person counts them: the line of a JSON lines file; the row of a CSV file as
Excel shows it, where the heading is row 1; the row of a Parquet file from 1. Empty lines count but
are not rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tongchou.core.claims.reading_csv import read_csv
from tongchou.core.claims.reading_json import read_json_lines
from tongchou.core.claims.rows import SPREADSHEETS, FileRefused, Row


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, one at a time. Raises FileRefused and OSError, also midway."""
    ending = path.suffix.lower()
    if ending in SPREADSHEETS:
        raise FileRefused("不读 Excel 文件。请另存为 CSV UTF-8（逗号分隔）后再来")
    if ending == ".csv":
        yield from read_csv(path)
    elif ending == ".parquet":
        from tongchou.core.claims.reading_parquet import read_parquet  # pyarrow is slow to import

        yield from read_parquet(path)
    else:
        with path.open("rb") as lines:
            yield from read_json_lines(lines)
