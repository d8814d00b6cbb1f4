"""Parquet with the columns of a claim; times and decimals may have their own types there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.core.claims.rows import FIELDS, REQUIRED, REVERSE, FileRefused, Row

_BATCH = 4096


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows in the file's order; of the columns only those of a claim are read.

    Raises FileRefused if it is no Parquet file, is damaged, or lacks a column.
    """
    try:
        with path.open("rb") as raw, pq.ParquetFile(raw) as file:
            names = file.schema_arrow.names
            for column in REQUIRED:
                if column not in names:
                    raise FileRefused(f"{column}: 缺少这一列")
            wanted = [column for column in (*FIELDS, REVERSE) if column in names]
            number = 0
            for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
                for record in batch.to_pylist():
                    number += 1
                    yield Row(number, {key: _plain(key, value) for key, value in record.items()})
    except (pa.ArrowException, OSError) as error:
        # pyarrow reports some damage as an OSError that no system call made.
        if getattr(error, "errno", None) is not None:
            raise
        raise FileRefused("不是完好的 Parquet 文件。请重新导出") from None


def _plain(column: str, value: object) -> object:
    """The value as JSON would carry it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        whole, _, places = f"{value:f}".partition(".")
        places = places[:2] + places[2:].rstrip("0")
        return f"{whole}.{places}" if places else whole
    if value is None and column == "identity":
        return []
    return value
