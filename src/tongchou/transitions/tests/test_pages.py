"""The pages of a merge: each state is designed, each amount opens, each act has its post."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.worker import run_one
from tongchou.settlement.models import PersonYear
from tongchou.transitions import services
from tongchou.transitions.models import Transition
from tongchou.transitions.reading import MAPPING, PERSONS
from tongchou.transitions.workbook import template

from .make import SCHEMES, make_merge, make_transition, row_of, workbook

pytestmark = pytest.mark.django_db
COUNTED = {"basic": (500_000, 300_000)}


@pytest.fixture
def clerk(db: None) -> User:
    return make_user("clerk")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, transition: Transition, name: str = "transition") -> str:
    answer = client_of(user).get(reverse(f"transitions:{name}", args=[transition.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def post(user: User, transition: Transition, name: str, **data: str) -> int:
    return (
        client_of(user).post(reverse(f"transitions:{name}", args=[transition.pk]), data).status_code
    )


def test_nothing_yet_says_how_to_begin(clerk: User) -> None:
    text = client_of(clerk).get(reverse("transitions:list")).content.decode()
    assert "先下载模板" in text and reverse("transitions:template") in text
    assert (
        "收并轨文件"
        not in client_of(make_user("auditor")).get(reverse("transitions:list")).content.decode()
    )


def test_the_template_is_read_as_it_is(clerk: User) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(template()))
    assert book.sheet_names == ["对照表", "人员表", "说明"]
    heads = book.get_sheet_by_name("人员表").to_python()[0]
    assert heads == [words[0] for words in PERSONS.values()]
    assert book.get_sheet_by_name("对照表").to_python()[0] == [w[0] for w in MAPPING.values()]


def test_from_the_upload_to_the_comparison(clerk: User) -> None:
    person, reviewer = make_person(scheme=None), make_user("reviewer")
    content = workbook([row_of(person, counted=COUNTED)], SCHEMES)
    answer = client_of(clerk).post(
        reverse("transitions:receive"),
        {
            "title": "整合",
            "starts_on": "2019-07-01",
            "mapping": SimpleUploadedFile("a.xlsx", content),
            "persons": SimpleUploadedFile("a.xlsx", content),
        },
    )
    transition = Transition.objects.get()
    assert answer.status_code == 302 and transition.state == "checked"
    assert post(clerk, transition, "try") == 302
    text = page(clerk, transition)
    assert "3,000" in text and "要由另一个人确认" in text and 'data-tc-open="accept"' not in text
    assert post(clerk, transition, "accept") == 403
    assert post(reviewer, transition, "accept") == 302
    assert run_one()
    job = Job.objects.get(kind="transitions.accept")
    assert job.state == "done", job.reason
    assert PersonYear.objects.get(person=person).opening[1] == 300_000
    text = page(reviewer, transition, "comparison")
    assert person.name in text and text.count("3,000") >= 2
    sheet = client_of(reviewer).get(
        reverse("transitions:comparison", args=[transition.pk]), {"export": "xlsx"}
    )
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(sheet)))
    head, row = book.get_sheet_by_index(0).to_python()
    found = dict(zip(head, row, strict=True))
    assert (found["并轨前支付"], found["并轨后支付"], found["差额"]) == (3000, 3000, 0)
    text = page(reviewer, transition)
    assert reverse("transitions:comparison", args=[transition.pk]) in text
    assert post(reviewer, transition, "undo", reason="错了") == 302
    assert "已撤销" in page(clerk, transition)


def test_a_file_that_cannot_be_read_says_why(clerk: User) -> None:
    answer = client_of(clerk).post(
        reverse("transitions:receive"),
        {
            "title": "整合",
            "starts_on": "2019-07-01",
            "mapping": SimpleUploadedFile("a.csv", "旧险种代码,名称\n".encode()),
            "persons": SimpleUploadedFile("b.csv", "姓名\n".encode()),
        },
    )
    assert answer.status_code == 409 and "找不到表头" in answer.content.decode()
    assert not Transition.objects.exists()


def test_bad_rows_are_listed_with_their_remedy(clerk: User) -> None:
    transition = make_transition(clerk, row_of(year="9999"), row_of(start="x"))
    text = page(clerk, transition)
    assert "不能并的行" in text and "2019 年或以前" in text
    assert "不是日期" in page(clerk, transition, "problems")
    assert post(clerk, transition, "check") == 302
    assert post(clerk, transition, "try") == 409
    assert post(clerk, transition, "drop", reason="重做") == 302


def test_what_is_not_carried_is_explained_on_the_page(clerk: User) -> None:
    transition = make_transition(clerk, row_of(code="SY", counted=COUNTED))
    services.try_merge(by=clerk, transition=transition)
    approver = make_user("approver")
    assert "还没有说明" in page(approver, transition)
    assert 'data-tc-open="accept"' not in page(approver, transition)
    scheme = transition.schemes.get(code="SY")
    left = f"{scheme.pk}:history"
    assert post(clerk, transition, "explain", left=left, reason="没有自己的年度累计") == 302
    assert post(clerk, transition, "explain", left="x:y", reason="一") == 409
    text = page(approver, transition)
    assert "没有自己的年度累计" in text and 'data-tc-open="accept"' in text
    assert "?code=SY" in text


def test_the_persons_page_opens_the_opening(clerk: User) -> None:
    person = make_person(scheme=None)
    done = make_merge(
        clerk,
        make_user("reviewer"),
        row_of(person, counted=COUNTED),
        row_of(person, code="SY", old_no="S9"),
    )
    url = reverse("people:person", args=[person.psn_no])
    text = client_of(clerk).get(f"{url}?year=2019").content.decode()
    assert "并轨带入的累计" in text and "5,000" in text
    assert reverse("transitions:transition", args=[done.pk]) in text
    assert "生育保险" in text, "a scheme without enrolment here is a lane of the timeline"
    other = make_person()
    assert (
        "并轨带入的累计"
        not in client_of(clerk).get(reverse("people:person", args=[other.psn_no])).content.decode()
    )


def test_an_opening_that_is_another_now_is_told(clerk: User) -> None:
    person = make_person(scheme=None)
    done = make_merge(clerk, make_user("reviewer"), row_of(person, counted=COUNTED))
    assert "与确认时不同" not in page(clerk, done)
    year = PersonYear.objects.get(person=person)
    year.opening = year.state = [1] * 14
    year.save()
    assert "1 个年度的起点与确认时不同" in page(clerk, done)


def test_a_number_that_is_wrong_is_whole_for_who_may_see_numbers(clerk: User) -> None:
    """A wrong digit must be seen by who puts it right, and by nobody else."""
    row = row_of(make_person(scheme=None))
    number = str(row["id_no"])
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    transition = make_transition(clerk, row | {"id_no": wrong})
    assert transition.problems.count() == 1
    for name in ("problems", "transition"):
        assert wrong in page(clerk, transition, name)
        shown = page(make_user("finance"), transition, name)
        assert wrong not in shown and f"{wrong[:4]}**********{wrong[-4:]}" in shown
