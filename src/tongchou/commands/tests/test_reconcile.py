"""`tongchou reconcile`: a month in, links, findings and the dry run out, the same to the byte."""

import csv
import json
import os
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from tongchou.commands.main import tongchou
from tongchou.core.identity import check_character
from tongchou.demo.rosters import build
from tongchou.demo.rosters.scoring import score

MONTH = "2019-06"
GOOD = "11010519491231002X"
STRONG = "37083019880704131" + check_character("37083019880704131")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    build(folder, 12_000, MONTH, seed=7)
    assert run(folder).exit_code == 0
    return folder


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county of three, with one list."""
    (tmp_path / "registry.csv").write_text(
        "person_no,id_no,name,sex,birth,town,village,head_name,scheme,exempt_year,flag,flag_from\n"
        "P1,11010519491231002X,王伟,女,1949-12-31,南旺镇,东村,王伟,resident,2019,低保,2018-01-01\n"
        f"P2,{STRONG},李强,男,1988-07-04,南旺镇,东村,李强,,,,\n",
        encoding="utf-8",
    )
    write(tmp_path, MONTH, [["王伟", GOOD, "低保"]])
    return tmp_path


def write(folder: Path, month: str, rows: list[list[str]], name: str = "民政.xlsx") -> Path:
    path = folder / "lists" / month / name
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for at, row in enumerate([["姓名", "身份证号", "类别"], *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return path


def run(folder: Path, month: str = MONTH, *more: str) -> Result:
    return CliRunner().invoke(
        tongchou, ["reconcile", "--month", month, "--dir", str(folder), *more]
    )


def read(folder: Path, name: str, month: str = MONTH) -> list[dict[str, str]]:
    path = folder / "out" / month / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def out(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "out" / MONTH).iterdir()}


def test_a_month_of_six_lists_is_linked_rightly(built: Path) -> None:
    found = score(built, MONTH)
    assert found.wrong == 0
    assert found.recall > 0.996
    assert found.false_none <= found.rows * 15 // 10_000
    assert found.findings > 30
    assert found.findings_missed <= found.findings // 10
    assert found.findings_false <= 2


def test_the_same_month_again_is_the_same_to_the_byte(built: Path) -> None:
    before = out(built)
    assert run(built).exit_code == 0
    assert out(built) == before


def test_a_list_in_another_order_keeps_the_keys(built: Path, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    for path in (built / "lists" / MONTH).iterdir():
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        top = next(at for at, row in enumerate(rows) if "姓名" in "".join(map(str, row))) + 1
        body = [row for row in rows[top:] if row[0] != "合计"]
        random.Random(1).shuffle(body)
        book = xlsxwriter.Workbook(str(tmp_path / path.name))
        sheet = book.add_worksheet()
        for at, row in enumerate([rows[top - 1], *body]):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell) if isinstance(cell, float) else sheet.write_string(
                    at, column, str(cell)
                )
        book.close()
    again = tmp_path / "again"
    (again / "lists").mkdir(parents=True)
    os.link(built / "registry.csv", again / "registry.csv")
    (again / "lists" / MONTH).mkdir()
    for path in tmp_path.glob("*.xlsx"):
        path.rename(again / "lists" / MONTH / path.name)
    assert run(again).exit_code == 0
    keys = [{row["key"] for row in read(one, "findings.csv")} for one in (built, again)]
    assert keys[0] == keys[1]


def test_what_is_written(county: Path) -> None:
    done = run(county)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("新发现 0")
    (link,) = read(county, "links.csv")
    assert link["row"] == "2"
    assert (link["source"], link["person_no"], link["tier"]) == ("民政", "P1", "auto")
    summary = json.loads((county / "out" / MONTH / "summary.json").read_text(encoding="utf-8"))
    assert summary["run_id"]
    assert (summary["new"], summary["may_close"]) == (0, 0)


def test_next_month_tells_what_is_new_open_and_may_close(county: Path) -> None:
    write(
        county,
        "2019-05",
        [["李强", STRONG, "低保"], ["王伟", GOOD, "特困"]],
    )
    assert run(county, "2019-05").exit_code == 0
    before = {row["key"] for row in read(county, "findings.csv", "2019-05")}
    assert before == {"E1|P2|2019", "F4|P2|2019", "F6|P1|2019"}
    write(
        county,
        MONTH,
        [["李强", STRONG, "低保"], ["王伟", GOOD, "低保"]],
    )
    assert run(county).exit_code == 0
    summary = json.loads((county / "out" / MONTH / "summary.json").read_text(encoding="utf-8"))
    assert summary["keys"]["open"] == ["E1|P2|2019", "F4|P2|2019"]
    assert summary["keys"]["may_close"] == ["F6|P1|2019"]


def test_a_list_that_did_not_come_clears_nobody(county: Path) -> None:
    write(county, "2019-05", [["李强", STRONG, "低保"]])
    assert run(county, "2019-05").exit_code == 0
    (county / "lists" / MONTH / "民政.xlsx").unlink()
    write(county, MONTH, [["王伟", GOOD, "建档立卡"]], "扶贫.xlsx")
    assert run(county).exit_code == 0
    summary = json.loads((county / "out" / MONTH / "summary.json").read_text(encoding="utf-8"))
    assert summary["incomplete"] == ["民政"]
    assert summary["keys"]["may_close"] == []
    assert summary["keys"]["held"] == ["E1|P2|2019", "F4|P2|2019", "F5|P1|2019"]
    assert "L1|民政|2019" in summary["keys"]["new"]


def write_changes(folder: Path, rows: list[list[str]], name: str) -> Path:
    path = folder / "lists" / MONTH / name
    path.write_text(
        "\n".join(
            ",".join(row) for row in [["姓名", "身份证号", "类别", "变动类型", "变动日期"], *rows]
        ),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("name", ["民政.changes-0612.csv", "民政0612.csv"])
def test_changes_after_a_list_are_found_and_clear_only_whom_they_name(
    county: Path, name: str
) -> None:
    assert run(county).exit_code == 0
    write_changes(
        county,
        [
            ["李强", STRONG, "低保", "新增", "2019-06-12"],
            ["王伟", GOOD, "低保", "退出", "2019-06-12"],
        ],
        name,
    )
    assert run(county).exit_code == 0
    before = out(county)
    found = {row["key"] for row in read(county, "findings.csv")}
    assert found == {"E10|P2|2019", "F4|P2|2019", "F3|P1|2019"}
    assert {row["source"] for row in read(county, "links.csv")} == {"民政"}
    assert run(county).exit_code == 0
    assert out(county) == before


def test_changes_without_their_list_clear_nobody(county: Path) -> None:
    write(county, "2019-05", [["李强", STRONG, "低保"]])
    assert run(county, "2019-05").exit_code == 0
    (county / "lists" / MONTH / "民政.xlsx").unlink()
    row = ["王伟", GOOD, "低保", "新增", "2019-06-12"]
    write_changes(county, [row], "民政.changes.csv")
    assert run(county).exit_code == 0
    summary = json.loads((county / "out" / MONTH / "summary.json").read_text(encoding="utf-8"))
    assert summary["incomplete"] == ["民政"]
    assert summary["keys"]["may_close"] == []
    assert summary["keys"]["held"] == ["E1|P2|2019", "F4|P2|2019", "F5|P1|2019"]
    assert summary["received"] == []


def test_a_pin_settles_a_row(county: Path) -> None:
    write(county, MONTH, [["王玮", STRONG, "低保"]])
    assert run(county).exit_code == 0
    (row,) = read(county, "links.csv")
    assert row["tier"] == "review"
    (county / "pins.csv").write_text(
        f"subject,person_no,decision,evidence\n{row['subject']},P1,must,照片\n", encoding="utf-8"
    )
    assert run(county).exit_code == 0
    (row,) = read(county, "links.csv")
    assert (row["tier"], row["rule"], row["person_no"]) == ("auto", "pinned", "P1")


def test_a_register_in_gb18030_is_read(county: Path) -> None:
    path = county / "registry.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert run(county).exit_code == 0
    assert read(county, "links.csv")[0]["tier"] == "auto"


def _no_heading(folder: Path) -> None:
    path = folder / "registry.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("scheme", "kind"), encoding="utf-8")


def _ragged(folder: Path) -> None:
    path = folder / "registry.csv"
    path.write_text(path.read_text(encoding="utf-8") + "P3,1\n", encoding="utf-8")


def _truncated(folder: Path) -> None:
    path = folder / "lists" / MONTH / "民政.xlsx"
    path.write_bytes(path.read_bytes()[:-300])


def _not_a_list(folder: Path) -> None:
    write(folder, MONTH, [], "残联.xlsx").write_bytes(b"%PDF-1.4 not a list")


def _headless(folder: Path) -> None:
    path = folder / "lists" / MONTH / "扶贫.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")


def _no_lists(folder: Path) -> None:
    for path in (folder / "lists" / MONTH).iterdir():
        path.unlink()
    (folder / "lists" / MONTH).rmdir()


def _no_register(folder: Path) -> None:
    (folder / "registry.csv").unlink()


def _bad_pin(folder: Path) -> None:
    (folder / "pins.csv").write_text("subject,person_no,decision\nx,P1,maybe\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_no_heading, "registry.csv：第 1 行缺少列 scheme"),
        (_ragged, "registry.csv：第 4 行：列数和表头不同"),
        (_truncated, "民政.xlsx：文件"),
        (_not_a_list, "残联.xlsx："),
        (_headless, "扶贫.csv：找不到表头"),
        (_no_lists, "没有这个文件夹，请把当月名单放在这里"),
        (_no_register, "registry.csv: 没有这个文件"),
        (_bad_pin, "pins.csv：第 2 行 decision"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(county: Path, spoil: object, says: str) -> None:
    spoil(county)  # type: ignore[operator]
    done = run(county)
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (county / "out" / MONTH).exists()


@pytest.mark.parametrize("month", ["2019-13", "2019-6", "201906", "六月"])
def test_a_month_is_written_in_one_way(county: Path, month: str) -> None:
    done = run(county, month)
    assert done.exit_code == 2
    assert "YYYY-MM" in done.stderr


def test_a_name_that_is_a_formula_is_neutralised(county: Path) -> None:
    write(county, MONTH, [["=1+1", "无", "低保"]])
    assert run(county).exit_code == 0
    for path in (county / "out" / MONTH).glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells: Iterator[str] = (cell for row in csv.reader(file) for cell in row)
            assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_xlsx_of_the_same_rows_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build(tmp_path / name, 1_500, MONTH, seed=3)
    files = [sorted((tmp_path / name).rglob("*.*")) for name in ("a", "b")]
    assert [path.name for path in files[0]] == [path.name for path in files[1]]
    for first, second in zip(*files, strict=True):
        if first.suffix == ".xlsx":
            with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
                assert all(one.read(name) == other.read(name) for name in one.namelist())
        else:
            assert first.read_bytes() == second.read_bytes()
