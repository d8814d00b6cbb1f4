"""The pages: what each post sees and may do, and that nothing shown is made up."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tongchou.core.registers.tests.make import HEADINGS, xlsx
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.casework.models import Case
from tongchou.platform.jobs import worker
from tongchou.platform.jobs.models import Job
from tongchou.providers import services as providers
from tongchou.registers import services
from tongchou.registers.models import Counted, Pin, RegisterFile, Run
from tongchou.registers.tests.make import (
    MONTH,
    make_clinic,
    make_coverage,
    make_file,
    make_population,
    make_run,
    person_row,
    row_of,
)

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    with clock.frozen(JULY):
        yield


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
    answer = as_user(user).get(reverse(f"registers:{name}", args=parts), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_county_says_what_to_do_first(clerk: User) -> None:
    assert "这个月还没有比对" in page(clerk, "list")
    assert "还没有比对过人口" in page(clerk, "coverage")
    assert "没有等核定的机构" in page(clerk, "review")
    for name in ("counted", "helped", "free", "cases"):
        page(clerk, name)


def test_a_register_goes_from_the_file_to_a_closed_agreement(clerk: User, reviewer: User) -> None:
    gone = make_clinic(1, name="关张诊所")
    desk = as_user(clerk)
    for register in ("health", "market"):
        content = xlsx(HEADINGS[register], [row_of(gone, status="注销")])
        told = {"register": register, "month": MONTH, "file": SimpleUploadedFile("a.xlsx", content)}
        answer = desk.post(reverse("registers:receive"), told)
        file = RegisterFile.objects.get(register=register)
        assert answer["Location"] == reverse("registers:file", args=[file.pk])
        assert "接收 1 行" in page(clerk, "file", file.pk)
        desk.post(reverse("registers:decide", args=[file.pk]), {"act": "accept"})
    desk.post(reverse("registers:compare"), {"month": MONTH, "kind": "institutions"})
    assert worker.run_one()
    assert Job.objects.get().state == "done", Job.objects.get().reason
    run = Run.objects.get()
    shown = page(reviewer, "run", run.pk)
    assert "关张诊所" in shown and "已注销仍有协议" in shown and "下发为案件" in shown
    assert "下发为案件" not in page(clerk, "run", run.pk)
    as_user(reviewer).post(reverse("registers:issue", args=[run.pk]))
    case = Case.objects.get()
    url = reverse("registers:case", args=[case.pk])
    assert "关张诊所" in page(clerk, "cases")
    desk.post(url, {"verb": "confirm", "note": "门已关"})
    shown = desk.get(url).content.decode()
    assert "解除协议：登记清理" in shown and "解除协议：违规处罚" in shown
    assert "请写明情况" in desk.post(url, {"verb": "end_clearing"}).content.decode()
    paper = SimpleUploadedFile("公告.jpg", b"\xff\xd8photo")
    desk.post(url, {"verb": "end_clearing", "note": "注销公告", "file": paper})
    case.refresh_from_db()
    assert case.state == "corrected"
    kept = case.steps.last().evidence.get()  # type: ignore[union-attr]
    answer = desk.get(reverse("registers:evidence", args=[kept.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    as_user(reviewer).post(url, {"verb": "pass"})
    shown = page(clerk, "list", month=MONTH)
    assert "2019-07" in shown and "登记清理" in shown
    assert "这一步轮到别人办" not in page(clerk, "case", case.pk)


def test_numerator_denominator_and_list_are_the_same_rows(clerk: User, reviewer: User) -> None:
    insured, nobody = make_person(name="王有保"), make_person(name="李没保", scheme=None)
    unclear = person_row(make_person(name="张可能"), name="某某某")
    make_population(clerk, person_row(insured), person_row(nobody), unclear)
    as_user(clerk).post(reverse("registers:compare"), {"month": MONTH, "kind": "population"})
    assert worker.run_one()
    assert Job.objects.get().state == "done", Job.objects.get().reason
    shown = page(reviewer, "coverage")
    assert "33.33%" in shown and "平冈镇" in shown
    assert "李没保" in page(clerk, "counted") and "王有保" not in page(clerk, "counted")
    assert "王有保" in page(clerk, "counted", outcome="insured")
    assert "李没保" in page(clerk, "counted", outcome="uninsured", band="2", town="平冈镇")
    row = Counted.objects.get(outcome="?")
    assert "张可能" in page(clerk, "person-row", row.pk)
    url = reverse("registers:person-row", args=[row.pk])
    assert "请写明依据" in as_user(clerk).post(url, {"key": ""}).content.decode()
    as_user(clerk).post(url, {"key": "", "evidence": "户口页"})
    assert not Pin.objects.get().must
    assert "某某某" in page(clerk, "review")
    answer = as_user(clerk).get(reverse("registers:counted"), {"outcome": "?", "export": "xlsx"})
    assert answer["Content-Type"].endswith("sheet")


def test_an_institution_is_decided_by_a_person(clerk: User, reviewer: User) -> None:
    one = make_clinic(1, name="康宁诊所")
    row = row_of(one)
    providers.correct_registration(
        actor="t", institution=one, source="t", credit_code="", licence_no=""
    )
    make_file(clerk, "health", row)
    match = make_run().open_matches.get()
    assert "康宁诊所" in page(reviewer, "review")
    url = reverse("registers:match", args=[match.pk])
    assert as_user(reviewer).get(url).status_code == 403
    shown = as_user(clerk).get(url).content.decode()
    assert "就是康宁诊所" in shown
    told = {"key": match.candidates[0]["key"], "evidence": "电话"}
    assert as_user(clerk).post(url, told)["Location"] == reverse("registers:review")
    pin = Pin.objects.get()
    as_user(clerk).post(reverse("registers:remove-pin", args=[pin.pk]))
    pin.refresh_from_db()
    assert pin.removed_by == clerk


def test_a_bad_file_says_what_is_wrong_beside_the_field(clerk: User) -> None:
    told = {"register": "health", "month": MONTH, "file": SimpleUploadedFile("a.xlsx", b"%PDF")}
    answer = as_user(clerk).post(reverse("registers:receive"), told)
    assert "a.xlsx：" in answer.content.decode()


def test_who_waits_is_on_the_desk(clerk: User, reviewer: User) -> None:
    make_file(clerk, "health", row_of(make_clinic(1), status="注销"))
    make_run(actor=clerk.login)
    shown = as_user(reviewer).get(reverse("insight:home"), follow=True).content.decode()
    assert "下发登记比对结果" in shown


def test_a_town_and_a_hospital_see_none_of_it() -> None:
    for user in (make_user("town", town="平冈镇"), make_user("sysadmin")):
        assert as_user(user).get(reverse("registers:list")).status_code == 403


def test_of_another_area_nothing_is_seen(clerk: User, reviewer: User) -> None:
    make_file(clerk, "health", row_of(make_clinic(1), status="注销"))
    run = make_run(actor=clerk.login)
    services.issue(by=reviewer, run=run)
    make_population(clerk, person_row(make_person(scheme=None)))
    make_coverage()
    stranger = as_user(make_user("clerk", area="370830"))
    for name, pk in (("run", run.pk), ("file", run.pk), ("case", Case.objects.get().pk),
                     ("person-row", Counted.objects.get().pk)):  # fmt: skip
        assert stranger.get(reverse(f"registers:{name}", args=[pk])).status_code == 404


def test_a_town_finds_out_why_its_own_people_are_not_insured(clerk: User, reviewer: User) -> None:
    here, there = (make_person(scheme=None, town=town) for town in ("平冈镇", "北津镇"))
    make_population(clerk, *map(person_row, (here, there)))
    run = make_coverage(actor=clerk.login)
    services.issue(by=reviewer, run=run)
    own, others = (Case.objects.get(kind="population", place=p.town) for p in (here, there))
    town = make_user("town", town="平冈镇")
    # What is not handed out yet, institutions and another town's people are not there.
    Case.objects.create(
        area="441700", kind="population", key="E1|x|2019", code="E1", subject="x",
        subject_name="还没下发的人", place="平冈镇", state="found", found_at=clock.now(),
        seen_in="r", seen_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    Case.objects.create(
        area="441700", kind="institutions", key="M1|y|2019", code="M1", subject="y",
        subject_name="某诊所", place="平冈镇", state="issued", found_at=clock.now(),
        seen_in="r", seen_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    client = as_user(town)
    listed = client.get(reverse("registers:cases"), follow=True).content.decode()
    assert here.name in listed and reverse("registers:case", args=[own.pk]) in listed
    assert reverse("registers:case", args=[others.pk]) not in listed
    assert "还没下发的人" not in listed and "某诊所" not in listed
    assert "机构未销号" not in listed
    assert client.get(reverse("registers:case", args=[others.pk])).status_code == 404
    assert client.get(reverse("registers:coverage")).status_code == 403
    told = {"verb": "explain", "note": "在外省务工，当地已参保"}
    assert client.post(reverse("registers:case", args=[own.pk]), told).status_code == 302
    own.refresh_from_db()
    assert own.state == "explained"
    # It is the bureau that says whether the reason holds.
    page_of = client.get(reverse("registers:case", args=[own.pk])).content.decode()
    assert "这一步轮到别人办" in page_of
    wrong = {"verb": "accept", "until": "2019-12-31", "note": ""}
    assert client.post(reverse("registers:case", args=[own.pk]), wrong).status_code != 302
    told = {"verb": "accept", "until": "2019-12-31", "note": ""}
    answer = as_user(reviewer).post(reverse("registers:case", args=[own.pk]), told)
    own.refresh_from_db()
    assert answer.status_code == 302 and own.state == "excepted"
