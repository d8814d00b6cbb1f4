"""Files that are not what they say, sent through the page: named, and nothing kept half."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.trail.models import Act
from tongchou.rosters.models import RosterFile
from tongchou.rosters.tests.make import HEADINGS, MONTH, make_sender, row_of, xlsx

pytestmark = pytest.mark.django_db
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


def send(clerk: User, name: str, content: bytes) -> str:
    """Send a file through the page; return what the page says, or where it leads."""
    client = Client()
    client.force_login(clerk)
    told = {"sender": make_sender(clerk).pk, "month": MONTH}
    file = SimpleUploadedFile(name, content)
    answer = client.post(reverse("rosters:receive"), {**told, "file": file})
    return answer.get("Location") or answer.content.decode()


def stray() -> bytes:
    """A list with a forgotten cell in the last row and column that there are."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("低保")
        for at, cell in enumerate(HEADINGS):
            sheet.write_string(0, at, cell)
        sheet.write_string("XFD1048576", "x")
    return target.getvalue()


def million() -> bytes:
    """A list whose last person stands in the last row that there is."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    people = make_person(name="王一"), make_person(name="王二")
    for row, cells in ((0, HEADINGS), (1, row_of(people[0])), (1_048_575, row_of(people[1]))):
        for at, cell in enumerate(cells):
            sheet.write_string(row, at, cell)
    book.close()
    return target.getvalue()


def computed() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("低保")
    for at, cell in enumerate(HEADINGS):
        sheet.write_string(0, at, cell)
    sheet.write_string(1, 0, "王一")
    sheet.write_formula(1, 1, '=CONCATENATE("44170019600612","0020")')
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("加密.xlsx", "加密.xlsx：文件有打开密码"),
        ("半截.xlsx", "半截.xlsx：文件打不开：可能没有传完"),
        ("其实是表.csv", ""),
        ("其实是字.xlsx", "其实是字.xlsx：文件其实是文本，不是 Excel"),
        ("其实是网页.xls", "其实是网页.xls：文件其实是网页"),
        ("照片.xlsx", "照片.xlsx：文件不是表格"),
        ("空.xlsx", ""),
        ("远角.xlsx", "远角.xlsx：工作表“低保”一直写到第 1,048,576 行、XFD 列"),
        ("公式.xlsx", "公式.xlsx：工作表“低保”第 2 行 B 列是公式"),
    ],
)
def test_a_bad_file_is_named_and_nothing_is_kept(clerk: User, name: str, said: str) -> None:
    good = xlsx(row_of(make_person()))
    content = {
        "加密.xlsx": LOCKED,
        "半截.xlsx": good[: len(good) // 2],
        "其实是表.csv": good,
        "其实是字.xlsx": "姓名,身份证号\n王一,1\n".encode(),
        "其实是网页.xls": b"<html><table><tr><td>1",
        "照片.xlsx": b"\xff\xd8\xff\xe0" + b"\0" * 64,
        "空.xlsx": b"",
        "远角.xlsx": stray(),
        "公式.xlsx": computed(),
    }[name]
    shown = send(clerk, name, content)
    if name == "其实是表.csv":  # read by what it is, whatever it is called
        assert RosterFile.objects.get().rows == 1
        return
    assert said in shown
    assert not RosterFile.objects.exists()
    assert not Act.objects.filter(verb="rosters.file.received").exists()


def test_a_million_empty_rows_are_no_rows(clerk: User) -> None:
    send(clerk, "民政.xlsx", million())
    file = RosterFile.objects.get()
    assert (file.rows, file.skipped) == (2, [])


def test_a_day_that_cannot_be_told_is_named_on_the_page_and_stops_nothing(clerk: User) -> None:
    person = make_person(name="王一")
    url = send(clerk, "民政.xlsx", xlsx(row_of(person, since="05/03/2019")))
    client = Client()
    client.force_login(clerk)
    shown = client.get(url).content.decode()
    assert "L10" in shown and "第 2 行 认定时间“05/03/2019”可能是 2019-03-05" in shown
    client.post(reverse("rosters:decide", args=[RosterFile.objects.get().pk]), {"act": "accept"})
    assert RosterFile.objects.get().state == "accepted"
