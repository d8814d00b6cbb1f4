"""Files as offices send them; what cannot be read is named by sheet, row and column."""

import contextlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.core.sheets import (
    SheetRefused,
    column_letters,
    read_grids,
    read_lists,
    stream_list,
)
from tongchou.core.sheets.extents import survey
from tongchou.core.sheets.oldbooks import survey_old
from tongchou.core.sheets.tests.ods import cell, make_ods
from tongchou.core.sheets.tests.ods import row as row_of
from tongchou.core.sheets.tests.old import make_xls

WORDS = {
    "name": ["姓名", "名字"],
    "id_no": ["身份证号", "公民身份号码", "证件号码"],
    "town": ["乡镇", "镇街"],
    "village": ["村", "村居"],
    "died_on": ["死亡时间"],
}
NEED = ("name", "id_no")
Fill = Callable[[Any, Any], None]


def book(*sheets: tuple[str, Fill]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        for name, fill in sheets:
            fill(workbook.add_worksheet(name), workbook)
    return out.getvalue()


def rows(*lines: list[Any], first: int = 0) -> Fill:
    def fill(sheet: Any, _book: Any) -> None:
        for at, line in enumerate(lines, first):
            for column, value in enumerate(line):
                if value is not None:
                    sheet.write(at, column, value)

    return fill


def read(content: bytes, name: str = "a.xlsx") -> list[dict[str, Any]]:
    sheets = read_lists(read_grids(name, content), WORDS, NEED)
    return [{"at": row.number, **row.cells} for sheet in sheets for row in sheet.rows]


def test_headings_wherever_they_stand() -> None:
    lines = rows(
        ["平冈镇 2019 年 6 月低保名单"],
        [],
        ["序号", "姓 名", "公民身份号码（必填）", "备注"],
        [1, "梁秀英", "441721195606120028", "x"],
        [],
        [2, "陈国强", "441721196001010011"],
        ["合计", 2],
    )
    [sheet] = read_lists(read_grids("a.xlsx", book(("低保", lines))), WORDS, NEED)
    assert sheet.title == "平冈镇 2019 年 6 月低保名单"
    assert sheet.headings == {"name": "姓 名", "id_no": "公民身份号码（必填）"}
    assert sheet.ignored == ["序号", "备注"]
    assert [(row.number, row.cells["name"]) for row in sheet.rows] == [(4, "梁秀英"), (6, "陈国强")]
    assert sheet.skipped == [(7, "合计")]


def test_several_sheets_each_with_its_headings() -> None:
    content = book(
        ("说明", rows(["填表说明"], ["请勿改动表头"])),
        ("平冈镇", rows(["姓名", "身份证号"], ["甲", "1"])),
        ("北津镇", rows(["x"], ["身份证号", "名字"], ["2", "乙"])),
    )
    assert read(content) == [
        {"at": 2, "name": "甲", "id_no": "1"},
        {"at": 3, "name": "乙", "id_no": "2"},
    ]


def test_hidden_sheets_are_not_read() -> None:
    def hidden(sheet: Any, _book: Any) -> None:
        rows(["姓名", "身份证号"], ["旧", "9"])(sheet, _book)
        sheet.hide()

    content = book(("今", rows(["姓名", "身份证号"], ["甲", "1"])), ("旧", hidden))
    assert [row["name"] for row in read(content)] == ["甲"]


def test_headings_in_two_rows() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        for column, word in ((0, "姓名"), (1, "身份证号")):
            sheet.merge_range(0, column, 1, column, word)
        sheet.merge_range(0, 2, 0, 3, "家庭住址")
        rows([None, None, "乡镇", "村"], ["甲", "1", "平冈镇", "东村"], first=1)(sheet, workbook)

    assert read(book(("a", fill))) == [
        {"at": 3, "name": "甲", "id_no": "1", "town": "平冈镇", "village": "东村"}
    ]


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("another", ["户主", "监护人信息"])
def test_a_name_under_the_heading_of_another_is_not_the_person_s(
    another: str, merged: bool
) -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(
            ["乡镇", another, None, "成员", None],
            [None, "姓名", "身份证号", "姓名", "身份证号"],
            ["平冈镇", "甲", "1", "乙", "2"],
        )(sheet, workbook)
        if merged:
            sheet.merge_range(0, 1, 0, 2, another)
            sheet.merge_range(0, 3, 0, 4, "成员")

    assert read(book(("a", fill))) == [{"at": 3, "name": "乙", "id_no": "2", "town": "平冈镇"}]


def test_one_heading_over_two_rows_is_no_heading_of_others() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        for column, word in ((0, "姓名"), (1, "身份证号"), (2, "户主")):
            sheet.merge_range(0, column, 1, column, word)
        sheet.merge_range(0, 3, 0, 4, "家庭住址")
        rows([None, None, None, "乡镇", "村"], ["甲", "1", "丙", "平冈镇", "东村"], first=1)(
            sheet, workbook
        )

    sheets = read_lists(read_grids("a.xlsx", book(("a", fill))), {**WORDS, "head": ["户主"]}, NEED)
    assert sheets[0].rows[0].cells["head"] == "丙"


def test_a_person_whose_cell_is_a_word_of_headings_is_no_heading() -> None:
    number = "441721195606120028"
    content = book(("a", rows(["姓名", "身份证号", "称谓"], ["甲", number, "镇街"])))
    assert read(content) == [{"at": 2, "name": "甲", "id_no": number}]


def test_two_persons_in_one_row_are_refused() -> None:
    head = ["序号", "姓名", "身份证号", "序号", "姓名", "身份证号"]
    content = book(("名单", rows(head, [1, "甲", "1", 2, "乙", "2"])))
    with pytest.raises(SheetRefused, match="B 列和 E 列都叫“姓名”，分不清哪一列是本人的"):
        read(content)


def test_a_heading_over_two_columns_is_one() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(["姓名"], ["甲", "1"])(sheet, workbook)
        sheet.merge_range(0, 1, 0, 2, "身份证号")

    assert read(book(("a", fill))) == [{"at": 2, "name": "甲", "id_no": "1"}]


def test_of_two_columns_of_one_meaning_the_word_that_stands_first_counts() -> None:
    words = {**WORDS, "died_on": ["死亡时间", "死亡日期"]}
    content = book(("a", rows(["姓名", "身份证号", "死亡日期", "死亡时间"], ["甲", "1", "b", "a"])))
    [sheet] = read_lists(read_grids("a.xlsx", content), words, NEED)
    assert sheet.rows[0].cells["died_on"] == "a"


def test_a_sheet_of_the_list_without_headings_is_refused() -> None:
    lines = [[name, "441721195606120028"] for name in "乙丙丁"]
    content = book(("平冈镇", rows(["姓名", "身份证号"], ["甲", "1"])), ("北津镇", rows(*lines)))
    with pytest.raises(SheetRefused, match="“北津镇”没有表头，但第 1 行起有 3 行像是名单"):
        read(content)


def test_what_is_said_of_the_table_is_no_entry() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(
            ["姓名", "身份证号", "村"],
            [],
            ["甲", "1", "东村"],
            ["制表人：乙", "审核人：丙"],
            ["注：不含新增"],
        )(sheet, workbook)
        sheet.merge_range(1, 0, 1, 2, "平冈镇东村（共1人）")

    [sheet] = read_lists(read_grids("a.xlsx", book(("a", fill))), WORDS, NEED)
    assert [row.cells["name"] for row in sheet.rows] == ["甲"]
    assert sheet.skipped == [(2, "说明"), (4, "说明"), (5, "说明")]


def test_merged_cells_are_each_rows() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(["乡镇", "姓名", "身份证号"])(sheet, workbook)
        sheet.merge_range(1, 0, 3, 0, "平冈镇")
        rows([None, "甲", "1"], [None, "乙", "2"], [None, "丙", "3"], first=1)(sheet, workbook)

    assert [row["town"] for row in read(book(("a", fill)))] == ["平冈镇"] * 3


def test_headings_repeated_on_each_page() -> None:
    head = ["姓名", "身份证号"]
    content = book(("a", rows(head, ["甲", "1"], head, ["乙", "2"])))
    [sheet] = read_lists(read_grids("a.xlsx", content), WORDS, NEED)
    assert [row.cells["name"] for row in sheet.rows] == ["甲", "乙"]
    assert sheet.skipped == [(3, "重复表头")]


def test_types_are_kept() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(["姓名", "身份证号", "死亡时间"], ["甲", 370830196505010000])(sheet, workbook)
        sheet.write_datetime(
            1, 2, date(2020, 5, 20), workbook.add_format({"num_format": "yyyy/m/d"})
        )

    [row] = read(book(("a", fill)))
    assert isinstance(row["id_no"], float) and row["died_on"] == date(2020, 5, 20)


def test_a_million_empty_rows() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(["姓名", "身份证号"], ["甲", "1"])(sheet, workbook)
        sheet.write(1_048_575, 0, "乙")

    assert [row["at"] for row in read(book(("a", fill)))] == [2, 1_048_576]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("姓名,身份证号\n甲,1\n", e) for e in ("utf-8", "utf-8-sig", "gb18030", "utf-16")]
    + [("姓名\t身份证号\n甲\t1\n", "gb18030"), ('姓名,身份证号\n甲,="1"\n', "utf-8")],
)
def test_text_of_any_encoding(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), "a.csv") == [{"at": 2, "name": "甲", "id_no": "1"}]


def test_an_id_with_x_after_many_rows_stays_text() -> None:
    lines = "".join(f"甲,{n}\n" for n in range(40_000))
    found = read(f"姓名,身份证号\n{lines}乙,37083019650501000X\n".encode(), "a.csv")
    assert found[-1]["id_no"] == "37083019650501000X" and found[0]["id_no"] == "0"


GOOD = book(("a", rows(["姓名", "身份证号"], ["甲", "1"])))


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "空的"),
        (GOOD[: len(GOOD) // 2], "a.xlsx", "没有传完"),
        (GOOD[:-200], "a.xlsx", "没有传完"),
        (b"<html><table><tr><td>x", "a.xls", "其实是网页"),
        ("姓名,身份证号\n".encode(), "a.xls", "其实是文本"),
        (b"%PDF-1.7", "a.xlsx", "不是表格"),
        (bytes(range(256)) * 4, "a.csv", "不是表格"),
        (b"PK\x03\x04" + b"x" * 100, "a.xlsx", "没有传完"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "没有传完"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
            + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "有打开密码",
        ),
        (b"\x81\x20\xff\xfe\xfd", "a.csv", "编码不认识"),
        ('姓名,身份证号\n"甲,1\n'.encode(), "a.csv", "引号或换行不完整"),
        (book(("a", rows(["甲", "乙"]))), "a.xlsx", "找不到表头：姓名、名字；身份证号、公民"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(content: bytes, name: str, said: str) -> None:
    with pytest.raises(SheetRefused, match=said):
        read(content, name)


def test_a_file_at_which_the_reader_panics_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):  # as the reader's own, which cannot be imported
        pass

    def panics(_file: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("tongchou.core.sheets.grids.CalamineWorkbook.from_filelike", panics)
    with pytest.raises(SheetRefused, match="没有传完，或已损坏"):
        read(GOOD)


def test_a_formula_in_a_column_that_is_read() -> None:
    def fill(sheet: Any, workbook: Any) -> None:
        rows(["序号", "姓名", "身份证号"], [1, "甲", "1"], [2, "乙"])(sheet, workbook)
        sheet.write_formula(2, 2, "=B2&B3")
        sheet.write_formula(2, 0, "=A2+1")

    with pytest.raises(SheetRefused, match="工作表“名单”第 3 行 C 列是公式"):
        read(book(("名单", fill)))


def test_two_headings_of_one_meaning() -> None:
    content = book(("名单", rows(["姓名", "身份证号", "公民身份号码"], ["甲", "1", "2"])))
    with pytest.raises(SheetRefused, match="第 1 行：B 列“身份证号”和 C 列“公民身份号码”意思相同"):
        read(content)


def test_columns_have_letters() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["A1048576", "XFD5", "XFD1048576", "ZZ900000"])
def test_a_stray_cell_is_refused_before_the_grid_is_laid_out(cell: str) -> None:
    def fill(sheet: Any, book: Any) -> None:
        rows(["姓名", "身份证号", *"abcdefghij"], ["甲", "1", *"abcdefghij"])(sheet, book)
        sheet.write_string(cell, "x")

    content = book(("名单", fill))
    if cell == "XFD5":  # far, but small
        assert read(content) == [{"at": 2, "name": "甲", "id_no": "1"}]
        return
    with pytest.raises(SheetRefused, match="工作表“名单”一直写到第"):
        read(content)


def test_a_sheet_that_swells_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.core.sheets.extents.MOST_UNPACKED", 500)
    with pytest.raises(SheetRefused, match="多半是设了格式的空行。请"):
        read(book(("名单", rows(["姓名", "身份证号"], ["甲", "1"]))))


def test_a_grid_that_is_full_and_too_large_is_to_be_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.core.sheets.extents.MOST_CELLS", 3)
    with pytest.raises(SheetRefused, match="第 2 行、B 列，太大了。请分成几个文件"):
        read(book(("名单", rows(["姓名", "身份证号"], ["甲", "1"]))))


def test_a_binary_workbook_is_refused_by_its_name() -> None:
    whole = io.BytesIO(book(("名单", rows(["姓名", "身份证号"], ["甲", "1"]))))
    with zipfile.ZipFile(whole, "a") as parts:
        parts.writestr("xl/workbook.bin", b"")
    with pytest.raises(SheetRefused, match="二进制工作簿（xlsb）。请另存为 xlsx"):
        read(whole.getvalue())


@settings(max_examples=40)
@given(at=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), min_size=1, unique=True))
def test_how_far_a_sheet_reaches_is_told_across_blocks(at: list[tuple[int, int]]) -> None:
    def fill(sheet: Any, _book: Any) -> None:
        for row, column in at:
            sheet.write_formula(row, column, "=1+1")

    content = book(("名单", fill))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tongchou.core.sheets.extents._BLOCK", 97)
        extent = survey(content, ["名单"])["名单"]
    assert extent.row == max(row for row, _column in at) + 1
    assert extent.column == max(column for _row, column in at) + 1
    assert extent.formulas == {(row + 1, column) for row, column in at}


def test_an_amount_in_merged_cells_is_counted_once() -> None:
    def fill(sheet: Any, _book: Any) -> None:
        rows(["姓名", "金额"], ["甲"], ["乙"])(sheet, _book)
        sheet.merge_range("B2:B3", "")
        sheet.write_number("B2", 250)

    [grid] = read_grids("a.xlsx", book(("名单", fill)), spread=False)
    assert [line.cells for line in grid.lines] == [["姓名", "金额"], ["甲", 250], ["乙", ""]]


HEAD: dict[tuple[int, int], str | float | None] = {(0, 0): "姓名", (0, 1): "身份证号"}


def test_an_old_workbook_is_read() -> None:
    content = make_xls({"说明": {(0, 0): "请勿改动"}, "名单": {**HEAD, (1, 0): "甲", (1, 1): "1"}})
    assert read(content, "a.xls") == [{"at": 2, "name": "甲", "id_no": "1"}]
    assert read_grids("a.xls", content)[1].name == "名单"


def test_a_computed_cell_of_an_old_workbook_is_named() -> None:
    content = make_xls({"名单": {**HEAD, (1, 0): "甲", (1, 1): None}})
    with pytest.raises(SheetRefused, match="工作表“名单”第 2 行 B 列是公式"):
        read(content, "a.xls")


def test_a_stray_cell_of_an_old_workbook_is_refused() -> None:
    content = make_xls({"名单": {**HEAD, (65535, 255): "x"}})
    with pytest.raises(SheetRefused, match="一直写到第 65,536 行、IV 列"):
        read(content, "a.xls")


@given(data=st.data())
def test_an_old_workbook_that_is_damaged_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(make_xls({"名单": {**HEAD, (1, 0): "甲", (1, 1): 1.5}}))
    for _time in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survey_old(bytes(whole[: data.draw(st.integers(8, len(whole)))]))
    with contextlib.suppress(SheetRefused):
        read_grids("a.xls", bytes(whole))


ODS_HEAD = row_of(cell("姓名"), cell("身份证号"))
ODS_ONE = row_of(cell("甲"), cell("441721195606120028"))
ODS_REST = row_of(cell("", times=16_384), times=1_048_574)


def test_an_ods_is_read_however_often_its_empty_rows_stand() -> None:
    [grid] = read_grids("a.ods", make_ods([ODS_HEAD, ODS_ONE, ODS_REST]))
    assert [line.cells[0] for line in grid.lines] == ["姓名", "甲"]


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([row_of(times=199_998), row_of(cell("", times=1_999), cell("x"))], "200,001 行、BXX 列"),
        ([row_of(times=1_048_573), row_of(cell("", times=16_383), cell("x"))], "1,048,576 行、XFD"),
        # A filled cell that stands for many of its own.
        ([row_of(cell("x", times=16_384), times=900_000)], "900,002 行、XFD 列"),
    ],
)
def test_a_stray_cell_of_an_ods_is_refused_before_it_is_laid_out(
    rows: list[str], where: str
) -> None:
    content = make_ods([ODS_HEAD, ODS_ONE, *rows])
    for read in (read_grids, lambda name, data: stream_list(name, data, WORDS, NEED)):
        with pytest.raises(SheetRefused, match=re.escape(where)):
            read("a.ods", content)


def test_a_formula_of_an_ods_is_found() -> None:
    computed = row_of(cell("乙"), cell("1", formula="of:=[.A1]"))
    [grid] = read_grids("a.ods", make_ods([ODS_HEAD, ODS_ONE, computed]))
    assert grid.formulas == {(3, 1)}
