"""A Parquet file of claims as a part of a year: the columns of `tongchou settle`, judged as there.

Judged by column, so that a million rows take seconds. What a column cannot pass is looked at row by
row by the reader of `settle`, which says which row, which field and why.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.core.claims import BadInput, FileRefused, ReverseRow, parse_row, read_rows
from tongchou.core.claims.rows import FIELDS, REQUIRED, REVERSE
from tongchou.core.policy import Claim, ClaimRefused, Plan, PlanBook
from tongchou.core.simulation.columns import Book, Codes, Kind, Part
from tongchou.core.simulation.deciles import DECILES, decile_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KIND = ("day", "visit", "level", "out_of_area", "status", "identity")
_TEXT = ("claim_id", "person", "visit", "level")
_YUAN = pa.decimal128(15, 2)
_AMOUNT = r"^\d{1,14}(\.\d{1,2})?$"
_MOMENT = r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d$"


class RowRefused(ValueError):
    """A row that cannot be counted; str() is `row 2: level: ...`, in Chinese with the remedy."""

    def __init__(self, row: int, field: str, reason: str) -> None:
        super().__init__(f"row {row}: {field}: {reason}")
        self.row, self.field, self.reason = row, field, reason


def read_claims(
    path: Path, plans: PlanBook, *, area: str, scheme: str, year: int
) -> tuple[Part, Book, list[Plan]]:
    """Return the claims of `year`, the book of their numbers, and the versions in force by number.

    A claim that the file reverses counts as if it had never been. Raises FileRefused, RowRefused,
    NoPlanInForce.
    """
    table = _read(path)
    try:
        columns = _judged(table)
    except (pa.ArrowInvalid, _Doubtful):
        raise _first_wrong(path) from None
    keep = pc.and_(pc.equal(columns["year"], year), pc.invert(_taken_back(path, table, columns)))
    columns = columns.filter(keep)
    if not columns.num_rows:
        raise FileRefused(f"{path}: 没有 {year} 年的费用")
    return _part(columns, plans, area, scheme)


class _Doubtful(Exception):
    """A column holds something that only the row reader can name."""


def _read(path: Path) -> pa.Table:
    try:
        with path.open("rb") as raw, pq.ParquetFile(raw) as file:
            names = file.schema_arrow.names
            for column in REQUIRED:
                if column not in names:
                    raise FileRefused(f"{path}: {column}: 缺少这一列")
            return file.read(columns=[c for c in (*FIELDS, REVERSE) if c in names])
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None) is not None:
            raise
        raise FileRefused(f"{path}: 不是完好的 Parquet 文件。请重新导出") from None


def _judged(table: pa.Table) -> pa.Table:
    """Return the claims' own columns in the types of the fold. Raises _Doubtful, ArrowInvalid."""
    table = table.append_column("row", pa.array(range(1, table.num_rows + 1), pa.int64()))
    if REVERSE in table.column_names:
        table = table.filter(pc.is_null(table[REVERSE]))
    for name in REQUIRED:
        if table[name].null_count and name != "identity":
            raise _Doubtful
    text = {name: table[name].cast(pa.string()) for name in _TEXT}
    if any(pc.any(pc.equal(pc.utf8_trim_whitespace(c), "")).as_py() for c in text.values()):
        raise _Doubtful
    total, in_scope = _fen(table["total"]), _fen(table["in_scope"])
    if pc.any(pc.less(total, in_scope)).as_py() or pc.any(pc.greater(total, 10**12)).as_py():
        raise _Doubtful
    if pc.count_distinct(text["claim_id"]).as_py() != table.num_rows:
        raise _Doubtful
    moment = _moment(table["settled_at"])
    status = table["status"] if "status" in table.column_names else pa.nulls(table.num_rows)
    return pa.table(
        {
            **text,
            "row": table["row"],
            "day": pc.utf8_slice_codeunits(moment, 0, 10),
            "year": pc.utf8_slice_codeunits(moment, 0, 4).cast(pa.int32()),
            "month": pc.utf8_slice_codeunits(moment, 5, 7),
            "out_of_area": table["out_of_area"].cast(pa.bool_()),
            "status": pc.fill_null(status.cast(pa.string()), ""),
            "identity": _identity(table["identity"]),
            "total": total,
            "in_scope": in_scope,
        }
    )


def _fen(column: Any) -> Any:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        if not pc.all(pc.match_substring_regex(column, _AMOUNT)).as_py():
            raise _Doubtful
    elif not pa.types.is_decimal(column.type):
        raise _Doubtful
    yuan = column.cast(_YUAN)
    return pc.multiply(yuan, pa.scalar(100, pa.decimal128(3, 0))).cast(pa.int64())


def _moment(column: Any) -> Any:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column, "%Y-%m-%dT%H:%M:%S")
        column = pc.utf8_slice_codeunits(column, 0, 19)
    column = column.cast(pa.string())
    if not pc.all(pc.match_substring_regex(column, _MOMENT)).as_py():
        raise _Doubtful
    for day in pc.unique(pc.utf8_slice_codeunits(column, 0, 10)).to_pylist():
        try:
            date.fromisoformat(day)
        except ValueError:
            raise _Doubtful from None
    return column


def _identity(column: Any) -> Any:
    """Return each row's identities joined by |, in their order."""
    empty = pa.scalar([], pa.list_(pa.string()))
    lists = pc.fill_null(column.cast(pa.list_(pa.string())), empty)
    if pc.any(pc.is_null(pc.list_flatten(lists))).as_py():
        raise _Doubtful
    return pc.binary_join(lists, "|")


def _taken_back(path: Path, table: pa.Table, columns: pa.Table) -> Any:
    """Return which claims the file reverses. Raises RowRefused unless each was the last."""
    count = columns.num_rows
    if REVERSE not in table.column_names or table[REVERSE].null_count == table.num_rows:
        return pa.array([False] * count)
    standing: dict[tuple[str, str], list[str]] = {}
    of_claim: dict[str, tuple[str, str]] = {}
    reversed_ids = set()
    for number, record in enumerate(table.to_pylist(), 1):
        if record[REVERSE] is None:
            key = (record["person"], str(record["settled_at"])[:4])
            standing.setdefault(key, []).append(record["claim_id"])
            of_claim[record["claim_id"]] = key
            continue
        claim_id = _reverse_id(path, number, record)
        years = standing.get(of_claim.get(claim_id, ("", "")), [])
        if claim_id not in years:
            raise RowRefused(number, REVERSE, f"前面没有 {claim_id} 这一笔，或已经冲正")
        if years[-1] != claim_id:
            later = "、".join(years[years.index(claim_id) + 1 :])
            raise RowRefused(number, REVERSE, f"{claim_id} 之后还有 {later}，请先冲正后面的")
        years.pop()
        reversed_ids.add(claim_id)
    return pc.is_in(columns["claim_id"], value_set=pa.array(sorted(reversed_ids), pa.string()))


def _reverse_id(path: Path, number: int, record: dict[str, Any]) -> str:
    try:
        row = parse_row(record)
    except BadInput as bad:
        raise RowRefused(number, bad.field, bad.reason) from None
    assert isinstance(row, ReverseRow)
    return row.claim_id


def _first_wrong(path: Path) -> ValueError:
    """Return what is wrong with the first row that is."""
    seen: set[str] = set()
    for row in read_rows(path):
        if isinstance(row.record, BadInput):
            return RowRefused(row.number, row.record.field, row.record.reason)
        try:
            parsed = parse_row(row.record)
        except BadInput as bad:
            return RowRefused(row.number, bad.field, bad.reason)
        if not isinstance(parsed, ReverseRow):
            if parsed.claim_id in seen:
                return RowRefused(row.number, "claim_id", f"{parsed.claim_id} 前面已经有了")
            seen.add(parsed.claim_id)
    return FileRefused(f"{path}: 列的类型不对，请按 tongchou settle 的格式重新导出")


def _part(
    columns: pa.Table, plans: PlanBook, area: str, scheme: str
) -> tuple[Part, Book, list[Plan]]:
    import numpy as np

    person = columns["person"].combine_chunks().dictionary_encode().indices.to_numpy()
    order = np.argsort(person, kind="stable")
    person = person[order]
    start = np.flatnonzero(np.diff(person, prepend=-1, append=-1)).astype(np.int64)
    numbers, kinds, versions = _kinds(columns, plans, area, scheme)
    months = columns["month"].combine_chunks().dictionary_encode()
    in_scope = columns["in_scope"].to_numpy()[order]
    total = columns["total"].to_numpy()[order]
    part = Part(
        start=start,
        kind=numbers[order],
        in_scope=in_scope,
        cell=months.indices.to_numpy()[order],
        group=decile_of(np.add.reduceat(total, start[:-1])),
        person=person[start[:-1]].astype(np.int64),
    )
    book = Book(
        kinds,
        Codes(("month",), [(month,) for month in months.dictionary.to_pylist()]),
        Codes(("decile",), [(decile,) for decile in DECILES]),
        versions[0].document.identities,
    )
    return part, book, versions


def _kinds(
    columns: pa.Table, plans: PlanBook, area: str, scheme: str
) -> tuple[NDArray[np.int16], list[Kind], list[Plan]]:
    """Number the kinds of claim. Raises RowRefused for the first that its plan refuses."""
    import numpy as np

    code = np.zeros(columns.num_rows, np.int64)
    values: list[list[Any]] = []
    for name in _KIND:
        encoded = columns[name].combine_chunks().dictionary_encode()
        values.append(encoded.dictionary.to_pylist())
        code = code * len(values[-1]) + encoded.indices.to_numpy()
    distinct, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    kinds: list[Kind] = []
    versions: list[Plan] = []
    numbers = []
    for one, at in sorted(zip(distinct.tolist(), first.tolist(), strict=True), key=_first_row):
        plan, claim = _asked(_digits(one, values), plans, area, scheme)
        try:
            plan.row_for(claim)
        except ClaimRefused as refused:
            row = columns["row"][at].as_py()
            raise RowRefused(row, refused.field, refused.reason) from None
        if plan not in versions:
            versions.append(plan)
        kind = Kind(versions.index(plan), *claim[:5])
        if kind not in kinds:
            kinds.append(kind)
        numbers.append((one, kinds.index(kind)))
    of_code = dict(numbers)
    number = np.array([of_code[one] for one in distinct.tolist()], np.int16)
    return number[inverse], kinds, versions


def _first_row(pair: tuple[int, int]) -> int:
    return pair[1]


def _digits(code: int, values: list[list[Any]]) -> list[Any]:
    found = []
    for of_column in reversed(values):
        code, at = divmod(code, len(of_column))
        found.append(of_column[at])
    return found[::-1]


def _asked(values: list[Any], plans: PlanBook, area: str, scheme: str) -> tuple[Plan, Claim]:
    day, visit, level, out_of_area, status, identity = values
    plan = plans.for_date(area, scheme, date.fromisoformat(day))
    identities = tuple(filter(None, identity.split("|")))
    return plan, Claim(visit, level, out_of_area, status or None, identities, 0, 0)
