"""Reports out of the copy: figures counted twice, opened to their bills, in two languages."""

from pathlib import Path

import pytest

from tongchou.core.policy import TIERS
from tongchou.demo import cityyear
from tongchou.lake import reports
from tongchou.lake.manifest import NoLake, read_manifest
from tongchou.lake.reports import definitions, running
from tongchou.lake.schema import BILLS, SETTLEMENTS

AREA, YEAR = "441700", 2025


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reports") / "lake"
    for year in (YEAR - 1, YEAR):
        cityyear.build(root, 3000, year)
    return root


@pytest.fixture(params=[*reports.reports()])
def made(root: Path, request: pytest.FixtureRequest) -> reports.Made:
    return reports.make(root, AREA, reports.report_named(request.param), YEAR)


def test_the_parts_are_the_whole(made: reports.Made) -> None:
    assert made.differences == {} or made.report.of_books
    assert made.generated and made.years == (YEAR - 1, YEAR) and len(made.copy) == 12
    # The plan has no aid tier, and an invented city no books.
    assert made.rows or made.report.name == "aid" or made.report.of_books


def test_a_report_made_again_is_the_same(root: Path, made: reports.Made) -> None:
    assert reports.make(root, AREA, made.report, YEAR) == made


def test_every_figure_opens_to_its_bills(root: Path, made: reports.Made) -> None:
    for row in made.rows:
        behind = reports.behind(root, AREA, made, row)
        assert behind.difference == 0
        assert behind.added == row[made.report.figure]
        assert len(behind.rows) == min(behind.many, running.SHOWN)
        amounts = [one["amount"] for one in behind.rows]
        assert amounts == sorted(amounts, reverse=True)
        if behind.many <= running.SHOWN:
            assert sum(amounts) == behind.added


def test_the_sums_are_those_of_the_manifest(root: Path) -> None:
    manifest = read_manifest(root)
    parts = [manifest.partitions[AREA, YEAR, scheme] for scheme in ("resident", "employee")]
    paid = sum(one.sums(SETTLEMENTS.name)["fund_total"] for one in parts)
    by_name = {name: reports.make(root, AREA, one, YEAR) for name, one in reports.reports().items()}
    assert sum(row["outgo"] for row in by_name["balance"].rows) == paid
    assert sum(row["paid"] for row in by_name["spending"].rows) == paid
    year = by_name["growth"].rows[-1]
    assert (year["year"], year["paid"], year["difference"]) == (YEAR, paid, 0)
    before = by_name["growth"].rows[0]["paid"]
    assert abs(year["growth"] - (paid - before) * 10_000 / before) <= 0.5
    critical = sum(one.sums(BILLS.name)["critical_illness"] for one in parts)
    assert sum(row["paid"] for row in by_name["critical_illness"].rows) == critical > 0


def test_aid_by_inpatient_and_outpatient(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The city's plan has no aid: ask the same sentence of a tier that pays."""
    aid = reports.report_named("aid")
    basic = {
        name: getattr(aid, name).replace("medical_aid", "basic")
        for name in ("sql", "whole", "amount", "where")
    }
    made = reports.make(root, AREA, definitions.Report(**{**_fields(aid), **basic}), YEAR)
    [row] = made.rows
    assert row["setting"] == "inpatient" and made.differences == {}
    assert row["average"] == (2 * row["paid"] + row["times"]) // (2 * row["times"])
    assert made.whole is not None and made.whole["people"] == row["people"]
    assert reports.behind(root, AREA, made, row).difference == 0


def _fields(report: definitions.Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in definitions.Report.__slots__}


def test_a_figure_that_contradicts_its_parts_is_shown(root: Path) -> None:
    spending = reports.report_named("spending")
    less = {**_fields(spending), "whole": spending.whole.replace("as times,", "+ 7 as times,", 1)}
    made = reports.make(root, AREA, definitions.Report(**less), YEAR)  # type: ignore[arg-type]
    assert made.differences == {"times": 7}


def test_a_year_that_is_not_there(root: Path) -> None:
    with pytest.raises(NoLake, match="有的是：2024、2025"):
        reports.make(root, AREA, reports.report_named("aid"), 2019)
    with pytest.raises(reports.NoReport, match="critical_illness"):
        reports.report_named("nothing")


def test_the_documents_say_everything_in_both_languages() -> None:
    for report in reports.reports().values():
        words = [report.title, report.about]
        for figure in report.figures:
            words += [figure.label, figure.formula]
        for key in report.keys:
            words += [key.label, *key.values.values()]
        for zh, en in words:
            assert any("\u4e00" <= char for char in zh), zh
            assert not any("\u4e00" <= char for char in en), en
        names = {figure.name for figure in report.figures}
        assert report.figure in names and {*report.sums} <= names
    tiers = next(k for k in reports.report_named("balance").keys if k.name == "tier")
    assert tuple(tiers.values) == TIERS
