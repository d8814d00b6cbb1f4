"""Long work: asked for once, done once, seen while it goes on, ended whatever happens."""

import threading
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.models import Area
from tongchou.platform.jobs import registry, services, worker
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import Kind
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.models import Act

pytestmark = pytest.mark.django_db
State = Job.State


def count(handle: Handle) -> dict[str, Any]:
    for n in range(1, 4):
        handle.progress(n, 3, f"第 {n} 步")
    return {"counted": 3, "to": handle.asked("to")}


def refuse(_handle: Handle) -> dict[str, Any]:
    raise Refused("没有名单。请先导入")


def break_down(_handle: Handle) -> dict[str, Any]:
    raise ZeroDivisionError


KINDS = {
    "test.count": Kind("test.count", "数数", "lake.export", count, nightly=time(2)),
    "test.refuse": Kind("test.refuse", "拒绝", "lake.export", refuse),
    "test.break": Kind("test.break", "出错", "lake.export", break_down),
}


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (registry, services, worker):
        monkeypatch.setattr(module, "kinds", lambda: KINDS)
    monkeypatch.setattr("tongchou.platform.jobs.access.kinds", lambda: KINDS)
    monkeypatch.setattr("tongchou.platform.jobs.views.kinds", lambda: KINDS)
    monkeypatch.setattr("tongchou.platform.jobs.handle.EVERY", 0)
    yield


@pytest.fixture
def director() -> User:
    return make_user("director")


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_asked_done_and_told(director: User) -> None:
    job = services.ask(kind="test.count", by=director, params={"to": 3})
    assert job.state == State.QUEUED
    assert worker.run_one() and not worker.run_one()
    job = fresh(job)
    assert (job.state, job.result) == (State.DONE, {"counted": 3, "to": 3})
    assert (job.done, job.whole, job.percent, job.tries) == (3, 3, 100, 1)
    assert job.asked_at <= job.started_at <= job.finished_at  # type: ignore[operator]
    assert Act.objects.get(verb="jobs.asked").actor == director.login


def test_the_oldest_first(director: User) -> None:
    names = [services.ask(kind="test.count", by=director, about=str(n)).pk for n in range(3)]
    for _ in names:
        worker.run_one()
    ended = Job.objects.order_by("finished_at", "pk").values_list("pk", flat=True)
    assert list(ended) == names


def test_one_piece_of_work_is_asked_for_once(director: User) -> None:
    first = services.ask(kind="test.count", by=director, about="2019")
    assert services.ask(kind="test.count", by=director, about="2019") == first
    assert services.ask(kind="test.count", by=director, about="2020") != first
    worker.run_one()
    assert services.ask(kind="test.count", by=director, about="2019") != first, "it may be again"


def test_only_who_may(director: User) -> None:
    with pytest.raises(NotAllowed, match="数数"):
        services.ask(kind="test.count", by=make_user("clerk"))
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reason"), [("test.refuse", "没有名单。请先导入"), ("test.break", "系统错误，编号 E-")]
)
def test_work_that_fails_says_why(
    director: User, kind: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = services.ask(kind=kind, by=director)
    worker.run_one()
    job = fresh(job)
    assert job.state == State.FAILED and job.reason.startswith(reason)
    if "编号" in reason:
        assert job.reason.removeprefix("系统错误，编号 ") in caplog.text


def test_work_that_waits_is_stopped_at_once(director: User) -> None:
    job = services.ask(kind="test.count", by=director)
    services.stop(job=job, by=director)
    assert fresh(job).state == State.STOPPED
    assert not worker.run_one()
    with pytest.raises(Refused, match="已经结束"):
        services.stop(job=job, by=director)


def test_work_that_goes_on_ends_at_its_next_word(
    director: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []

    def long(handle: Handle) -> dict[str, Any]:
        for n in range(10):
            said.append(n)
            if n == 2:
                services.stop(job=Job.objects.get(), by=director)
            handle.progress(n, 10)
        return {}

    monkeypatch.setitem(KINDS, "test.count", Kind("test.count", "数数", "lake.export", long))
    job = services.ask(kind="test.count", by=director)
    worker.run_one()
    assert (fresh(job).state, said) == (State.STOPPED, [0, 1, 2])


def test_what_a_dead_worker_left_is_done_by_another(director: User) -> None:
    job = services.ask(kind="test.count", by=director)
    assert worker._take() == job
    assert worker.take_back_the_lost() == 0, "it is alive"
    with clock.frozen(clock.now() + worker.SILENCE + timedelta(seconds=1)):
        assert worker.take_back_the_lost() == 1
        assert worker.run_one()
    assert (fresh(job).state, fresh(job).tries) == (State.DONE, 2)


def test_what_kills_every_worker_is_given_up(director: User) -> None:
    job = services.ask(kind="test.count", by=director)
    for _ in range(worker.MOST_TRIES):
        assert worker._take() == job
        with clock.frozen(clock.now() + worker.SILENCE + timedelta(seconds=1)):
            worker.take_back_the_lost()
    assert fresh(job).state == State.FAILED and "几次都没有做完" in fresh(job).reason


def test_nightly_work_is_asked_for_once_a_day(director: User) -> None:
    Area.objects.get_or_create(code="441700", defaults={"name": "岭海县", "office": "局"})
    areas = Area.objects.count()
    night = clock.now().replace(hour=1, minute=59)
    with clock.frozen(night):
        assert worker.ask_for_what_is_due() == 0
    with clock.frozen(night + timedelta(minutes=2)):
        assert [worker.ask_for_what_is_due() for _ in range(2)] == [areas, 0]
        while worker.run_one():
            pass
        assert worker.ask_for_what_is_due() == 0
    with clock.frozen(night + timedelta(days=1, hours=5)):
        assert worker.ask_for_what_is_due() == areas, "also when nobody was there at two"
    assert set(Job.objects.values_list("asked_by", flat=True)) == {None}


def test_work_of_an_older_version(director: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = services.ask(kind="test.count", by=director)
    monkeypatch.setattr(worker, "kinds", dict)
    worker.run_one()
    assert fresh(job).state == State.FAILED and "没有这种作业" in fresh(job).reason


def test_the_database_allows_one_open_and_wants_an_end(director: User) -> None:
    job = services.ask(kind="test.count", by=director)
    with pytest.raises(IntegrityError):
        Job.objects.create(kind=job.kind, area=job.area, asked_at=clock.now())


def test_pages(director: User) -> None:
    client = Client()
    client.force_login(director)
    assert "还没有后台作业" in client.get("/jobs/").content.decode()
    job = services.ask(kind="test.count", by=director, about="2019")
    assert "排队" in client.get("/jobs/").content.decode()
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page and "停止作业" in page
    worker.run_one()
    page = client.get(f"/jobs/{job.pk}/", headers={"hx-request": "true"}).content.decode()
    assert "已完成" in page and "hx-trigger" not in page and "<html" not in page
    again = services.ask(kind="test.count", by=director, about="2020")
    assert client.post(f"/jobs/{again.pk}/stop/").status_code == 302
    assert fresh(again).state == State.STOPPED
    assert client.get("/jobs/999/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same(director: User) -> None:
    for n in range(12):
        services.ask(kind="test.count", by=director, about=str(n))
    begin = threading.Barrier(3)

    def work() -> None:
        begin.wait()
        while worker.run_one():
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert list(Job.objects.values_list("state", "tries").distinct()) == [(State.DONE, 1)]
    assert Job.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_the_process_works_until_it_is_told_to_stop(director: User) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    job = services.ask(kind="test.count", by=director)
    assert worker.wait_for(job.pk, 30).state == State.DONE
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
