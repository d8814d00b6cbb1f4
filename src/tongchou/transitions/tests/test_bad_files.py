"""Files that cannot be merged, sent through the page: named beside their field, nothing kept."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tongchou.core.sheets.tests.ods import cell, make_ods
from tongchou.core.sheets.tests.ods import row as ods_row
from tongchou.core.sheets.tests.old import make_xls
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.transitions.models import OldSpell, Transition
from tongchou.transitions.reading import PERSONS

from .make import SCHEMES, row_of, workbook

pytestmark = pytest.mark.django_db
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
HEADS = [words[0] for words in PERSONS.values()]
LAST = 1_048_576  # the last row that there is
SECONDS = 10


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


def send(clerk: User, persons: tuple[str, bytes], mapping: bytes = b"") -> HttpResponse:
    client = Client()
    client.force_login(clerk)
    files = {
        "mapping": SimpleUploadedFile("对照.xlsx", mapping or workbook([], SCHEMES)),
        "persons": SimpleUploadedFile(*persons),
    }
    told = {"title": "整合", "starts_on": "2019-07-01", **files}
    return client.post(reverse("transitions:receive"), told)  # type: ignore[return-value]


def good() -> bytes:
    return workbook([row_of(), row_of()], SCHEMES)


def with_rows(rows: bytes) -> bytes:
    """Return a good workbook with rows appended to the sheet of persons, as they are."""
    source, target = zipfile.ZipFile(io.BytesIO(good())), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        for one in source.infolist():
            text = source.read(one)
            if one.filename == "xl/worksheets/sheet2.xml":
                text = text.replace(b"</sheetData>", rows + b"</sheetData>")
            parts.writestr(one.filename, text)
    return target.getvalue()


def stray(cell: str) -> bytes:
    row = "".join(one for one in cell if one.isdigit())
    text = f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
    return with_rows(text.encode())


def sheet_of(*lines: list[str], formula: str = "") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人员表")
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell)
        if formula:
            sheet.write_formula(formula, '=CONCATENATE("44170019600612","0020")')
    return target.getvalue()


def row_cells() -> list[str]:
    row = row_of()
    return [str(row.get(field, "")) for field in PERSONS]


def first_row(heads: list[str]) -> dict[tuple[int, int], str | float | None]:
    return {(0, column): head for column, head in enumerate(heads)}


def bad_file(name: str) -> bytes:
    upper = ["险种", "", "人员", *[""] * (len(HEADS) - 3)]
    files: dict[str, Callable[[], bytes]] = {
        "加密.xlsx": lambda: LOCKED,
        "半截.xlsx": lambda: good()[: len(good()) // 2],
        "少尾.xlsx": lambda: good()[:-40],
        "其实是字.xlsx": lambda: "旧险种代码,姓名".encode("gb18030"),
        "其实是网页.xls": lambda: b"<html><table><tr><td>1",
        "照片.xlsx": lambda: b"\xff\xd8\xff\xe0" + b"\0" * 64,
        "旧格式.xls": lambda: OLE + b"\0" * 600,
        "公式.xlsx": lambda: sheet_of(HEADS, row_cells(), formula="C2"),
        "旧公式.xls": lambda: make_xls({"人员表": {**first_row(HEADS), (1, 1): None}}),
        "两行表头.xlsx": lambda: sheet_of(HEADS, row_cells(), HEADS, row_cells()),
        "分两行.xlsx": lambda: sheet_of(upper, ["", *HEADS[1:2], "", *HEADS[3:]], row_cells()),
        "远行.xlsx": lambda: stray(f"A{LAST}"),
        "远角.xlsx": lambda: stray(f"XFD{LAST}"),
        "远角.ods": lambda: make_ods(
            [
                ods_row(*map(cell, HEADS)),
                ods_row(times=199_998),
                ods_row(cell("", times=1_999), cell("x")),
            ]
        ),
    }
    return files[name]()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("加密.xlsx", "加密.xlsx：文件有打开密码。</b>请取消密码后另存"),
        ("半截.xlsx", "半截.xlsx：文件打不开：可能没有传完，或已损坏。</b>请"),
        ("少尾.xlsx", "少尾.xlsx：文件打不开：可能没有传完，或已损坏。</b>请"),
        ("其实是字.xlsx", "其实是字.xlsx：文件其实是文本，不是 Excel。</b>请另存"),
        ("其实是网页.xls", "其实是网页.xls：文件其实是网页，不是 Excel。</b>请用 Excel 打开"),
        ("照片.xlsx", "照片.xlsx：文件不是表格。</b>请发送"),
        ("旧格式.xls", "旧格式.xls：文件打不开"),
        ("公式.xlsx", "公式.xlsx：工作表“人员表”第 2 行 C 列是公式。</b>请选中全表"),
        ("旧公式.xls", "旧公式.xls：工作表“人员表”第 2 行 B 列是公式。</b>请选中全表"),
        ("两行表头.xlsx", "两行表头.xlsx：工作表“人员表”第 3 行又是一行表头。</b>请删去"),
        ("分两行.xlsx", "分两行.xlsx：工作表“人员表”找不到表头：旧险种代码"),
        ("远行.xlsx", "远行.xlsx：工作表“人员表”一直写到第 1,048,576 行、"),
        ("远角.xlsx", "第 1,048,576 行、XFD 列，其中几乎都是空的。</b>请选中"),
        ("远角.ods", "第 200,000 行、BXX 列，其中几乎都是空的。</b>请选中"),
    ],
)
def test_a_bad_file_is_named_with_its_remedy_and_nothing_is_kept(
    clerk: User, name: str, said: str
) -> None:
    content = bad_file(name)
    begun = time.monotonic()
    answer = send(clerk, (name, content))
    assert time.monotonic() - begun < SECONDS
    text = answer.content.decode()
    assert answer.status_code == 409
    assert said in text.split('id="id_persons-wrong"')[1]
    assert 'id="id_mapping-wrong"' not in text
    assert not Transition.objects.exists() and not OldSpell.objects.exists()
    assert not Act.objects.filter(verb__startswith="transitions.").exists()


def test_a_bad_mapping_is_named_beside_its_own_field(clerk: User) -> None:
    text = send(clerk, ("人员.xlsx", good()), mapping=LOCKED).content.decode()
    assert "对照.xlsx：文件有打开密码" in text.split('id="id_mapping-wrong"')[1]
    assert 'id="id_persons-wrong"' not in text


def test_an_empty_file_is_refused(clerk: User) -> None:
    answer = send(clerk, ("空.xlsx", b""))
    assert answer.status_code == 409 and 'id="id_persons-wrong"' in answer.content.decode()


def test_a_million_empty_rows_are_no_rows(clerk: User) -> None:
    rows = b"".join(
        b'<row r="%d" ht="14.25" customHeight="1"><c r="A%d" s="1"/></row>' % (at, at)
        for at in range(4, LAST + 1)
    )
    content = with_rows(rows)
    begun = time.monotonic()
    assert send(clerk, ("空行.xlsx", content), mapping=content).status_code == 302
    assert time.monotonic() - begun < SECONDS
    assert Transition.objects.get().rows == 2


def test_a_file_is_read_by_what_it_is(clerk: User) -> None:
    assert send(clerk, ("其实是表.csv", good())).status_code == 302
    assert Transition.objects.get().rows == 2
