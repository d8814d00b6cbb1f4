"""Twelve months with planted errors: each finds what is true, and a bad list clears nobody."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.commands.main import tongchou
from tongchou.commands.tests.conftest import Run
from tongchou.demo.rosters.year import LATE, SENT_AGAIN, SHRUNKEN
from tongchou.demo.rosters.yearly import Wrote, build_year, score_year
from tongchou.platform import clock


def run_all(wrote: Wrote) -> None:
    for month in wrote.months:
        done = CliRunner().invoke(
            tongchou, ["reconcile", "--month", month, "--dir", str(wrote.folder)]
        )
        assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Wrote:
    """Rows as they should be written: nothing stands between the lists and the truth."""
    wrote = build_year(tmp_path_factory.mktemp("clean"), 2_000, 2019, seed=3, dirt=0)
    run_all(wrote)
    return wrote


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Wrote:
    wrote = build_year(tmp_path_factory.mktemp("dirty"), 6_000, 2019, seed=5)
    run_all(wrote)
    return wrote


def summary(folder: Path, month: str) -> dict[str, dict[str, list[str]]]:
    text = (folder / "out" / month / "summary.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = json.loads(text)
    return found


def found(folder: Path, month: str) -> Iterator[dict[str, str]]:
    with (folder / "out" / month / "findings.csv").open(encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def test_written_well_every_month_finds_exactly_what_is_true(clean: Wrote) -> None:
    for one in score_year(clean.folder, clean.months):
        assert one.wrong == 0
        assert (one.missed, one.too_many) == (frozenset(), frozenset()), one.month
        assert one.wanted


def test_the_year_has_every_class_that_is_planted(clean: Wrote) -> None:
    codes = {row["class"] for month in clean.months for row in found(clean.folder, month)}
    assert codes >= {"E1", "E4", "E10", "F1", "F2", "F3", "F4", "F5", "F6", "L1", "L2", "L4"}


def test_written_as_offices_write_nobody_is_linked_wrongly(dirty: Wrote) -> None:
    scores = list(score_year(dirty.folder, dirty.months))
    for one in scores:
        assert one.wrong == 0, one.month
        # One whose row waits for review is missed by each of his classes.
        assert len({person for person, _code in one.missed}) <= 2 + one.wanted // 20, one.month
        # Seen otherwise because one of two rows waits for review, and not out of nothing.
        assert {person for person, _code in one.too_many} <= {
            person for person, _code in one.missed
        }


@pytest.mark.parametrize("event", [LATE, SHRUNKEN, SENT_AGAIN])
def test_a_list_that_cannot_be_relied_on_clears_nobody(
    clean: Wrote, dirty: Wrote, event: tuple[int, str]
) -> None:
    n, source = event
    for wrote in (clean, dirty):
        month, before = wrote.months[n - 1], wrote.months[n - 2]
        told = summary(wrote.folder, month)
        assert list(told["incomplete"]) == [source]
        rests_on = {row["key"]: row["source"] for row in found(wrote.folder, before)}
        for key in told["keys"]["may_close"]:
            if not key.startswith("L"):
                assert rests_on[key]
                assert source not in rests_on[key].split("|")


def test_the_other_months_are_whole(clean: Wrote, dirty: Wrote) -> None:
    for wrote in (clean, dirty):
        broken = {wrote.months[n - 1] for n, _source in (LATE, SHRUNKEN, SENT_AGAIN)}
        told = {month for month in wrote.months if summary(wrote.folder, month)["incomplete"]}
        assert told == broken


def test_a_month_run_again_is_the_same_to_the_byte(clean: Wrote) -> None:
    for month in clean.months[8:10]:  # one with changes, one after it
        out = clean.folder / "out" / month
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        CliRunner().invoke(tongchou, ["reconcile", "--month", month, "--dir", str(clean.folder)])
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_the_list_that_was_late_corrects_its_month(clean: Wrote, tmp_path: Path) -> None:
    n, source = LATE
    month = clean.months[n - 1]
    late = clean.folder / "late" / month / f"{source}.xlsx"
    assert late.is_file()
    assert not (clean.folder / "lists" / month / f"{source}.xlsx").exists()


def test_the_command_writes_last_year_once(run: Run, tmp_path: Path) -> None:
    wrote = run("demo", "--lists", "lists", "--scale", "500")
    assert wrote.returncode == 0, wrote.stderr
    months = [path.name for path in (tmp_path / "lists" / "lists").glob("20*")]
    assert len(months) == 12
    assert {name[:4] for name in months} == {str(clock.today().year - 1)}
    again = run("demo", "--lists", "lists", "--scale", "500")
    assert again.returncode == 2
    assert "请换一个空文件夹" in again.stderr.decode()
