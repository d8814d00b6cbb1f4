"""Claims in files: read rows, fold each person's insurance year, write the answers.

The formats are those of `tongchou settle`: one claim or reversal a row, as JSON lines, CSV or
Parquet. Nothing here knows a database; an analyst can use it as a library:

    fold = Fold(PlanBook(shipped_policies()), "441700", "resident", allow_assumed=True)
    for answer in settle_rows(read_rows(Path("claims.jsonl")), fold):
        ...
"""

from tongchou.core.claims.folding import AssumedNumbersRefused, Fold, RowError, settle_rows
from tongchou.core.claims.reading import read_rows
from tongchou.core.claims.reading_json import read_json_lines
from tongchou.core.claims.rows import (
    BadInput,
    ClaimRow,
    FileRefused,
    ReverseRow,
    Row,
    parse_row,
)
from tongchou.core.claims.writing import Sink, open_sink

__all__ = [
    "AssumedNumbersRefused",
    "BadInput",
    "ClaimRow",
    "FileRefused",
    "Fold",
    "ReverseRow",
    "Row",
    "RowError",
    "Sink",
    "open_sink",
    "parse_row",
    "read_json_lines",
    "read_rows",
    "settle_rows",
]
