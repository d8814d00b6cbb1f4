"""Who had two records is one person wherever persons are counted, as long as they are one."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tongchou.lake import reports
from tongchou.lake.export import export
from tongchou.lake.querying import opened, run
from tongchou.people.models import Merge, Person
from tongchou.people.queries import records_of
from tongchou.people.services import merge_records, propose_merge, undo_merge
from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.tests.make import make_user
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.queries import accumulated
from tongchou.settlement.tests.make import AREA, make_charge, make_county, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(db: None) -> tuple[Person, Person]:
    """A resident and an employee, each with bills of one year; a third person beside them."""
    make_county()
    place = make_institution()
    keep, other = make_person(end=date(2019, 7, 1)), make_person()
    gone = make_person(scheme="employee", start=date(2019, 7, 1))
    for person, month in ((keep, "03"), (other, "03"), (gone, "08")):
        when = f"2019-{month}-01 09:00"
        settle(make_charge(person, place, "60000.00", on=when), when=when)
    return keep, gone


def merge(keep: Person, gone: Person) -> Merge:
    choices = {str(one.pk): "keep" for one in gone.enrolments.all()}
    proposed = propose_merge(
        by=make_user("clerk"), keep=keep, gone=gone, evidence="户口簿", choices=choices
    )
    return merge_records(by=make_user("reviewer"), merge=proposed)


def asked(root: Path, sql: str, *, identify: bool = False) -> Any:
    with opened(root, AREA, identify=identify) as db:
        return run(db, sql).to_pylist()


def counts(root: Path) -> dict[str, int]:
    tables = ("persons", "bills", "settlements", "person_years", "fee_lines")
    return {
        table: asked(root, f"select count(distinct person) as n from {table}")[0]["n"]
        for table in tables
    }


def growth(root: Path) -> tuple[int, int]:
    [row] = reports.make(root, AREA, reports.report_named("growth"), 2019).rows
    return row["people"], row["paid"]


def test_two_records_count_as_one_person_until_they_are_two(
    records: tuple[Person, Person], tmp_path: Path
) -> None:
    keep, gone = records
    export(tmp_path, AREA)
    before, paid = growth(tmp_path)
    assert before == 3 and set(counts(tmp_path).values()) == {3}
    merged = merge(keep, gone)
    done = export(tmp_path, AREA)
    # The bills are as they were posted: their files are not written again.
    assert done.read == 0
    assert growth(tmp_path) == (2, paid) and set(counts(tmp_path).values()) == {2}
    [row] = asked(tmp_path, f"select count(*) as n from bills where person = {keep.pk}")
    assert row["n"] == 2
    undo_merge(by=make_user("reviewer"), merge=merged, reason="是两个人")
    export(tmp_path, AREA)
    assert growth(tmp_path) == (3, paid) and set(counts(tmp_path).values()) == {3}


def test_the_parts_of_a_report_are_its_whole_after_a_merge(
    records: tuple[Person, Person], tmp_path: Path
) -> None:
    merge(*records)
    export(tmp_path, AREA)
    for report in reports.reports().values():
        made = reports.make(tmp_path, AREA, report, 2019)
        assert made.differences == {} or report.of_books
        for row in made.rows if report.where else ():
            assert reports.behind(tmp_path, AREA, made, row).difference == 0


def test_the_number_of_the_record_that_went_is_nobody_s_own(
    records: tuple[Person, Person], tmp_path: Path
) -> None:
    keep, gone = records
    merge(keep, gone)
    export(tmp_path, AREA)
    keys = asked(tmp_path, "select person, psn_no from keys", identify=True)
    known = {row["person"]: row["psn_no"] for row in keys}
    assert known[keep.pk] == keep.psn_no and gone.pk not in known and len(known) == 2
    # Which record went where is no way around `keys` for who may not know who somebody is.
    assert set(asked(tmp_path, "select * from merged")[0]) == {"person", "stays"}


def test_a_year_s_sums_are_of_all_records_of_a_person(records: tuple[Person, Person]) -> None:
    keep, gone = records
    alone = accumulated.by_month(records_of(keep), 2019, ["total"])
    merged = merge(keep, gone)
    both = accumulated.by_month(records_of(keep), 2019, ["total"])
    assert [(one.scheme, one.month) for one in alone] == [("resident", 3)]
    assert {(one.scheme, one.month) for one in both} == {("resident", 3), ("employee", 8)}
    undo_merge(by=make_user("reviewer"), merge=merged, reason="是两个人")
    assert accumulated.by_month(records_of(keep), 2019, ["total"]) == alone
