from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.platform.imports.tables import read_table
from tongchou.platform.imports.tests.make import make_xlsx
from tongchou.platform.refusal import Refused

WORDS = {"code": ("编码", "药品代码"), "price": ("限价", "支付标准"), "end": ("到(不含)",)}


def read(name: str, content: bytes, required: tuple[str, ...] = ("code",)) -> Any:
    return read_table(name, content, WORDS, required)


def test_headings_are_found_under_a_title_and_rows_keep_excel_s_numbers() -> None:
    content = make_xlsx(
        ["某市药品目录", None, None],
        [None, None, None],
        ["序号", " 药品 代码 ", "限价（元）", "到（不含）"],
        [1, "A", 12.5, None],
        [None, None, None, None],
        [2, "B", None, "2020-01-01"],
    )
    table = read("x.xlsx", content, ("code", "price"))
    assert table.headings == {"code": " 药品 代码 ", "price": "限价（元）", "end": "到（不含）"}
    assert table.ignored == ["序号"]
    assert [(row.number, row.cells) for row in table.rows] == [
        (4, {"code": "A", "price": 12.5}),
        (6, {"code": "B", "end": "2020-01-01"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_either_encoding(encoding: str) -> None:
    table = read("x.csv", '编码,限价\r\n"A",1\r\n'.encode(encoding))
    assert [(row.number, row.cells) for row in table.rows] == [(2, {"code": "A", "price": "1"})]


def test_hidden_sheets_are_not_read() -> None:
    content = make_xlsx(["姓名"], ["甲"], hidden=["旧"])
    with pytest.raises(Refused, match="编码、药品代码"):
        read("x.xlsx", content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.pdf", b"%PDF-1.4", "x.pdf：文件不是表格"),
        ("x.xlsx", b"not a workbook", "x.xlsx：文件其实是文本"),
        ("x.xls", b"", "文件是空的"),
        ("x.xlsx", make_xlsx(["编码"], ["A"])[:-60], "没有传完"),
        ("x.csv", b"\xff\xff\xff", "编码不认识"),
        ("x.csv", "编码,支付标准,限价\nA,1,2\n".encode(), "两列的表头意思相同"),
        ("x.csv", '编码\n"A\n'.encode(), "引号"),
        ("x.csv", "编码,限价\nA,1\n编码,限价\nB,1\n".encode(), "第 3 行又是一行表头"),
        ("x.csv", b"A\n", "x.csv：找不到表头"),
        ("x.csv", b"a" * (16 * 1024 * 1024 + 1), "16 MB"),
    ],
)
def test_files_that_cannot_be_read(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        read(name, content)
    assert refused.value.field == "file"


@given(st.binary(max_size=300), st.sampled_from(["x.xlsx", "x.xls", "x.ods", "x.csv"]))
def test_no_bytes_bring_it_down(content: bytes, name: str) -> None:
    with pytest.raises(Refused):
        read(name, content)
