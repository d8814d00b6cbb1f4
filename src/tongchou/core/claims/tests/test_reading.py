"""Files of claims: the three kinds, the encodings, row numbers, and damage."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.claims import BadInput, FileRefused, parse_row, read_json_lines, read_rows
from tongchou.core.claims.rows import FIELDS, REVERSE

Make = Callable[..., dict[str, Any]]


def write_csv(path: Path, records: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as text:
        writer = csv.DictWriter(text, [*FIELDS, REVERSE, "name"], restval="")
        writer.writeheader()
        for record in records:
            flat = dict(record)
            if "identity" in flat:
                flat["identity"] = "|".join(flat["identity"])
            if "out_of_area" in flat:
                flat["out_of_area"] = str(flat["out_of_area"]).lower()
            writer.writerow(flat)
    return path


def write_parquet(path: Path, records: list[dict[str, Any]]) -> Path:
    text, several = pa.string(), pa.list_(pa.string())
    kinds = dict.fromkeys((*FIELDS, REVERSE), text) | {
        "out_of_area": pa.bool_(),
        "identity": several,
    }
    pq.write_table(pa.Table.from_pylist(records, schema=pa.schema(kinds)), path)
    return path


def write_json(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records))
    return path


def problem(path: Path) -> tuple[int, BadInput]:
    """The only row that could not be read."""
    [(number, bad)] = [row for row in read_rows(path) if isinstance(row.record, BadInput)]
    assert isinstance(bad, BadInput)
    return number, bad


def test_the_three_kinds_of_file_say_the_same(claim: Make, tmp_path: Path) -> None:
    records = [
        claim(),
        claim(claim_id="c2", identity=["orphan", "disabled"], out_of_area=True),
        claim(claim_id="c3", status="active"),
        {"reverse": "c3"},
    ]
    files = [
        write_json(tmp_path / "a.jsonl", records),
        write_csv(tmp_path / "a.CSV", records),
        write_parquet(tmp_path / "a.parquet", records),
    ]
    parsed = [
        [parse_row(row.record) for row in read_rows(file) if not isinstance(row.record, BadInput)]
        for file in files
    ]
    assert parsed[0] == [parse_row(record) for record in records]
    assert parsed[0] == parsed[1] == parsed[2]


def test_row_numbers_are_those_a_person_counts(claim: Make, tmp_path: Path) -> None:
    records = [claim(claim_id=str(number)) for number in range(3)]
    numbers = {
        writer.__name__: [row.number for row in read_rows(writer(tmp_path / name, records))]
        for writer, name in [
            (write_json, "a.jsonl"),
            (write_csv, "a.csv"),
            (write_parquet, "a.parquet"),
        ]
    }
    assert numbers == {
        "write_json": [1, 2, 3],
        "write_csv": [2, 3, 4],  # Excel shows the heading as row 1
        "write_parquet": [1, 2, 3],
    }


def test_empty_lines_count_but_are_no_rows(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_bytes(b'\n{"a": 1}\r\n  \n\n{"a": 2}')
    assert [row.number for row in read_rows(lines)] == [2, 5]


def test_json_lines_may_begin_with_a_byte_order_mark() -> None:
    [row] = read_json_lines([b'\xef\xbb\xbf{"a": 1}\n'])
    assert row.record == {"a": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": 1', "不是合法的 JSON"),
        (b"{'a': 1}", "第 2 个字符起不是合法的 JSON"),
        (b'{"a": NaN}', "不是合法的 JSON"),
        (b'[{"a": 1}]', "不用数组包起来"),
        (b'"c1"', "一个 JSON 对象"),
        ('{"name": "梁秀英"}'.encode("gb18030"), "请另存为 UTF-8"),
        (b"[" * 100_000, "不是合法的 JSON"),
    ],
)
def test_a_line_that_is_no_object_is_a_bad_row(line: bytes, reason: str) -> None:
    good, bad = read_json_lines([b"{}\n", line + b"\n"])
    assert good.record == {}
    assert bad.number == 2
    assert isinstance(bad.record, BadInput)
    assert bad.record.field == "json"
    assert reason in bad.record.reason


@given(st.lists(st.binary(max_size=60)))
def test_any_bytes_are_rows_or_a_refusal(lines: list[bytes]) -> None:
    try:
        rows = list(read_json_lines(lines))
    except FileRefused:
        return
    assert len(rows) <= len(lines)
    assert all(isinstance(row.record, dict | BadInput) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_utf16_is_refused_by_name(tmp_path: Path, name: str, encoding: str) -> None:
    path = tmp_path / name
    path.write_bytes("\ufeffclaim_id\n".encode(encoding))
    with pytest.raises(FileRefused, match="UTF-16"):
        list(read_rows(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_excel(claim: Make, tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", [claim(person="梁秀英", name="𬉼")], encoding)
    [row] = read_rows(path)
    assert not isinstance(row.record, BadInput)
    assert (row.record["person"], row.record["name"]) == ("梁秀英", "𬉼")


def test_csv_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"claim_id\n\xff\xff\n")
    with pytest.raises(FileRefused, match="既不是 UTF-8 也不是 GB18030"):
        list(read_rows(path))


def test_csv_cells_are_trimmed_and_flags_as_excel_writes_them(claim: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [claim(identity=["orphan", "disabled"])])
    text = path.read_text().replace("false", " FALSE ").replace("orphan|", "orphan | ")
    path.write_text(text.replace("level3", " level3"))
    [row] = read_rows(path)
    assert not isinstance(row.record, BadInput)
    assert parse_row(row.record) == parse_row(claim(identity=["orphan", "disabled"]))


def test_csv_rows_of_empty_cells_are_skipped_and_counted(claim: Make, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [claim()])
    heading, row = path.read_text().splitlines()
    path.write_text(f"\n{heading}\n{',' * 11}\n\n{row}\n")
    assert [row.number for row in read_rows(path)] == [5]


def test_csv_cell_with_a_line_break_is_one_row(claim: Make, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [claim(name="梁\n秀英"), claim(claim_id="c2")])
    assert [row.number for row in read_rows(path)] == [2, 3]


def test_csv_without_a_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("claim_id,person,settled_at,visit\nc1,p1,x,y\n")
    number, bad = problem(path)
    assert (number, bad.field) == (1, "level")
    assert "表头缺少这一列" in bad.reason
    assert len(list(read_rows(path))) == 1


def test_csv_with_a_column_twice_says_which(claim: Make, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [claim()])
    path.write_text(path.read_text().replace("reverse", "total", 1))
    number, bad = problem(path)
    assert (number, bad.field) == (1, "total")


def test_csv_row_with_too_many_cells_is_bad(claim: Make, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [claim()])
    path.write_text(path.read_text().rstrip() + ",,extra\n")
    number, bad = problem(path)
    assert (number, bad.field) == (2, "csv")
    assert "14 格" in bad.reason


def test_csv_with_a_broken_quotation_ends_there(claim: Make, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [claim()])
    path.write_text(path.read_text() + '"c2,p1\n')
    number, bad = problem(path)
    assert (number, bad.field) == (3, "csv")


def test_parquet_may_hold_times_decimals_and_nulls(claim: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    record = claim() | {
        "settled_at": datetime(2019, 3, 1, 9, 30),  # noqa: DTZ001 - claims have local times
        "total": Decimal("12345.6700"),
        "in_scope": Decimal("12345.0000"),
        "identity": None,
        "status": None,
        "ordinal": 3,
    }
    money = pa.decimal128(20, 4)
    kinds: dict[str, Any] = dict.fromkeys(("claim_id", "person", "visit", "level"), pa.string())
    kinds |= {"settled_at": pa.timestamp("us"), "out_of_area": pa.bool_(), "status": pa.string()}
    kinds |= {"identity": pa.list_(pa.string()), "total": money, "in_scope": money}
    schema = pa.schema(kinds | {"ordinal": pa.int64()})
    pq.write_table(pa.Table.from_pylist([record], schema=schema), path)
    [row] = read_rows(path)
    assert not isinstance(row.record, BadInput)
    assert parse_row(row.record) == parse_row(claim(in_scope="12345.00"))


def test_parquet_with_a_third_decimal_or_a_float_is_refused(claim: Make, tmp_path: Path) -> None:
    for wrong in (Decimal("1.2345"), 1.5):
        path = tmp_path / "a.parquet"
        table = pa.Table.from_pylist([claim(total=wrong, in_scope=wrong)])
        pq.write_table(table, path)
        [row] = read_rows(path)
        assert not isinstance(row.record, BadInput)
        with pytest.raises(BadInput) as raised:
            parse_row(row.record)
        assert raised.value.field == "total"


def test_parquet_without_a_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"claim_id": ["c1"]}), path)
    with pytest.raises(FileRefused, match="person: 缺少这一列"):
        list(read_rows(path))


@pytest.mark.parametrize("content", [b"", b"claim_id,person\n", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_damaged_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="Parquet"):
        list(read_rows(path))


def test_a_parquet_file_damaged_in_the_middle_is_refused(claim: Make, tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [claim(claim_id=str(n)) for n in range(2000)])
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(bytes(content))
    with pytest.raises(FileRefused, match="Parquet"):
        list(read_rows(path))


@pytest.mark.parametrize("name", ["a.xlsx", "A.XLS", "a.et"])
def test_excel_files_are_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefused, match="另存为 CSV"):
        list(read_rows(tmp_path / name))
