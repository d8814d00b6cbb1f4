"""The pages: what each post sees and may do, and that nothing shown is made up."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.people.models import Person
from tongchou.people.tests.make import make_person
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework.models import Case
from tongchou.platform.jobs import worker
from tongchou.platform.jobs.models import Job
from tongchou.rosters import services
from tongchou.rosters.models import Pin, RosterFile, Run
from tongchou.rosters.tests.make import MONTH, make_file, make_run, make_sender, row_of, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_user("clerk")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer")


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *parts: object, **query: str) -> str:
    answer = as_user(user).get(reverse(f"rosters:{name}", args=parts), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def handed_out(clerk: User, reviewer: User, *persons: Person) -> list[Case]:
    make_file(make_sender(clerk), *map(row_of, persons), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    return list(Case.objects.order_by("pk"))


def test_an_empty_county_says_what_to_do_first(clerk: User) -> None:
    assert "先登记各部门报送的名单" in page(clerk, "list")
    assert "没有等核定的行" in page(clerk, "review")


def test_a_list_is_received_accepted_compared_and_issued(clerk: User, reviewer: User) -> None:
    person = make_person()
    sender = make_sender(clerk)
    desk = as_user(clerk)
    upload = SimpleUploadedFile("民政.xlsx", xlsx(row_of(person)))
    told = {"sender": sender.pk, "month": MONTH, "file": upload}
    answer = desk.post(reverse("rosters:receive"), told)
    file = RosterFile.objects.get()
    assert answer["Location"] == reverse("rosters:file", args=[file.pk])
    assert "接收 1 行" in page(clerk, "file", file.pk)
    desk.post(reverse("rosters:decide", args=[file.pk]), {"act": "accept"})
    answer = desk.post(reverse("rosters:compare"), {"month": MONTH})
    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs:job", args=[job.pk])
    assert worker.run_one()
    job.refresh_from_db()
    assert job.state == "done", job.reason
    run = Run.objects.get()
    shown = page(reviewer, "run", run.pk)
    assert "应标未标" in shown
    assert person.name in shown
    assert "下发到乡镇" in shown
    assert "下发到乡镇" not in page(clerk, "run", run.pk)
    as_user(reviewer).post(reverse("rosters:issue", args=[run.pk]))
    shown = page(clerk, "list", month=MONTH)
    assert "F4" in shown
    assert "平冈镇" in shown


def test_a_bad_file_says_what_is_wrong_beside_the_field(clerk: User) -> None:
    told = {
        "sender": make_sender(clerk).pk,
        "month": MONTH,
        "file": SimpleUploadedFile("民政.xlsx", b"%PDF"),
    }
    answer = as_user(clerk).post(reverse("rosters:receive"), told)
    assert answer.status_code == 200
    assert "民政.xlsx：" in answer.content.decode()
    assert not RosterFile.objects.exists()


def test_a_town_sees_its_own_cases_that_were_handed_out(clerk: User, reviewer: User) -> None:
    here, there = make_person(name="王小平"), make_person(name="李大江", town="北津镇")
    mine, other = handed_out(clerk, reviewer, here, there)
    town = make_user("town", town="平冈镇")
    shown = page(town, "cases")
    assert "王小平" in shown
    assert "李大江" not in shown
    client = as_user(town)
    assert client.get(reverse("rosters:case", args=[other.pk])).status_code == 404
    assert client.get(reverse("rosters:list")).status_code == 403
    url = reverse("rosters:case", args=[mine.pk])
    assert "签收" in client.get(url).content.decode()
    client.post(url, {"verb": "sign"})
    answer = client.post(url, {"verb": "confirm"})
    assert "请写明情况" in answer.content.decode()
    client.post(url, {"verb": "confirm", "note": "属实"})
    photo = SimpleUploadedFile("户口页.jpg", b"\xff\xd8photo")
    client.post(url, {"verb": "correct", "note": "已补", "file": photo})
    mine.refresh_from_db()
    assert mine.state == "corrected"
    evidence = reverse("rosters:evidence", args=[mine.steps.last().evidence.get().pk])  # type: ignore[union-attr]
    answer = client.get(evidence)
    assert answer.content == b"\xff\xd8photo"
    assert answer["Content-Disposition"].startswith("attachment")
    other_town = as_user(make_user("town", town="北津镇"))
    assert other_town.get(evidence).status_code == 404


def test_whose_turn_it_is_not_sees_no_buttons(clerk: User, reviewer: User) -> None:
    (case,) = handed_out(clerk, reviewer, make_person())
    assert "这一步轮到别人办" in page(reviewer, "case", case.pk)
    assert "签收" in page(clerk, "case", case.pk)


def test_the_desk_shows_the_row_beside_whom_it_may_mean(clerk: User) -> None:
    person = make_person(name="梁秀英")
    make_file(make_sender(clerk), row_of(person, name="梁秀美"), by=clerk)
    row = make_run().open_rows.get()
    client = as_user(clerk)
    answer = client.get(reverse("rosters:review"))
    assert answer["Location"] == reverse("rosters:review-row", args=[row.pk])
    shown = client.get(answer["Location"]).content.decode()
    assert "梁秀美" in shown
    assert "梁秀<u>英</u>" in shown
    assert "校验位" in shown
    answer = client.post(answer["Location"], {"person_no": person.psn_no})
    assert answer["Location"] == reverse("rosters:review")
    assert Pin.objects.get().person_no == person.psn_no
    assert "没有等核定的行" in client.get(reverse("rosters:review")).content.decode()


def test_the_desk_says_where_else_the_sender_names_a_candidate(clerk: User, reviewer: User) -> None:
    sender, person = make_sender(clerk), make_person(name="梁秀英")
    unsure = row_of(person, name="梁秀美")
    others = [row_of(make_person()) for _other in range(8)]
    make_file(sender, *others, unsure, month="2019-05", by=clerk)
    make_run("2019-05")
    assert "上月不在名单" in page(clerk, "review")

    make_file(sender, *others, row_of(person), month="2019-06", by=clerk)
    services.issue(by=reviewer, run=make_run("2019-06", clerk.login))
    make_file(sender, *others[:-1], unsure, month="2019-07", by=clerk)
    make_run("2019-07")
    assert "上月在名单，本月别处没有" in page(clerk, "review")

    make_file(sender, *others, unsure, row_of(person), month="2019-08", by=clerk)
    make_run("2019-08")
    assert "名单另有一行就是此人" in page(clerk, "review")


def test_the_register_of_senders_is_kept(clerk: User) -> None:
    client = as_user(clerk)
    told = {"source": "民政", "purpose": "标识", "ground": "协议", "due_day": "10"}
    assert client.post(reverse("rosters:senders"), told).status_code == 302
    again = client.post(reverse("rosters:senders"), told).content.decode()
    assert "已经登记过" in again
    assert page(make_user("auditor"), "senders").count("<form") < again.count("<form")


def test_of_another_area_nothing_is_seen(clerk: User, reviewer: User) -> None:
    (case,) = handed_out(clerk, reviewer, make_person())
    stranger = as_user(make_user("reviewer", area="370830"))
    run, file = Run.objects.get(), RosterFile.objects.get()
    for name, pk in (("case", case.pk), ("run", run.pk), ("file", file.pk)):
        assert stranger.get(reverse(f"rosters:{name}", args=[pk])).status_code == 404


def test_a_town_begins_at_its_cases() -> None:
    answer = as_user(make_user("town", town="平冈镇")).get(reverse("insight:home"))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("rosters:cases")


@pytest.mark.parametrize("month", ["", "2019-13", "x" * 300])
def test_a_comparison_is_asked_for_a_month(clerk: User, month: str) -> None:
    answer = as_user(clerk).post(reverse("rosters:compare"), {"month": month})
    assert answer.status_code == 409
    assert not Job.objects.exists()
