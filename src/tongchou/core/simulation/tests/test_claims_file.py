"""A Parquet file of claims: read by column, refused by row, field and reason as `settle` does."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.core.claims import FileRefused, Fold, RowError, read_rows, settle_rows
from tongchou.core.policy import Plan, PlanBook, shipped_policies
from tongchou.core.simulation import (
    Book,
    Part,
    RowRefused,
    by,
    compare,
    decile_of,
    read_claims,
    totals,
)

PLANS = PlanBook(shipped_policies())
ROW = {
    "claim_id": "c1", "person": "p1", "settled_at": "2019-03-01T09:30:00", "visit": "inpatient",
    "level": "level3", "out_of_area": False, "status": None, "identity": [], "total": "100.00",
    "in_scope": "90.00", "reverse": None,
}  # fmt: skip
NOTHING = dict.fromkeys(ROW)


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: dict[str, Any]) -> Path:
        path = tmp_path / "claims.parquet"
        whole = [{**ROW, "claim_id": f"c{n}", **row} for n, row in enumerate(rows, 1)]
        pq.write_table(pa.Table.from_pylist(whole), path)
        return path

    return write


def read(path: Path, year: int = 2019) -> tuple[Part, Book, list[Plan]]:
    return read_claims(path, PLANS, area="441700", scheme="resident", year=year)


def test_years_are_clustered_and_stay_in_order(file: Callable[..., Path]) -> None:
    path = file(
        {"person": "b", "in_scope": "1.00"}, {"person": "a", "in_scope": "2.00"},
        {"person": "b", "in_scope": "3"}, {"person": "b", "settled_at": "2020-01-01T00:00:00"},
    )  # fmt: skip
    part, _book, _plans = read(path)
    assert part.start.tolist() == [0, 2, 3]
    assert part.in_scope.tolist() == [100, 300, 200]


def test_what_is_read_pays_what_settle_pays(file: Callable[..., Path]) -> None:
    chance = np.random.default_rng(3)
    rows = [
        {
            "person": f"p{chance.integers(0, 20)}",
            "settled_at": f"2019-{chance.integers(1, 13):02d}-11T08:00:00",
            "level": str(chance.choice(["level1", "level2", "level3"])),
            "out_of_area": bool(chance.random() < 0.1),
            "identity": [["destitute"], ["disabled", "low_income"], []][chance.integers(0, 3)],
            "total": "99999.99",
            "in_scope": f"{chance.integers(0, 9_999_999) / 100:.2f}",
        }
        for _ in range(300)
    ]
    path = file(*rows)
    part, book, versions = read(path)
    found = compare([lambda: part], book, [versions])
    fold = Fold(PLANS, "441700", "resident", allow_assumed=True)
    paid: dict[str, Decimal] = {}
    for answer in settle_rows(read_rows(path), fold):
        assert not isinstance(answer, RowError)
        for tier, yuan in answer["pays"].items():
            paid[tier] = paid.get(tier, Decimal()) + Decimal(yuan)
    assert [paid[tier] * 100 for tier in found.tiers] == list(totals(found, 0))
    assert {row.value for row in by(found, "identity", 0)} == {"none", "destitute", "low_income"}


def test_a_claim_taken_back_never_was(file: Callable[..., Path]) -> None:
    path = file({}, {"in_scope": "50.00"}, {**NOTHING, "claim_id": None, "reverse": "c2"})
    assert read(path)[0].in_scope.tolist() == [9000]


@pytest.mark.parametrize(
    ("target", "reason"), [("c9", "没有 c9"), ("c1", "之后还有 c2"), (" ", "是空的")]
)
def test_what_cannot_be_taken_back(file: Callable[..., Path], target: str, reason: str) -> None:
    path = file({}, {}, {**NOTHING, "claim_id": None, "reverse": target})
    with pytest.raises(RowRefused, match=reason) as refused:
        read(path)
    assert (refused.value.row, refused.value.field) == (3, "reverse")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"claim_id": "c1"}, "claim_id"),
        ({"claim_id": None}, "claim_id"),
        ({"person": ""}, "person"),
        ({"settled_at": "2019-03-01 09:30:00"}, "settled_at"),
        ({"settled_at": "2019-02-30T09:30:00"}, "settled_at"),
        ({"visit": "sleep"}, "visit"),
        ({"visit": "outpatient"}, "visit"),
        ({"level": "level9"}, "level"),
        ({"level": "community"}, "level"),
        ({"status": "active"}, "status"),
        ({"identity": ["poor"]}, "identity"),
        ({"identity": [None]}, "identity"),
        ({"total": "100.001"}, "total"),
        ({"total": "-1.00"}, "total"),
        ({"total": "1e3"}, "total"),
        ({"total": "89.99"}, "in_scope"),
        ({"total": "99999999999999.00"}, "total"),
        ({"out_of_area": None}, "out_of_area"),
    ],
)
def test_the_first_wrong_row_is_named(
    file: Callable[..., Path], wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(RowRefused) as refused:
        read(file({}, wrong, wrong))
    assert (refused.value.row, refused.value.field) == (2, field)


def test_types_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "typed.parquet"
    columns = {
        **{name: [value] for name, value in ROW.items() if name != "status"},
        "settled_at": pa.array([datetime(2019, 3, 1, 9, 30)], pa.timestamp("us")),  # noqa: DTZ001
        "total": pa.array([Decimal("100.00")], pa.decimal128(12, 2)),
        "person": pa.array(["p1"]).dictionary_encode(),
        "reverse": pa.nulls(1),
        "identity": pa.array([[]], pa.list_(pa.string())),
    }
    pq.write_table(pa.table(columns), path)
    assert read(path)[0].in_scope.tolist() == [9000]


def test_files_that_are_none(tmp_path: Path, file: Callable[..., Path]) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not")
    with pytest.raises(FileRefused, match="完好"):
        read(broken)
    whole = file({})
    broken.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(FileRefused, match="完好"):
        read(broken)
    pq.write_table(pa.table({"claim_id": ["c1"]}), broken)
    with pytest.raises(FileRefused, match="person: 缺少这一列"):
        read(broken)
    with pytest.raises(FileRefused, match="没有 2018 年"):
        read(whole, 2018)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.parquet")


def test_tenths() -> None:
    assert decile_of(np.arange(100)).tolist() == [n // 10 for n in range(100)]
    assert decile_of(np.array([5, 5, 5, 5])).tolist() == [9] * 4, "the same cost, the same tenth"
    assert decile_of(np.array([], np.int64)).tolist() == []
