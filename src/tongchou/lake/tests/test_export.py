"""The copy is the ledger: proved at each export, on either database, whatever is interrupted."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongchou.core.policy import TIERS
from tongchou.lake import export as exporting
from tongchou.lake import ledger
from tongchou.lake.export import CopyDiffers, export
from tongchou.lake.manifest import LakeDamaged, NoLake, read_manifest, verify
from tongchou.lake.reading import open_year, read_columns, small_table
from tongchou.lake.replaying import refolded, replay
from tongchou.lake.schema import BILLS, SETTLEMENTS, TABLES, YEARS
from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.openings import set_opening
from tongchou.settlement.tests.make import AREA, make_charge, make_county, reverse, settle

pytestmark = pytest.mark.django_db
RESIDENT = (AREA, 2019, "resident")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A range is one person, so that a few are several files."""
    monkeypatch.setattr(exporting, "PERSONS", 1)


@pytest.fixture
def county(db: None) -> Iterator[list[Person]]:
    """Three persons: two bills, three of which one is reversed, one bill."""
    make_county()
    place = make_institution()
    persons = [make_person(), make_person(), make_person()]
    for person, totals in zip(
        persons, (("60000", "9000"), ("1000", "2000"), ("800",)), strict=True
    ):
        for day, total in enumerate(totals, 1):
            settle(make_charge(person, place, total, lines=2), when=f"2019-03-0{day} 09:00")
    last = settle(make_charge(persons[1], place, "7000"), when="2019-03-05 09:00")
    reverse(last, when="2019-03-06 09:00")
    yield persons


def test_the_copy_is_the_ledger(root: Path, county: list[Person]) -> None:
    assert export(root, AREA).settlements == Settlement.objects.count() == 7
    partition = read_manifest(root).partitions[RESIDENT]
    assert partition.sums("settlements")["basic"] == sum(
        Settlement.objects.values_list("basic", flat=True)
    )
    assert partition.proof["settlements"]["rows"] == 7
    assert partition.proof["spent"]["resident_pool"] == partition.sums("bills")["basic"]
    assert partition.rows("bills") == 5, "a reversed bill stands no more"
    assert partition.rows("fee_lines") == 10
    assert list(verify(root, read_manifest(root))) == []


def test_what_is_copied_is_folded_to_the_fen(root: Path, county: list[Person]) -> None:
    export(root, AREA)
    year = open_year(root, *RESIDENT)
    again = replay(year, threads=2)
    assert (again.bills, again.years, again.different) == (5, 3, 0)
    place = {row[0] for row in year.book.cells.rows}
    assert place == set(Settlement.objects.values_list("institution__code", flat=True))


def test_every_table_has_the_columns_it_declares(root: Path, county: list[Person]) -> None:
    export(root, AREA)
    manifest = read_manifest(root)
    for name, table in TABLES.items():
        partition = manifest.partitions[RESIDENT if name in read_tables(root) else (AREA, 0, "")]
        for file in partition.tables[name]:
            assert read_columns(root, file, table.schema.names).schema.names == table.schema.names
    persons = small_table(root, manifest.partitions[AREA, 0, ""], "persons")
    assert {row["person"] for row in persons} == {p.pk for p in county}
    assert "name" not in persons[0] and "id_no" not in persons[0]


def read_tables(root: Path) -> set[str]:
    return set(read_manifest(root).partitions[RESIDENT].tables)


def test_only_what_has_changed_is_read_again(root: Path, county: list[Person]) -> None:
    assert (export(root, AREA).read, export(root, AREA).read) == (3, 0)
    settle(make_charge(county[0], make_institution(), "500"), when="2019-04-01 09:00")
    again = export(root, AREA)
    assert (again.read, again.reused) == (1, 2)
    year = open_year(root, *RESIDENT)
    assert year.bills == 6 and replay(year).different == 0
    assert len(year.book.cells.rows) == 2, "another institution and another month are added"


def test_an_adjustment_belongs_to_its_bill(root: Path, county: list[Person]) -> None:
    bill = Settlement.objects.filter(person=county[0]).order_by("ordinal")[1]
    row = {f.attname: getattr(bill, f.attname) for f in bill._meta.concrete_fields}
    row |= {"id": bill.pk + 50, "kind": "adjustment", "ordinal": 3, "original_id": bill.pk,
            "msgid": None, "charge_id": None, "institution_id": bill.institution_id}  # fmt: skip
    row |= dict.fromkeys(("total", "own_pay", "over_limit", "first_self_pay", "in_scope"), 0)
    row |= dict.fromkeys((*TIERS, "fund_total", "person_pays", "account_pays", "deductible"), 0)
    row |= {"basic": 7, "fund_total": 7, "person_pays": -7}
    Settlement.objects.bulk_create([Settlement(**row)])
    with pytest.raises(CopyDiffers, match="resident_pool"):
        export(root, AREA)  # nothing was posted for it
    [difference] = _replayed_without_books(root)
    assert difference[0] == bill.pk
    assert difference[1] == 7


def _replayed_without_books(root: Path) -> list[tuple[int, int]]:
    with pytest.MonkeyPatch.context() as aside:
        aside.setattr(ledger, "spent_by_tiers", lambda *_args: {})
        aside.setattr(ledger, "spent", lambda *_args: {})
        export(root, AREA)
    found = replay(open_year(root, *RESIDENT)).differences
    return [(one.settlement, one.posted[0] - one.recomputed[0]) for one in found]


def test_a_copy_that_differs_changes_nothing(
    root: Path, county: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(root, AREA)
    before = read_manifest(root)
    settle(make_charge(county[2], make_institution(), "500"), when="2019-04-01 09:00")
    right = ledger.sums
    monkeypatch.setattr(ledger, "sums", lambda *args: {**right(*args), "basic": 1})
    with pytest.raises(CopyDiffers, match="441700/2019/resident basic"):
        export(root, AREA)
    assert read_manifest(root) == before
    assert replay(open_year(root, *RESIDENT)).bills == 5


def test_an_interrupted_export_is_finished_by_the_next(
    root: Path, county: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranges = []

    def stop(words: str) -> None:
        ranges.append(words)
        if len(ranges) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(root, AREA, say=stop)
    with pytest.raises(NoLake):
        read_manifest(root)
    again = export(root, AREA)
    assert (again.read, again.reused) == (1, 2)
    assert replay(open_year(root, *RESIDENT)).different == 0
    assert not (root / "pending.json").exists()
    assert list(verify(root, read_manifest(root))) == []


def test_an_interrupted_export_beside_an_older_one(root: Path, county: list[Person]) -> None:
    """The numbers of the unfinished export go on from those of the finished one."""
    export(root, AREA)
    for person in county:
        settle(make_charge(person, make_institution(), "500"), when="2019-04-01 09:00")
    seen = []

    def stop(words: str) -> None:
        seen.append(words)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(root, AREA, say=stop)
    assert open_year(root, *RESIDENT).bills == 5, "the old copy stays"
    assert (export(root, AREA).read, replay(open_year(root, *RESIDENT)).different) == (1, 0)
    assert open_year(root, *RESIDENT).bills == 8


def test_files_that_nobody_names_are_removed(root: Path, county: list[Person]) -> None:
    for _ in range(3):
        export(root, AREA)
    named = {file.path for file in read_manifest(root).files()}
    assert len(list(root.rglob("*.parquet"))) <= 2 * len(named)


def one_file(root: Path, table: str = BILLS.name) -> Path:
    return root / read_manifest(root).partitions[RESIDENT].tables[table][0].path


@pytest.mark.parametrize("table", [BILLS.name, YEARS.name, SETTLEMENTS.name])
def test_a_missing_file_is_named_and_nothing_computed(
    root: Path, county: list[Person], table: str
) -> None:
    export(root, AREA)
    path = one_file(root, table)
    path.unlink()
    with pytest.raises(LakeDamaged, match=path.name):
        open_year(root, *RESIDENT)
    assert [path.name in problem for problem in verify(root, read_manifest(root))] == [True]
    assert export(root, AREA).read == (0 if table == YEARS.name else 1), "it is made again"
    assert replay(open_year(root, *RESIDENT)).different == 0


def test_a_flipped_bit_is_found_by_who_reads_it(root: Path, county: list[Person]) -> None:
    """Anywhere in the file: what is computed is right, or the file is named."""
    export(root, AREA)
    path = one_file(root)
    whole = path.read_bytes()
    named = 0
    for at in range(4, len(whole), max(1, len(whole) // 150)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        assert [path.name in problem for problem in verify(root, read_manifest(root))] == [True]
        try:
            again = replay(open_year(root, *RESIDENT))
        except LakeDamaged as damaged:
            named += path.name in str(damaged)
        else:
            assert (again.bills, again.different) == (5, 0)
    assert named > 50


def test_a_damaged_manifest_is_named(root: Path, county: list[Person]) -> None:
    export(root, AREA)
    path = root / "manifest.json"
    text = path.read_text("utf-8")
    path.write_text(text[: len(text) // 2], "utf-8")
    with pytest.raises(LakeDamaged, match=r"manifest\.json"):
        read_manifest(root)
    path.write_text(json.dumps({**json.loads(text), "format": 99}), "utf-8")
    with pytest.raises(NoLake, match="第 99 版"):
        read_manifest(root)


def test_what_is_not_there_is_told(root: Path, county: list[Person]) -> None:
    with pytest.raises(NoLake, match="tongchou export"):
        open_year(root, *RESIDENT)
    export(root, AREA)
    with pytest.raises(NoLake, match="有的是：441700-resident 2019"):
        open_year(root, AREA, 2018, "resident")


def test_a_year_that_another_system_began_is_folded_from_there(
    root: Path, county: list[Person]
) -> None:
    """The copy carries the opening; without it every bill of that year would differ."""
    person, place = make_person(), make_institution()
    state = PersonYear.objects.get(person=county[0]).state
    set_opening(
        actor="test", person=person, scheme="resident", year=2019, state=state, source="旧系统"
    )
    settle(make_charge(person, place, "70000"), when="2019-03-07 09:00")
    export(root, AREA)
    year = open_year(root, *RESIDENT)
    assert replay(year).different == 0
    rows = [row for file in year.partition.tables[YEARS.name]
            for row in read_columns(root, file, ("person", "opening")).to_pylist()]  # fmt: skip
    assert {row["person"]: row["opening"] for row in rows if row["opening"]} == {person.pk: state}
    parts = [source() for source in year.sources()]
    lone = next(part for part in parts if part.person.tolist() == [person.pk])
    from_nothing = refolded(year)(lone._replace(opened=None, openings=None))
    assert int(from_nothing.pays.sum()) != Settlement.objects.get(person=person).fund_total
