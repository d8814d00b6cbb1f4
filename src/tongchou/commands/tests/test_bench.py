"""`tongchou bench engine` on a few claims: a row for each figure, numbers in it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.commands.bench import bench
from tongchou.core.policy import bench as columns


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


def test_columns_are_measured_on_two_tiers_and_on_four() -> None:
    shown = CliRunner().invoke(bench, ["engine", "--claims", "300", "--repeat", "1"])
    rows = [line.split()[0] for line in shown.output.splitlines() if line.startswith("整列")]
    assert [row.split("，")[1] for row in rows] == ["两层", "两层", "四层", "四层"]


def test_columns_that_differ_from_the_window_are_no_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(columns, "count_differences", lambda *_args, **_options: 1)
    shown = CliRunner().invoke(bench, ["engine", "--claims", "300", "--repeat", "1"])
    assert isinstance(shown.exception, ArithmeticError)


@pytest.mark.slow
def test_a_city_is_measured_from_its_files(tmp_path: Path) -> None:
    shown = CliRunner().invoke(bench, ["city", "--scale", "300", "--repeat", "1"])
    assert shown.exit_code == 0, shown.output
    rows = [line.split() for line in shown.output.splitlines() if line.endswith(("是", "否"))]
    assert [row[-3] for row in rows] == ["≤"] * 8
    assert [row[-2] for row in rows] == [
        "60.0",
        "3.00",
        "3.00",
        *["30.0"] * 2,
        "4.00",
        *["300.0"] * 2,
    ]
    assert CliRunner().invoke(bench, ["city", "--lake", str(tmp_path)]).exit_code == 2
