"""`tongchou settle` from outside: streams, exit codes, files whole or not there."""

import csv
import io
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]
Lines = Callable[..., bytes]
RESIDENT = ("settle", "--plan", "441700-resident", "--allow-assumed")


def answers(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_standard_input_to_standard_output(run: Run, lines: Lines) -> None:
    done = run(*RESIDENT, stdin=lines({}, {}, {"reverse": "c2"}))
    assert (done.returncode, done.stderr) == (0, b"")
    first, second, reversal = answers(done.stdout)
    assert first["pays"]["basic"] == "6987.40"
    assert first["person_pays"] == "5358.27"
    assert second["claim_id"] == "c2"
    assert reversal["fund_total"] == f"-{second['fund_total']}"


@pytest.mark.parametrize("dash", [(), ("-",)])
def test_a_dash_is_standard_input(run: Run, lines: Lines, dash: tuple[str, ...]) -> None:
    assert len(answers(run(*RESIDENT, *dash, "-o", "-", stdin=lines({})).stdout)) == 1


def test_a_file_to_files_of_each_kind(run: Run, lines: Lines, tmp_path: Path) -> None:
    (tmp_path / "claims.jsonl").write_bytes(lines({}, {"level": "level1"}))
    for out in ("out.jsonl", "out.csv", "out.parquet"):
        done = run(*RESIDENT, "claims.jsonl", "--out", out)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    from_json = answers((tmp_path / "out.jsonl").read_bytes())
    from_csv = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8"))))
    from_parquet = pq.read_table(tmp_path / "out.parquet").to_pylist()
    for field in ("claim_id", "deductible", "fund_total", "person_pays", "plan_id"):
        assert (
            [one[field] for one in from_json]
            == [one[field] for one in from_csv]
            == [one[field] for one in from_parquet]
        )
    assert from_json[0]["lines"] == from_parquet[0]["lines"] == json.loads(from_csv[0]["lines"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "claims.jsonl", "out.csv", "out.jsonl", "out.parquet",
    ]  # fmt: skip


def test_bad_input_names_row_and_field_and_prints_nothing(run: Run, lines: Lines) -> None:
    done = run(*RESIDENT, stdin=lines({}, {"level": "level9"}))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("row 2: level: ")
    assert len(done.stderr.splitlines()) == 1


def test_all_bad_rows_are_named_up_to_twenty(run: Run, lines: Lines) -> None:
    several = run(*RESIDENT, stdin=lines({"level": "x"}, {}, {"total": "1.005"}))
    assert [line.split(b": ")[:2] for line in several.stderr.splitlines()] == [
        [b"row 1", b"level"],
        [b"row 3", b"total"],
    ]
    many = run(*RESIDENT, stdin=lines(*[{"level": "x"}] * 50))
    assert many.stderr.count(b"row ") == 20
    assert len(many.stderr.splitlines()) == 21


@pytest.mark.parametrize("out", ["out.jsonl", "out.csv", "out.parquet"])
def test_bad_input_leaves_no_file_and_an_older_one_alone(
    run: Run, lines: Lines, tmp_path: Path, out: str
) -> None:
    bad = lines({}, {"level": "level9"})
    assert run(*RESIDENT, "-o", out, stdin=bad).returncode == 2
    assert list(tmp_path.iterdir()) == []
    (tmp_path / out).write_bytes(b"older")
    assert run(*RESIDENT, "-o", out, stdin=bad).returncode == 2
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]


def test_keep_going_puts_the_error_in_its_place(run: Run, lines: Lines) -> None:
    done = run(*RESIDENT, "--keep-going", stdin=lines({}, {"level": "level9"}, {}))
    assert done.returncode == 1
    first, error, third = answers(done.stdout)
    assert list(error) == ["row", "field", "error"]
    assert (error["row"], error["field"]) == (2, "level")
    assert (first["claim_id"], third["claim_id"]) == ("c1", "c3")


def test_keep_going_without_errors_is_a_success(run: Run, lines: Lines) -> None:
    assert run(*RESIDENT, "--keep-going", stdin=lines({})).returncode == 0


def test_no_claims_are_no_error(run: Run) -> None:
    done = run(*RESIDENT)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_assumed_numbers_are_listed_and_need_leave(run: Run, lines: Lines) -> None:
    done = run("settle", "--plan", "441700-resident", "--keep-going", stdin=lines({}))
    assert (done.returncode, done.stdout) == (2, b"")
    head, *numbers = done.stderr.decode().splitlines()
    assert "--allow-assumed" in head
    assert f"{len(numbers)} 处待确认" in head
    assert "  tiers.basic.rate.out_of_area = 60%" in done.stderr.decode()
    assert all(number.startswith("  ") and "：" in number for number in numbers)


@pytest.mark.parametrize("name", ["441700", "441700-nobody", "999999-resident", "resident", ""])
def test_a_plan_that_is_not_there_is_refused_with_those_that_are(run: Run, name: str) -> None:
    done = run("settle", "--plan", name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "441700-employee、441700-resident" in done.stderr.decode()


def test_a_day_without_a_plan_is_a_bad_row(run: Run, lines: Lines) -> None:
    done = run(*RESIDENT, stdin=lines({"settled_at": "2018-12-31T10:00:00"}))
    assert done.returncode == 2
    assert done.stderr.startswith(b"row 1: settled_at: ")


def test_a_blocked_reversal_names_the_later_claims(run: Run, lines: Lines) -> None:
    done = run(*RESIDENT, stdin=lines({}, {}, {"reverse": "c1"}))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("row 3: reverse: ")
    assert b"c2" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("missing.jsonl",), "missing.jsonl: 没有这个文件"),
        (("missing.parquet",), "missing.parquet: 没有这个文件"),
        (("folder",), "folder: 是文件夹"),
        (("claims.xlsx",), "claims.xlsx: 不读 Excel"),
        (("-o", "out.xlsx"), "out.xlsx: 不写 Excel"),
        (("-o", "folder"), "folder: 是文件夹"),
        (("-o", "nowhere/out.csv"), "nowhere: 没有这个文件"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "folder").mkdir()
    done = run(*RESIDENT, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_the_input_may_be_the_output(run: Run, lines: Lines, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_bytes(lines({}))
    assert run(*RESIDENT, "claims.jsonl", "-o", "claims.jsonl").returncode == 0
    [answer] = answers(file.read_bytes())
    assert answer["pays"]["basic"] == "6987.40"


def test_a_reader_that_leaves_early_is_no_crash(program: list[str], lines: Lines) -> None:
    many = lines(*[{}] * 2000)
    with subprocess.Popen(
        [*program, *RESIDENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdin.write(many)
        running.stdin.close()
        running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
        running.wait()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_leaves_no_part_of_a_file(
    program: list[str], lines: Lines, tmp_path: Path, signum: signal.Signals
) -> None:
    with subprocess.Popen(
        [*program, *RESIDENT, "-o", "out.jsonl"], stdin=subprocess.PIPE, cwd=tmp_path
    ) as running:
        assert running.stdin
        running.stdin.write(lines(*[{}] * 500))
        running.stdin.flush()
        while not list(tmp_path.iterdir()):
            assert running.poll() is None
        os.kill(running.pid, signum)
        assert running.wait(timeout=20) != 0
    assert list(tmp_path.iterdir()) == []


def test_settling_loads_no_django(program: list[str]) -> None:
    check = (
        "import sys, tongchou.commands.main as m, tongchou.commands.settle;"
        "m.tongchou.get_command(None, 'settle');"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'pyarrow')])"
    )
    done = subprocess.run([program[0], "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
