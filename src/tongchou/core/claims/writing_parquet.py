"""Answers as Parquet, a row each; what an answer lacks is null."""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.core.claims.folding import Answer
from tongchou.core.policy import TIERS

_BATCH = 4096
_TEXT = pa.string()
_LINE = pa.struct(
    {
        "tier": _TEXT,
        "kind": _TEXT,
        "from": _TEXT,
        "to": _TEXT,
        "amount": _TEXT,
        "rate": _TEXT,
        "pay": _TEXT,
        "cite": pa.struct({"document": _TEXT, "clause": _TEXT, "words": _TEXT}),
        "assumed": pa.bool_(),
    }
)
SCHEMA = pa.schema(
    {
        "claim_id": _TEXT,
        "total": _TEXT,
        "in_scope": _TEXT,
        "deductible": _TEXT,
        "pays": pa.struct(dict.fromkeys(TIERS, _TEXT)),
        "fund_total": _TEXT,
        "person_pays": _TEXT,
        "plan_id": _TEXT,
        "reversed": pa.bool_(),
        "lines": pa.list_(_LINE),
        "row": pa.int64(),
        "field": _TEXT,
        "error": _TEXT,
    }
)


class ParquetSink:
    """Writes whole batches; the file is complete after close()."""

    def __init__(self, file: BinaryIO) -> None:
        self._writer = pq.ParquetWriter(file, SCHEMA)
        self._batch: list[Answer] = []

    def write(self, answer: Answer) -> None:
        self._batch.append(answer)
        if len(self._batch) == _BATCH:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        self._writer.write_batch(pa.RecordBatch.from_pylist(self._batch, schema=SCHEMA))
        self._batch.clear()
