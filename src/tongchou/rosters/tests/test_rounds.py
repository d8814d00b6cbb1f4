"""Decisions that can be taken back, rounds that stand, results that go back, what comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.core.sheets import read_grids
from tongchou.people import services as people
from tongchou.people.tests.make import make_person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.accounts.tests.make import make_user
from tongchou.platform.authority.roles import RIGHTS
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.models import Case
from tongchou.platform.refusal import Refused
from tongchou.platform.trail.models import Act
from tongchou.rosters import giving_back, lookback, rounds, services, worklists
from tongchou.rosters.models import Pin, ReturnFile, RosterFile, Run
from tongchou.rosters.services import returning
from tongchou.rosters.tests.make import MONTH, make_file, make_run, make_sender, row_of

pytestmark = pytest.mark.django_db
JULY = datetime(2019, 7, 8, 2, tzinfo=UTC)
VIEWERS = [role for role in RIGHTS if "rosters.view" in RIGHTS[role]]


@pytest.fixture(autouse=True)
def _july() -> Iterator[None]:
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
    answer = as_user(user).get(reverse(f"rosters:{name}", args=parts), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def pinned(clerk: User) -> Pin:
    person = make_person(name="梁秀英")
    make_file(make_sender(clerk), row_of(person, name="梁秀美"), by=clerk)
    row = make_run().open_rows.get()
    (pin,) = services.decide(by=clerk, row=row, person_no=person.psn_no, evidence="")
    return pin


def test_a_decision_is_found_read_and_taken_back(clerk: User) -> None:
    pin = pinned(clerk)
    assert "梁秀美" in page(clerk, "pins", q="梁秀")
    assert "梁秀美" not in page(clerk, "pins", q="王")
    shown = page(clerk, "pin", pin.pk)
    for words in ("民政.xlsx", "第 2 行", pin.person_no, "梁秀英", pin.written["number"]):
        assert words in shown, words
    url = reverse("rosters:pin-remove", args=[pin.pk])
    client = as_user(clerk)
    assert client.post(url, {"reason": " "}).status_code == 409
    client.post(url, {"reason": "看错了人"})
    shown = page(clerk, "pin", pin.pk)
    assert "已撤销" in shown and "看错了人" in shown
    assert "撤销核定" not in shown
    assert "梁秀美" in page(clerk, "pins", state="removed")
    assert "梁秀美" not in page(clerk, "pins", state="standing")
    act = Act.objects.get(verb="rosters.pin.removed")
    assert "看错了人" in str(act.data)
    assert make_run().open_rows.count() == 1


def test_who_may_only_look_takes_nothing_back(clerk: User) -> None:
    pin = pinned(clerk)
    auditor = make_user("auditor")
    assert "撤销核定" not in page(auditor, "pin", pin.pk)
    url = reverse("rosters:pin-remove", args=[pin.pk])
    assert as_user(auditor).post(url, {"reason": "x"}).status_code == 403


def three_rounds(clerk: User, reviewer: User) -> RosterFile:
    """Two without a flag; the first is put right; then a third loses his."""
    first, second, third = (
        make_person(name=name, identities=kinds)
        for name, kinds in (("王一", ()), ("王二", ()), ("王三", ("low_income",)))
    )
    file = make_file(make_sender(clerk), *map(row_of, (first, second, third)), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    people.add_identity(
        actor="x",
        person=first,
        kind="low_income",
        start=JULY.date().replace(month=1),
        source="民政",
    )
    with clock.frozen(JULY + timedelta(hours=1)):
        make_run(actor=clerk.login)
    people.end_identity(
        actor="x", identity=third.identities.get(), end=JULY.date().replace(month=5, day=1),
        source="民政",
    )  # fmt: skip
    with clock.frozen(JULY + timedelta(hours=2)):
        make_run(actor=clerk.login)
    return file


def test_each_round_stands_beside_the_one_before(clerk: User, reviewer: User) -> None:
    file = three_rounds(clerk, reviewer)
    runs = _runs()
    assert file.rows == 3
    found = [(one.found, one.fixed, one.new, one.still) for one in rounds.rounds_of(runs)]
    assert found == [(2, 0, 0, 0), (1, 1, 0, 1), (2, 0, 1, 1)]
    assert list(rounds.differences(runs[0])) == []
    (fixed,) = rounds.differences(runs[1])
    assert (fixed["what"], fixed["name"]) == ("fixed", "王一")
    (new,) = rounds.differences(runs[2])
    assert (new["what"], new["name"]) == ("new", "王三")
    # Run again, nothing of it moves.
    assert make_run(actor=clerk.login).pk in {run.pk for run in _runs()}
    assert len(_runs()) == 3


def _runs() -> list[Run]:
    return list(Run.objects.order_by("made_at", "pk"))


@pytest.mark.parametrize("role", VIEWERS)
def test_the_pages_by_each_post(role: str, clerk: User, reviewer: User) -> None:
    file = three_rounds(clerk, reviewer)
    user = make_user(role)
    shown = page(user, "rounds", month=MONTH)
    assert "第 3 轮" in shown
    assert ("写出反馈" in shown) == ("rosters.receive" in RIGHTS[role])
    run = _runs()[1]
    assert "王一" in page(user, "differences", run.pk)
    answer = as_user(user).get(reverse("rosters:differences", args=[run.pk]), {"export": "xlsx"})
    assert "王一" in _cells(b"".join(answer))
    assert "没有差异" in page(user, "differences", _runs()[0].pk)
    assert "每晚巡查" in page(user, "night")
    assert "回头看" in page(user, "lookback")
    assert file.rows == 3


def _cells(content: bytes) -> str:
    return repr([line for grid in read_grids("a.xlsx", content) for line in grid.lines])


def test_as_many_lines_go_back_as_came(clerk: User, reviewer: User) -> None:
    """DAT-02, ENR-13: each line confirmed, disputed or corrected; on the way, being verified."""
    good, bad, wrong = (
        make_person(name="王好", identities=["low_income"]),
        make_person(name="李缺"),
        make_person(name="赵错"),
    )
    renamed = make_person(name="梁秀英", identities=["low_income"])
    rows = (
        row_of(good), row_of(bad), row_of(wrong), row_of(renamed, name="梁秀美"),
        ("合计", "", "", "4 人", ""),
    )  # fmt: skip
    file = make_file(make_sender(clerk), *rows, by=clerk)
    with pytest.raises(Refused, match="还没有下发过比对"):
        services.give_back(by=clerk, file=file)
    run = make_run(actor=clerk.login)
    services.decide(by=clerk, row=run.open_rows.get(), person_no=renamed.psn_no, evidence="")
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    for person, verb in ((bad, ""), (wrong, "deny")):
        case = Case.objects.get(subject=person.psn_no)
        if verb:
            casework.act(case=case, verb="sign", by=clerk)
            casework.act(case=case, verb=verb, by=clerk, note="核过")
    kept = services.give_back(by=clerk, file=file)
    assert kept.lines == file.rows + len(file.skipped) == 5
    results = {line.name: line.result for line in returning.lines_of(file)}
    assert results == {
        "王好": "确认", "李缺": "核实中", "赵错": "有异议", "梁秀美": "已更正", "": "不是人的行",
    }  # fmt: skip
    told = _cells(bytes(kept.content))
    assert "梁秀英" in told, "what the register has goes back"
    assert services.give_back(by=clerk, file=file) == kept, "the same is the same file"
    assert (
        ReturnFile.objects.count() == Act.objects.filter(verb="rosters.file.returned").count() == 1
    )
    case = Case.objects.get(subject=bad.psn_no)
    casework.act(case=case, verb="sign", by=clerk)
    casework.act(case=case, verb="confirm", by=clerk, note="属实")
    paper = casework.File("a", b"x")
    casework.act(case=case, verb="correct", by=clerk, note="已标识", files=[paper])
    assert services.give_back(by=clerk, file=file).counts["已更正"] == 2
    client = as_user(clerk)
    answer = client.get(reverse("rosters:returned", args=[kept.pk]))
    assert answer.content == bytes(kept.content)
    assert client.post(reverse("rosters:give-back", args=[file.pk])).status_code == 302


def test_lines_are_known_by_their_key() -> None:
    assert giving_back.key_of("a", "名单", 2) == giving_back.key_of("a", "名单", 2)
    assert giving_back.key_of("a", "名单", 2) != giving_back.key_of("a", "名单", 3)
    line = giving_back.Line("k", "名单", 2, "=cmd()", "+1", "确认", "")
    sheet = giving_back.to_sheet([line], datetime(2019, 7, 8))  # noqa: DTZ001
    assert "'=cmd()" in _cells(sheet)
    assert sheet == giving_back.to_sheet([line], datetime(2019, 7, 8))  # noqa: DTZ001


def come_back(clerk: User, reviewer: User) -> Case:
    """A case that was closed in July and found again in September."""
    person, other = make_person(name="王复"), make_person(name="李完")
    sender = make_sender(clerk)
    make_file(sender, row_of(person), row_of(other), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    for one in (person, other):
        people.add_identity(
            actor="x", person=one, kind="low_income", start=JULY.date().replace(month=1, day=1),
            source="民政",
        )  # fmt: skip
    for month, day in (("2019-07", 20), ("2019-08", 21)):
        with clock.frozen(JULY.replace(day=day)):
            make_file(sender, row_of(person, since=f"2018-0{day - 15}-01"),
                      row_of(other), month=month, by=clerk)  # fmt: skip
            services.issue(by=reviewer, run=make_run(month, clerk.login))
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}
    with clock.frozen(JULY.replace(month=9, day=20)):
        people.end_identity(
            actor="x", identity=person.identities.get(), end=JULY.date().replace(month=9, day=1),
            source="民政",
        )  # fmt: skip
        make_file(sender, row_of(person), row_of(other), month="2019-09", by=clerk)
        services.issue(by=reviewer, run=make_run("2019-09", clerk.login))
    return Case.objects.get(subject=person.psn_no)


def test_what_was_closed_and_came_back_is_counted_and_listed(clerk: User, reviewer: User) -> None:
    case = come_back(clerk, reviewer)
    assert case.round == 2
    with clock.frozen(JULY.replace(month=9, day=20)):
        told = lookback.lines_of("441700", 30)
        assert (told["all"].closed, told["all"].back, told["all"].share) == (2, 1, 5000)
        for way in ("by_class", "by_town", "by_source"):
            assert [(one.closed, one.back) for one in told[way]] == [(2, 1)] or way == "by_town"
        assert lookback.lines_of("441700", 90)["all"].closed == 0
        shown = page(clerk, "lookback")
        assert "王复" in shown and "李完" not in shown and "50" in shown
        assert "王复" not in page(clerk, "lookback", days="90")
        assert "王复" in page(clerk, "lookback", days="30", source="民政")
        assert "王复" not in page(clerk, "lookback", days="30", source="残联")
        assert "请写天数" in page(clerk, "lookback", days="x")
        answer = as_user(clerk).get(reverse("rosters:lookback"), {"days": "30", "export": "xlsx"})
        assert "王复" in _cells(b"".join(answer))


def test_a_late_case_is_on_the_desk_of_whom_it_went_to(clerk: User, reviewer: User) -> None:
    person = make_person(name="王迟")
    make_file(make_sender(clerk), row_of(person), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    town = make_user("town", town=person.town)
    with clock.frozen(JULY.replace(day=12)):
        services.keep_watch(area="441700")
        shown = as_user(town).get(reverse("rosters:cases"), {"level": "1"}).content.decode()
        assert "王迟" in shown
        assert "roster_late" not in {work.kind for work in worklists.open_work("441700")}
    with clock.frozen(JULY.replace(day=18)):
        services.keep_watch(area="441700")
        for role in ("reviewer", "director"):
            shown = as_user(make_user(role)).get("/").content.decode()
            assert "督办超期的名单案件" in shown, role
        late = {work.kind: work for work in worklists.open_work("441700")}["roster_late"]
        assert late.count == 1 and not clerk.may(late.right)
        assert worklists.counts_of(town) == {"rosters:cases": 1}
        assert worklists.counts_of(make_user("town", town="北津镇")) == {"rosters:cases": 0}
        shown = page(clerk, "night")
        assert "报医保局" in shown and person.town in shown and "民政" in shown
        story = page(town, "case", Case.objects.get().pk)
        assert "超期，报乡镇负责人" in story and "超期，报医保局" in story
        assert "2019 年未登记节假日，只除去周末" in story


def test_the_night_page_shows_the_nights_and_counts_again(clerk: User, reviewer: User) -> None:
    from tongchou.platform.jobs import worker
    from tongchou.platform.workdays import services as workdays

    make_file(make_sender(clerk), row_of(make_person()), by=clerk)
    services.issue(by=reviewer, run=make_run(actor=clerk.login))
    assert as_user(clerk).post(reverse("rosters:night-run")).status_code == 302
    assert worker.run_one()
    shown = page(clerk, "night")
    assert "没有新的变化" in shown and "已完成" in shown
    day = JULY.date().replace(day=9)
    days = workdays.span(day, day, works=False, name="试", notice="通知")
    workdays.register_days(by=reviewer, days=days)
    assert "有 1 件的到期日不同" in page(reviewer, "night")
    client = as_user(reviewer)
    assert client.post(reverse("rosters:recount"), {"reason": ""}).status_code == 409
    client.post(reverse("rosters:recount"), {"reason": "登记了放假"})
    assert "件的到期日不同" not in page(reviewer, "night")


def judged(file: RosterFile) -> list[str]:
    file.refresh_from_db()
    return [gate["code"] for gate in file.gates]


def test_later_lists_are_judged_again_when_an_earlier_one_changes(
    clerk: User, reviewer: User
) -> None:
    sender = make_sender(clerk)
    rows = [row_of(make_person()) for _ in range(40)]
    july = make_file(sender, *rows[:20], month="2019-07", by=clerk)
    assert judged(july) == []
    june = make_file(sender, *rows, month="2019-06", by=clerk)
    assert judged(july) == ["L4"], "it has shrunk beside what came in afterwards"
    assert make_run("2019-07").incomplete == ["民政"], "nobody let it pass"
    shown = page(reviewer, "file", july.pk)
    assert "放行检查" in shown and "由 40 变为 20" in shown
    assert "放行名单检查" in as_user(reviewer).get("/").content.decode()
    with pytest.raises(Refused, match="收件人以外"):
        services.release(by=clerk, file=july, reason="核过")
    url = reverse("rosters:decide", args=[july.pk])
    as_user(reviewer).post(url, {"act": "release", "reason": "民政局说明：清退"})
    assert make_run("2019-07").incomplete == []
    assert "民政局说明" in repr(RosterFile.objects.get(pk=july.pk).released)
    with pytest.raises(Refused, match="没有等放行"):
        services.release(by=reviewer, file=july, reason="核过")
    services.undo(by=clerk, file=june, reason="发错")
    assert judged(july) == [], "what it was compared with is gone"
    assert Act.objects.filter(verb="rosters.file.judged").count() == 2


def test_what_was_judged_since_the_page_was_drawn_is_not_let_pass(
    clerk: User, reviewer: User
) -> None:
    sender = make_sender(clerk)
    rows = [row_of(make_person()) for _ in range(40)]
    july = make_file(sender, *rows[:20], month="2019-07", by=clerk, accepted=False)
    make_file(sender, *rows, month="2019-06", by=clerk)
    with pytest.raises(Refused, match="刚变过"):
        services.accept(by=reviewer, file=july)
    july.refresh_from_db()
    assert services.accept(by=reviewer, file=july, reason="清退").state == "accepted"
