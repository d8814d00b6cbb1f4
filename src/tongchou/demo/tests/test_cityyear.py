"""The generated city-year: what an export would have left, to the fen, whole or not at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings
from django.test import Client

from tongchou.commands.main import tongchou
from tongchou.core.policy import INITIAL_STATE, TIERS, Claim, settle
from tongchou.demo import cityyear
from tongchou.demo.cityyear import building, people, places
from tongchou.lake.coding import Numbers, bills_of, years_of
from tongchou.lake.manifest import (
    File,
    LakeDamaged,
    NoLake,
    Partition,
    read_manifest,
    verify,
    write_manifest,
)
from tongchou.lake.querying import opened, run
from tongchou.lake.reading import Year, open_year, read_columns, small_table
from tongchou.lake.replaying import replay
from tongchou.lake.schema import BILLS, OF_AREA, SETTLEMENTS, TABLES, YEARS
from tongchou.platform.accounts.tests.make import make_user

AREA, SCALE, YEAR = "441700", 2000, 2025
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of three files of persons."""
    with pytest.MonkeyPatch.context() as narrow:
        narrow.setattr(building, "PERSONS", 800)
        root = tmp_path_factory.mktemp("city") / "lake"
        cityyear.build(root, SCALE, YEAR)
    return root


def rows(year: Year, name: str) -> pa.Table:
    return pa.concat_tables(
        read_columns(year.root, file, TABLES[name].schema.names)
        for file in year.partition.tables[name]
    ).unify_dictionaries()


@pytest.fixture(params=["resident", "employee"])
def year(root: Path, request: pytest.FixtureRequest) -> Year:
    return open_year(root, AREA, YEAR, request.param)


def test_every_bill_is_what_the_window_would_have_paid(year: Year) -> None:
    """Recomputed one by one, interpreted: reversals undone, identities as they were that day."""
    [plan] = year.versions
    several = rows(year, "settlements").to_pylist()
    assert len(several) > 1000
    for _person, of_person in groupby(several, key=lambda row: row["person"]):
        state, before = INITIAL_STATE, INITIAL_STATE
        for row in of_person:
            if row["kind"] == "reversal":
                state = before
                continue
            before = state
            assert row["benefit"] == (row["visit"] in plan.visits)
            paid = [row[tier] for tier in TIERS]
            if not row["benefit"]:
                assert (sum(paid), row["person_pays"]) == (0, row["total"])
                assert not row["has_assumed"]
                continue
            outcome = settle(plan, state, _claim(row))
            assert paid == list(outcome.pays)
            assert row["deductible"] == outcome.deductible
            assert row["person_pays"] == outcome.person_pays
            assert row["has_assumed"] == any(line.assumed for line in outcome.lines)
            state = outcome.state


def _claim(row: dict) -> Claim:  # type: ignore[type-arg]
    return Claim(
        row["visit"], row["level"], row["out_of_area"], row["status"] or None,
        tuple(row["identities"]), row["total"], row["in_scope"],
    )  # fmt: skip


def test_settlements_keep_the_ledgers_laws(year: Year) -> None:
    several = rows(year, "settlements").to_pylist()
    numbers = {row["settlement"]: row for row in several}
    assert len(numbers) == len(several)
    ordinals: dict[int, int] = {}
    for row in several:
        ordinals[row["person"]] = ordinals.get(row["person"], 0) + 1
        assert row["ordinal"] == ordinals[row["person"]]
        parts = row["own_pay"] + row["over_limit"] + row["first_self_pay"] + row["in_scope"]
        assert row["total"] == parts == row["fund_total"] + row["person_pays"]
        assert row["fund_total"] == sum(row[tier] for tier in TIERS)
        assert row["settled_on"].year == YEAR and row["basis_date"] <= row["settled_on"]
        if row["kind"] == "reversal":
            original = numbers[row["original"]]
            assert all(row[name] == -original[name] for name in SETTLEMENTS.money)
        else:
            assert row["original"] is None and 0 <= row["account_pays"] <= row["person_pays"]
    assert any(row["kind"] == "reversal" for row in several)
    times = [(row["person"], row["settled_at"]) for row in several]
    assert times == sorted(times)


def test_bills_and_years_are_what_an_export_makes_of_the_settlements(year: Year) -> None:
    kinds, cells = (
        of(small_table(year.root, year.partition, name))
        for of, name in ((Numbers.of_kinds, "kinds"), (Numbers.of_cells, "cells"))
    )
    again = bills_of(rows(year, "settlements"), kinds, cells)
    assert again.equals(rows(year, "bills"))
    assert (
        years_of(again)
        .cast(
            pa.schema(
                [YEARS.schema.field(name) for name in ("person", "bills", "total", "fund_total")]
            )
        )
        .equals(rows(year, "person_years").select(["person", "bills", "total", "fund_total"]))
    )


def test_groups_are_facts_of_the_persons(root: Path, year: Year) -> None:
    of_area = read_manifest(root).partitions[AREA, 0, ""]
    known = {row["person"]: row for row in small_table(root, of_area, "persons")}
    places_of_groups = year.book.groups.rows
    total: dict[str, int] = {}
    for row in rows(year, "person_years").to_pylist():
        town, age, decile = places_of_groups[row["group"]]
        assert town == known[row["person"]]["town"]
        low, _, high = age.partition("-")
        years = YEAR - known[row["person"]]["birth"].year
        assert int(low) <= years and (not high or years <= int(high))
        total[decile] = max(total.get(decile, 0), row["total"])
    assert len(total) == 10 and list(total.values()) != sorted(total.values(), reverse=True)
    assert [total[f"{n:02d}"] for n in range(1, 11)] == sorted(total.values())


def test_identities_are_those_of_the_day(root: Path) -> None:
    with opened(root, AREA) as db:
        wrong = run(
            db,
            """select count(*) as n from settlements s left join identities i
               on i.person = s.person and i.start <= s.basis_date
                  and (i."end" is null or s.basis_date < i."end")
               where coalesce(s.identities[1], '') <> coalesce(i.identity, '')""",
        )
        outside = run(
            db,
            """select count(*) as n from settlements s where not exists (
                 select 1 from enrolments e where e.person = s.person and e.scheme = s.scheme
                 and e.start <= s.basis_date and (e."end" is null or s.basis_date < e."end"))""",
        )
        helped = run(db, "select count(*) as n from settlements where len(identities) > 0")
    assert (wrong.to_pylist(), outside.to_pylist()) == ([{"n": 0}], [{"n": 0}])
    assert helped.to_pylist()[0]["n"] > 100


def test_all_tables_with_their_columns(root: Path) -> None:
    manifest = read_manifest(root)
    assert list(verify(root, manifest)) == []
    for partition in manifest.partitions.values():
        assert partition.source == "generated" and partition.proof["scale"] == SCALE
        for name, files in partition.tables.items():
            for file in files:
                table = read_columns(root, file, TABLES[name].schema.names)
                assert table.schema.names == TABLES[name].schema.names
    of_area = manifest.partitions[AREA, 0, ""].tables
    assert set(of_area) == {table.name for table in OF_AREA}
    assert of_area["persons"][0].rows == of_area["keys"][0].rows == SCALE


def test_the_mix_is_that_of_the_parameters(root: Path) -> None:
    with opened(root, AREA) as db:
        [mix] = run(
            db,
            """select count(*) as bills, sum((visit = 'inpatient')::int) as stays,
                      sum((visit = 'pharmacy')::int) as pharmacy, avg(total) as mean
               from settlements where kind = 'settle'""",
        ).to_pylist()
    assert SCALE * 6 < mix["bills"] < SCALE * 9
    assert 0.15 < mix["stays"] / SCALE < 0.27
    assert mix["pharmacy"] > mix["bills"] * 0.45


def test_the_same_seed_makes_the_same_city(root: Path, tmp_path: Path) -> None:
    again = tmp_path / "lake"
    with pytest.MonkeyPatch.context() as narrow:
        narrow.setattr(building, "PERSONS", 800)
        cityyear.build(again, SCALE, YEAR)
    assert _content(again) == _content(root)


def _content(root: Path) -> list[tuple[object, ...]]:
    return [
        (*partition.key, name, file.lowest, file.rows, file.sha256)
        for partition in read_manifest(root).partitions.values()
        for name, files in partition.tables.items()
        for file in files
    ]


def test_an_interrupted_run_leaves_no_copy(tmp_path: Path) -> None:
    lake = tmp_path / "lake"

    def stop(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cityyear.build(lake, 300, YEAR, say=stop)
    assert list(lake.rglob("*.parquet")) == []
    with pytest.raises(NoLake):
        open_year(lake, AREA, YEAR, "resident")
    # As if it had been killed: files that nothing names, and the mark.
    (lake / "writing").touch()
    (lake / "left.parquet").write_bytes(b"half")
    cityyear.build(lake, 300, YEAR)
    assert not (lake / "left.parquet").exists() and not (lake / "writing").exists()
    assert replay(open_year(lake, AREA, YEAR, "resident")).different == 0


def test_an_interrupted_second_year_leaves_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    cityyear.build(lake, 300, YEAR)
    before = _content(lake)

    def full(*_args: object) -> File:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as aside:
        aside.setattr(building._City, "area", full)
        with pytest.raises(OSError, match="No space"):
            cityyear.build(lake, 300, YEAR - 1)
    assert _content(lake) == before and list(verify(lake, read_manifest(lake))) == []
    assert cityyear.build(lake, 300, YEAR).already
    cityyear.build(lake, 300, YEAR - 1)
    held = sorted(read_manifest(lake).partitions)
    assert [key[1] for key in held] == [0, YEAR - 1, YEAR - 1, YEAR, YEAR]
    with opened(lake, AREA) as db:
        found = run(db, "select year, count(*) as n from settlements group by 1 order by 1")
    assert [row["year"] for row in found.to_pylist()] == [YEAR - 1, YEAR]


def test_what_is_not_ours_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"somebody's")
    with pytest.raises(cityyear.Refused, match="别的文件"):
        cityyear.build(tmp_path, 300, YEAR)
    assert (tmp_path / "a.parquet").exists()


def test_a_copy_of_the_books_is_not_mixed_with_invented_years(tmp_path: Path) -> None:
    cityyear.build(tmp_path / "lake", 300, YEAR)
    manifest = read_manifest(tmp_path / "lake")
    key = (AREA, YEAR, "resident")
    of = manifest.partitions[key]
    manifest.partitions[key] = Partition(*key, "ledger", of.tables)
    write_manifest(tmp_path / "lake", manifest)
    with pytest.raises(cityyear.Refused, match="账的副本"):
        cityyear.build(tmp_path / "lake", 300, YEAR - 1)


def test_another_size_is_another_city(tmp_path: Path) -> None:
    cityyear.build(tmp_path / "lake", 300, YEAR)
    with pytest.raises(cityyear.Refused, match="--scale 300"):
        cityyear.build(tmp_path / "lake", 400, YEAR - 1)


def test_a_city_of_full_size_has_its_institutions() -> None:
    city = places.places_of(2_700_000)
    kinds = [one.kind for one in city.institutions]
    assert len(city.towns) == len(set(city.towns)) == 48
    assert 850 < len(kinds) < 930 and 60 < kinds.count("hospital") < 90
    some = people.people_of(range(1, 20_001), YEAR, city)
    assert 0.10 < (some.scheme == people.EMPLOYEE).mean() < 0.13
    assert 0.03 < (some.identity > 0).mean() < 0.05
    assert some.birth.max() <= people.day_number(date(YEAR, 12, 31))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Run:
    settings.LAKE = tmp_path / "city" / "lake"
    for name in ("TONGCHOU_DIR", "TONGCHOU_DEMO"):
        monkeypatch.setenv(name, "")  # so that what the command sets is taken back
    return lambda *words: CliRunner().invoke(tongchou, [*words])


def test_the_command_and_what_reads_it(program: Run, tmp_path: Path) -> None:
    folder, lake = tmp_path / "city", tmp_path / "city" / "lake"
    words = ("demo", "--history-only", "--scale", "2000", "--year", "2019", "--dir", str(folder))
    shown = program(*words)
    assert shown.exit_code == 0, shown.output
    assert "写好了" in shown.output and "虚构的 2,000 人，2019 年" in shown.output
    assert "已经有了" in program(*words).output
    shown = program("replay", "--year", "2019", "--lake", str(lake))
    assert shown.exit_code == 0 and shown.output.count("与账逐张相等") == 2
    reform = tmp_path / "lower.yaml"
    reform.write_text(
        '{name: 三级降 100, changes: [{path: tiers.basic.deductible.level3, add: "-100.00"}]}'
    )
    shown = program(
        "simulate", "--plan", "441700-resident", "--year", "2019", "--reform", str(reform),
        "--lake", str(lake), "--out", str(tmp_path / "out"), "--allow-assumed",
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    partition = read_manifest(lake).partitions[AREA, 2019, "resident"]
    assert summary["claims"] == partition.rows(BILLS.name)
    before = summary["reforms"][0]["tiers"]["basic"]["before"].replace(".", "")
    assert int(before) == partition.sums(BILLS.name)["basic"]


def test_the_command_refuses(program: Run, tmp_path: Path) -> None:
    assert "--history-only" in program("demo", "--year", "2019").output
    (tmp_path / "city" / "lake").mkdir(parents=True)
    (tmp_path / "city" / "lake" / "diary.txt").touch()
    shown = program("demo", "--history-only", "--scale", "100", "--dir", str(tmp_path / "city"))
    assert shown.exit_code == 2 and "别的文件" in shown.output


@pytest.mark.django_db
def test_reports_of_it_are_marked_as_invented_and_open_no_statement(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LAKE = tmp_path / "lake"
    cityyear.build(settings.LAKE, 300, YEAR)
    client.force_login(make_user("finance"))
    page = client.get("/reports/", {"name": "growth", "row": str(YEAR)}).content.decode()
    assert "虚构数据" in page and 'id="behind"' in page and f"/bills/{YEAR}" not in page


def test_files_that_changed_places_are_found(root: Path, tmp_path: Path) -> None:
    """Each is whole, and of the size and rows that the manifest says; neither is what it says."""
    manifest = read_manifest(root)
    key = (AREA, YEAR, "resident")
    of = manifest.partitions[key]
    first, second, *others = of.tables["bills"]
    moved_here = replace(first, path=second.path, size=second.size, rows=second.rows)
    swapped = [moved_here, second, *others]
    years = [of.tables["person_years"][1], *of.tables["person_years"][1:]]
    tables = {**of.tables, "bills": swapped, "person_years": years}
    year = open_year(root, *key)
    moved = Year(root, Partition(*key, "generated", tables), year.book, year.versions, year.texts)
    with pytest.raises(LakeDamaged, match="与清单记的不同"):
        replay(moved)
