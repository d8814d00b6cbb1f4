"""Answers as files: the three kinds carry the same."""

import csv
import io
import json
from pathlib import PurePath
from typing import Any

import pyarrow.parquet as pq
import pytest

from tongchou.core.claims import FileRefused, open_sink
from tongchou.core.claims.writing_parquet import SCHEMA

LINE: dict[str, Any] = {
    "tier": "basic", "kind": "band", "from": "700.00", "to": None, "amount": "300.00",
    "rate": "60.00%", "pay": "180.00",
    "cite": {"document": "文件", "clause": "一", "words": "三级60%"}, "assumed": False,
}  # fmt: skip
SETTLED: dict[str, Any] = {
    "claim_id": "c1", "total": "1000.00", "in_scope": "1000.00", "deductible": "700.00",
    "pays": {"basic": "180.00", "critical_illness": "0.00"}, "fund_total": "180.00",
    "person_pays": "820.00", "plan_id": "f" * 64, "lines": [LINE],
}  # fmt: skip
REVERSED: dict[str, Any] = {
    "claim_id": "c1", "reversed": True, "pays": {"basic": "-180.00", "critical_illness": "0.00"},
    "fund_total": "-180.00", "person_pays": "-820.00",
}  # fmt: skip
ERROR: dict[str, Any] = {"row": 3, "field": "level", "error": '没有 "x", 这个值'}
ANSWERS = [SETTLED, REVERSED, ERROR]


def written(name: str, answers: list[dict[str, Any]]) -> io.BytesIO:
    file = io.BytesIO()
    with open_sink(PurePath(name), file) as sink:
        for answer in answers:
            sink.write(answer)
    assert not file.closed
    file.seek(0)
    return file


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a", "a.JSON"])
def test_json_lines_are_the_answers(name: str) -> None:
    assert [json.loads(line) for line in written(name, ANSWERS)] == ANSWERS


def test_csv_spreads_the_tiers_and_keeps_the_lines_in_a_cell() -> None:
    text = written("a.csv", ANSWERS).read().decode("utf-8")
    settled, reversal, error = csv.DictReader(io.StringIO(text))
    assert settled["pays.basic"] == "180.00"
    assert settled["pays.re_aid"] == ""
    assert json.loads(settled["lines"]) == [LINE]
    assert settled["fund_total"] == "180.00"
    assert (reversal["reversed"], reversal["pays.basic"], reversal["lines"]) == (
        "true",
        "-180.00",
        "",
    )
    assert (error["row"], error["field"], error["error"]) == ("3", "level", ERROR["error"])


def test_parquet_has_structs_and_nulls_for_what_is_absent() -> None:
    table = pq.read_table(written("a.parquet", ANSWERS))
    assert table.schema.names == SCHEMA.names
    settled, reversal, error = table.to_pylist()
    assert {tier: pay for tier, pay in settled["pays"].items() if pay} == SETTLED["pays"]
    assert settled["lines"] == [LINE]
    assert (reversal["reversed"], reversal["lines"]) == (True, None)
    assert (error["row"], error["claim_id"], error["error"]) == (3, None, ERROR["error"])


def test_parquet_of_many_batches_keeps_all_rows_in_order() -> None:
    answers = [ERROR | {"row": number} for number in range(10_000)]
    assert pq.read_table(written("a.parquet", answers))["row"].to_pylist() == list(range(10_000))


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_no_answers_make_an_empty_file_of_its_kind(name: str) -> None:
    file = written(name, [])
    if name == "a.parquet":
        assert pq.read_table(file).num_rows == 0
    else:
        assert len(file.read().splitlines()) == (1 if name == "a.csv" else 0)


def test_excel_is_refused_before_anything_is_written() -> None:
    file = io.BytesIO()
    with (
        pytest.raises(FileRefused, match=r"结果\.xlsx: 不写 Excel"),
        open_sink(PurePath("结果.xlsx"), file),
    ):
        raise AssertionError("the sink must not open")
    assert file.getvalue() == b""
