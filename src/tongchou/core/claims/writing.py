"""Answers into a file: JSON lines, or CSV or Parquet by the file's ending.

CSV has the names of JSON, `pays.<tier>` for each tier, and `lines` as JSON in one cell. Parquet has
`pays` as a struct and `lines` as a list of structs. All amounts are text with two decimals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import BinaryIO, Protocol

import orjson

from tongchou.core.claims.folding import Answer
from tongchou.core.claims.rows import SPREADSHEETS, FileRefused
from tongchou.core.policy import TIERS

_PLAIN = ("claim_id", "total", "in_scope", "deductible")
_AFTER_PAYS = ("fund_total", "person_pays", "plan_id")
_ERROR = ("row", "field", "error")


class Sink(Protocol):
    """Takes the answers one by one, in order."""

    def write(self, answer: Answer) -> None: ...


@contextmanager
def open_sink(name: PurePath, file: BinaryIO) -> Iterator[Sink]:
    """A sink of the kind that the name ends with; the file is complete when the context ends.

    The file stays open. Raises FileRefused.
    """
    ending = name.suffix.lower()
    if ending in SPREADSHEETS:
        raise FileRefused(f"{name}: 不写 Excel 文件。请把结果写成 .csv、.jsonl 或 .parquet")
    if ending == ".csv":
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield _CsvSink(text)
        finally:
            text.detach()
    elif ending == ".parquet":
        from tongchou.core.claims.writing_parquet import ParquetSink  # pyarrow is slow to import

        sink = ParquetSink(file)
        try:
            yield sink
        finally:
            sink.close()
    else:
        yield _JsonSink(file)


class _JsonSink:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, answer: Answer) -> None:
        self._file.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))


class _CsvSink:
    def __init__(self, text: io.TextIOWrapper) -> None:
        pays = [f"pays.{tier}" for tier in TIERS]
        columns = [*_PLAIN, *pays, *_AFTER_PAYS, "reversed", "lines", *_ERROR]
        self._writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
        self._writer.writeheader()

    def write(self, answer: Answer) -> None:
        record = dict(answer)
        for tier, pay in record.pop("pays", {}).items():
            record[f"pays.{tier}"] = pay
        if "lines" in record:
            record["lines"] = orjson.dumps(record["lines"]).decode()
        if "reversed" in record:
            record["reversed"] = "true"
        self._writer.writerow(record)
