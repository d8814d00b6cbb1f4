"""A worklist goes out, is sorted and saved by another program, and comes back without a loss."""

import io
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, lists, services, worksheet
from tongchou.rosters.tests.make import make_file, make_run, make_sender, row_of

pytestmark = pytest.mark.django_db
Rows = list[list[Any]]


@pytest.fixture
def town() -> User:
    clerk = make_user("clerk")
    people = [make_person(name=f"王小{word}") for word in "平安健康福"]
    people.append(make_person(name="李大江", town="北津镇"))
    make_file(make_sender(clerk), *map(row_of, people), by=clerk)
    services.issue(by=make_user("reviewer"), run=make_run(actor=clerk.login))
    return make_user("town", town="平冈镇")


def sheet_of(town: User) -> Rows:
    content = worksheet.to_sheet(access.cases_for(town), lists.pack_of("441700"))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def saved(rows: Sequence[Sequence[Any]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("改过名")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, str(cell))
    book.close()
    return target.getvalue()


def fill(rows: Rows, answer: str = "属实", note: str = "入户核实") -> Rows:
    return [rows[0], *([*row[:9], answer, note] for row in rows[1:])]


def take(town: User, rows: Rows) -> int:
    return services.take_answers(by=town, name="核实.xlsx", content=saved(rows))


def test_a_shuffled_sheet_comes_back_by_its_keys(town: User) -> None:
    rows = fill(sheet_of(town))
    body = rows[1:]
    random.Random(1).shuffle(body)
    body[0][9] = "不属实"
    denied = body[0][0]
    assert take(town, [rows[0], *body]) == 5
    states = dict(Case.objects.filter(place="平冈镇").values_list("key", "state"))
    assert states.pop(denied) == "untrue"
    assert set(states.values()) == {"true"}
    assert Case.objects.get(place="北津镇").state == "issued"


def test_rows_without_an_answer_stay_as_they_are(town: User) -> None:
    rows = fill(sheet_of(town))
    for row in rows[2:]:
        row[9] = ""
    assert take(town, rows) == 1
    assert Case.objects.filter(state="issued").count() == 5


def _another(rows: Rows) -> None:
    rows[2][0] = "E1|nobody|2019"


def _moved(rows: Rows) -> None:
    rows[2][1], rows[3][1] = rows[3][1], rows[2][1]


def _free(rows: Rows) -> None:
    rows[2][9] = "大概是"


def _silent(rows: Rows) -> None:
    rows[2][10] = ""


def _long(rows: Rows) -> None:
    rows[2][10] = "长" * 501


def _twice(rows: Rows) -> None:
    rows.append(list(rows[2]))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_another, "第 3 行 案件键"),
        (_moved, "第 3 行 校验"),
        (_free, "第 3 行 核实结果"),
        (_silent, "第 3 行 情况说明"),
        (_long, "第 3 行 情况说明"),
        (_twice, "第 7 行 案件键"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(
    town: User, spoil: Callable[[Rows], None], says: str
) -> None:
    rows = fill(sheet_of(town))
    spoil(rows)
    before = Step.objects.count()
    with pytest.raises(Refused, match=says):
        take(town, rows)
    assert Step.objects.count() == before


def test_a_sheet_cannot_be_taken_twice(town: User) -> None:
    rows = fill(sheet_of(town))
    take(town, rows)
    with pytest.raises(Refused, match="已经办过"):
        take(town, rows)


def test_another_town_s_rows_are_not_taken(town: User) -> None:
    rows = fill(sheet_of(town))
    with pytest.raises(Refused, match="第 2 行 案件键"):
        take(make_user("town", town="北津镇"), rows)


def test_a_name_that_is_a_formula_is_text(town: User) -> None:
    Case.objects.filter(place="平冈镇").update(subject_name="=1+1")
    assert all(not str(cell).startswith("=") for row in sheet_of(town) for cell in row)


def test_the_pages_give_and_take(town: User) -> None:
    client = Client()
    client.force_login(town)
    answer = client.get(reverse("rosters:worksheet"))
    assert answer["Content-Type"].endswith("sheet")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    upload = SimpleUploadedFile("核实.xlsx", saved(fill(rows.to_python())))
    answer = client.post(reverse("rosters:answers"), {"file": upload})
    assert answer.status_code == 302
    assert Case.objects.filter(state="true").count() == 5
    wrong = client.post(reverse("rosters:answers"), {"file": SimpleUploadedFile("a.xlsx", b"%PDF")})
    assert "a.xlsx：" in wrong.content.decode()
