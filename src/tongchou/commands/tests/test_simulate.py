"""`tongchou simulate` from outside: the files of the format, exit codes, all or nothing."""

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]
REFORM = '{name: 二级降 100, changes: [{path: tiers.basic.deductible.level2, add: "-100.00"}]}'
PLAN = ("simulate", "--plan", "441700-resident", "--year", "2019")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {
            "claim_id": f"c{n}", "person": f"p{n}", "settled_at": "2019-03-01T09:30:00",
            "visit": "inpatient", "level": level, "out_of_area": False, "status": None,
            "identity": identity, "total": "10000.00", "in_scope": "8000.00",
        }
        for n, (level, identity) in enumerate([("level2", []), ("level3", ["destitute"])])
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "claims.parquet")
    (tmp_path / "lower.yaml").write_text(REFORM, encoding="utf-8")
    return tmp_path


def simulate(run: Run, *more: str) -> subprocess.CompletedProcess[bytes]:
    return run(*PLAN, "--claims", "claims.parquet", "--out", "out", *more)


def test_summary_and_tables(run: Run, folder: Path) -> None:
    done = simulate(run, "--reform", "lower.yaml", "--reform", "lower.yaml", "--allow-assumed")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    summary = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    assert (summary["plan"], summary["year"], summary["claims"]) == ("441700-resident", 2019, 2)
    first, second = summary["reforms"]
    assert first == second and first["name"] == "二级降 100"
    # 8,000 at level 2: (8,000 - 400) x 75%; at level 3 (8,000 - 700) x 60% for the destitute,
    # who bear 3,620 and get 80% of what is above 3,000 from the critical-illness tier.
    assert first["tiers"]["basic"] == {
        "before": "10080.00", "after": "10155.00", "difference": "75.00",
    }  # fmt: skip
    assert first["tiers"]["critical_illness"]["before"] == "496.00"
    assert first["fund_total"]["difference"] == "75.00"
    assert first["persons"] == {
        "better": 1, "worse": 0, "same": 1, "gained": "75.00", "lost": "0.00",
    }  # fmt: skip
    with (folder / "out" / "by_level.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [(row["level"], row["fund_total_difference"]) for row in rows[:2]] == [
        ("level2", "75.00"), ("level3", "0.00"),
    ]  # fmt: skip
    assert {"by_identity.csv", "by_month.csv", "by_decile.csv"} <= {
        path.name for path in (folder / "out").iterdir()
    }


def test_other_files_of_the_folder_stay(run: Run, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "notes.txt").write_text("mine")
    assert simulate(run, "--reform", "lower.yaml", "--allow-assumed").returncode == 0
    assert (folder / "out" / "notes.txt").read_text() == "mine"


def test_assumed_numbers_need_a_word(run: Run, folder: Path) -> None:
    done = simulate(run, "--reform", "lower.yaml")
    assert done.returncode == 2 and "--allow-assumed" in done.stderr.decode()
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("reform", "said"),
    [
        (
            "{name: x, changes: [{path: tiers.basic.rate.level9, set: 1}]}",
            "tiers.basic.rate.level9",
        ),
        ("{name: x, changes: [{path: tiers.basic.rate.level3, set: 101}]}", "101.00%"),
        ("{name: x}", "wrong.yaml：changes"),
        ("[", "第 1 行"),
    ],
)
def test_a_wrong_reform_is_refused_before_anything_runs(
    run: Run, folder: Path, reform: str, said: str
) -> None:
    (folder / "wrong.yaml").write_text(reform, encoding="utf-8")
    done = simulate(run, "--reform", "lower.yaml", "--reform", "wrong.yaml", "--allow-assumed")
    assert done.returncode == 2 and said in done.stderr.decode()
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--plan", "441700-nobody", "没有 441700-nobody 的政策"),
        ("--year", "2018", "没有 2018 年的费用"),
        ("--claims", "nothing.parquet", "nothing.parquet: 没有这个文件"),
        ("--reform", "nothing.yaml", "nothing.yaml: 没有这个文件"),
        ("--out", "claims.parquet", "不是文件夹"),
        ("--out", "no/such/folder", "没有这个文件或文件夹"),
    ],
)
def test_bad_options(run: Run, folder: Path, option: str, value: str, said: str) -> None:
    done = simulate(run, "--reform", "lower.yaml", "--allow-assumed", option, value)
    assert done.returncode == 2 and said in done.stderr.decode()


def test_a_wrong_row_is_named(run: Run, folder: Path) -> None:
    rows = pq.read_table(folder / "claims.parquet").to_pylist()
    rows[1]["level"] = "level9"
    pq.write_table(pa.Table.from_pylist(rows), folder / "claims.parquet")
    done = simulate(run, "--reform", "lower.yaml", "--allow-assumed")
    assert done.returncode == 2 and "row 2: level:" in done.stderr.decode()
