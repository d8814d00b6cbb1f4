"""`tongchou bench engine` on a few claims: a row for each figure, numbers in it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.commands.bench import bench
from tongchou.commands.bench_columns import check_against_window, two_tier_plan
from tongchou.core.policy import Claim


def test_the_engine_is_measured_against_its_target() -> None:
    shown = CliRunner().invoke(bench, ["engine", "--claims", "300", "--repeat", "3"])
    assert shown.exit_code == 0, shown.output
    heading, window, rows = shown.output.splitlines()[:3]
    assert heading.split() == ["测什么", "中位", "最小", "最大", "单位", "目标", "达到"]
    assert window.split()[-3:-1] == ["≤", "20.0"]
    *_, median, least, most, unit = rows.replace(",", "").split()
    assert unit == "笔/秒"
    assert 0 < float(least) <= float(median) <= float(most)


def test_peers_stand_below_and_a_directory_without_claims_is_told(tmp_path: Path) -> None:
    arguments = ["engine", "--claims", "50", "--repeat", "1", "--peers", str(tmp_path)]
    shown = CliRunner().invoke(bench, arguments)
    assert shown.exit_code == 2
    assert "gen.py" in shown.output
    (tmp_path / "gen.py").write_text("")
    (tmp_path / "a2_int.py").write_text('print(\'{"name": "a2_int", "claims_per_s": 2500000}\')')
    shown = CliRunner().invoke(bench, arguments)
    assert shown.exit_code == 0
    assert shown.output.splitlines()[-1].split() == ["a2_int", "2.50", "2.50", "2.50", "百万笔/秒"]


def test_a_column_that_differs_by_a_fen_is_found() -> None:
    plan = two_tier_plan("441700", "resident", 2019)
    claim = Claim("inpatient", "level3", False, None, (), 1_234_567, 1_234_567)
    check_against_window(plan, [("p1", claim)], [[698_740, 0]])
    with pytest.raises(ArithmeticError, match="698740"):
        check_against_window(plan, [("p1", claim)], [[698_741, 0]])
