"""The demonstration county's lists: a year of them, received, compared, handed out and worked on.

Errors are planted with a known truth (`stories`). The months before are history: cases opened,
put right in the register, closed by a later list, found again; a list that came late corrects its
month. This month one list has shrunk and waits for a second person, and one has not come.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from tongchou.demo.parameters import AREA
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.demo.rosters import working
from tongchou.demo.rosters.files import write_list
from tongchou.demo.rosters.helped import WORDS
from tongchou.demo.rosters.keeping import Drawn, Keep, as_json, draw, from_json, keep_nothing
from tongchou.demo.rosters.year import LATE, MONTHS, SENT_AGAIN, SHRUNKEN, File, Year
from tongchou.demo.rosters.yearly import title_of
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, register, services
from tongchou.rosters.models import RosterFile, Run, Sender
from tongchou.settlement.models import Settlement

Progress = Callable[[int, int | None, str], None]
PURPOSE = "困难群众参保、标识和救助"
GROUNDS = {
    "民政": "民政部门按月推送低保、特困人员（演示）",
    "扶贫": "乡村振兴部门按月推送（演示）",
    "残联": "残联按月推送重度残疾人（演示）",
    "公安": "公安户籍注销信息共享（演示）",
    "殡仪馆": "殡葬信息共享（演示）",
    "省平台": "省级平台县外参保比对（演示）",
}
_HANDLED = 9  # cases on which the towns have begun
_NOT_COME = "殡仪馆"  # this month
_NEW_HAND = "民政"  # this month: somebody new typed some of its rows, so that the desk has work
_TYPED_ANEW = 60, 14  # rows, as many times the usual errors
_SENT_BACK = {SHRUNKEN: "少了约四成，请核对后重发", SENT_AGAIN: "是上个月的文件，请发本月的"}


def send_lists(
    progress: Progress = lambda _done, _whole, _words: None,
    kept: Mapping[str, Any] = MappingProxyType({}),
    keep: Keep = keep_nothing,
) -> None:
    """Receive, compare and hand out month by month, each by the post whose work it is.

    A month is done whole or not at all. `keep` is told, in its transaction, how many are done and
    at the beginning what all of it is drawn from; `kept` is what it was told before the work was
    broken off: the months that are done are not done again. Raises Refused where a year was begun
    and nothing of it kept.
    """
    done = int(kept.get("done", 0))
    if not done and Sender.objects.filter(area=AREA).exists():
        raise Refused(_("名单收到一半中断了。请删去演示县的文件夹重建"))
    users = {user.login: user for user in User.objects.all()}
    drawn = from_json(kept["drawn"]) if done else draw(_told_of(), _billed())
    to_keep = {} if done else {"drawn": as_json(drawn)}
    scene = Year(drawn.county, drawn.members, drawn.first, drawn.chance, deaths=drawn.deaths)
    year = _Sending(scene, drawn, users)
    steps: list[Callable[[], None]] = [
        year.register, *(partial(year.past, n) for n in range(1, MONTHS)), year.this_month,
    ]  # fmt: skip
    for n, step in enumerate(steps):
        if n < done:
            year.recall(n)
            continue
        progress(max(n - 1, 0), MONTHS, f"{scene.months[max(n - 1, 0)]:%Y-%m}")
        with transaction.atomic():
            step()
            keep(done=n + 1, **to_keep)
        to_keep = {}
    progress(MONTHS, MONTHS, "")


def _told_of() -> set[str]:
    """Return the cast, whose facts the guides tell."""
    return {psn_no_of(one.serial) for one in CAST}


def _billed() -> set[str]:
    """Return who has large bills."""
    bills = Settlement.objects.filter(scheme="resident", fund_total__gt=1_000_000)
    return set(bills.values_list("person__psn_no", flat=True))


@contextmanager
def _on(month: date, day: int, hour: int = 9) -> Iterator[None]:
    with clock.frozen(make_aware(datetime.combine(month.replace(day=day), time(hour)))):
        yield


class _Sending:
    """Sends the files of a year in the order in which they came."""

    def __init__(self, scene: Year, drawn: Drawn, users: dict[str, User]) -> None:
        self._scene, self._drawn = scene, drawn
        self._users = users
        self._clerk, self._reviewer = users["jingban"], users["fuhe"]
        self._senders: dict[str, Sender] = {}
        self._registry = register.registry_of(AREA)  # of persons whom nothing here changes
        self._late: File | None = None
        self._last: dict[str, bytes] = {}
        self._meant: dict[tuple[int, str, int], str] = {}

    def register(self) -> None:
        with _on(self._drawn.first, 1):
            for source, ground in GROUNDS.items():
                self._senders[source] = services.register_sender(
                    by=self._clerk, source=source, purpose=PURPOSE, ground=ground,
                    fields="姓名、身份证号、住址、类别",
                )  # fmt: skip

    def recall(self, n: int) -> None:
        """Take up what was done of the n-th month; the chance goes on as if it had been done now."""
        if n == 0:
            senders = Sender.objects.filter(area=AREA).order_by("pk")
            self._senders = {sender.source: sender for sender in senders}
            return
        month = f"{self._scene.months[n - 1]:%Y-%m}"
        for file in self._scene.files(n):
            if file.late:
                self._late = file
            sent = RosterFile.objects.filter(sender=self._senders[file.source], month=month)
            if (last := sent.order_by("-pk").first()) is not None:
                self._last[file.source] = bytes(last.content)

    def past(self, n: int) -> None:
        """A month that is over: lists by the ninth, handed out on the eleventh, worked on."""
        month = self._scene.months[n - 1]
        changes = []
        with _on(month, 9):
            for file in self._scene.files(n):
                if file.changes:
                    changes.append(file)
                elif file.late:
                    self._late = file
                else:
                    self._send(n, file)
        with _on(month, 10):
            run = self._try(month)
        with _on(month, 11):
            services.issue(by=self._reviewer, run=run)
        if n < MONTHS - 1:
            with _on(month, 16):
                working.put_right(self._clerk, self._reviewer, self._drawn.planted)
                working.settle_rows(run, self._clerk, self._meant)
        for file in changes:
            self._changes(n, file)
        if n == LATE[0] + 1 and self._late is not None:
            self._correct(n - 1, self._late)

    def _try(self, month: date) -> Run:
        return services.try_month(
            area=AREA, month=f"{month:%Y-%m}", actor=self._clerk.login, registry=self._registry
        )

    def _changes(self, n: int, file: File) -> None:
        """Changes between two lists: in the register the same day."""
        month = self._scene.months[n - 1]
        with _on(month, file.changes):
            roster = self._send(n, file)
            run = services.try_changes(
                file=roster, actor=self._clerk.login, registry=self._registry
            )
        with _on(month, file.changes, 10):
            services.issue(by=self._reviewer, run=run)
            working.put_right(self._clerk, self._reviewer, self._drawn.planted)

    def _correct(self, n: int, file: File) -> None:
        """A list that came when its month was over: the month is run again, and differs."""
        month, now = self._scene.months[n - 1], self._scene.months[n]
        with _on(now, 24):
            self._send(n, file)
            run = self._try(month)
        with _on(now, 25):
            services.issue(by=self._reviewer, run=run)

    def this_month(self) -> None:
        """The month under way: tried, not handed out; what the towns have begun with."""
        _flag_one(self._clerk)
        _begin(self._users)
        for file in self._scene.files(MONTHS):
            if file.source == SHRUNKEN[1]:
                self._send(MONTHS, file._replace(rows=file.rows[: len(file.rows) * 2 // 3]))
            elif file.source == _NEW_HAND:
                self._send(MONTHS, self._scene.typed_anew(file, *_TYPED_ANEW))
            elif file.source != _NOT_COME:
                self._send(MONTHS, file)
        self._try(self._scene.months[-1])
        _give_back(self._clerk)

    def _send(self, n: int, file: File) -> RosterFile:
        month = f"{self._scene.months[n - 1]:%Y-%m}"
        name = (
            f"{file.source}{file.month:%Y%m}{f'变动{file.changes}日' if file.changes else ''}.xlsx"
        )
        content, places = _written(name, file)
        if (n, file.source) == SENT_AGAIN:
            content = self._last[file.source]
        self._last[file.source] = content
        roster = services.receive(
            by=self._clerk, sender=self._senders[file.source], month=month, name=name,
            content=content,
        )  # fmt: skip
        for sheet, row, at in places:
            if at >= 0:
                self._meant[roster.pk, sheet, row] = self._drawn.county[at].person_no
        if not any(gate["block"] for gate in roster.gates):
            return services.accept(by=self._clerk, file=roster)
        if n < MONTHS:
            said = _SENT_BACK.get((n, file.source), "人数变动过大，请说明后重发")
            return services.refuse(by=self._reviewer, file=roster, reason=said)
        return roster


def _written(name: str, file: File) -> tuple[bytes, Sequence[tuple[str, int, int]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        places = list(write_list(path, file.source, file.rows, WORDS, title_of(file)))
        return path.read_bytes(), places


def _give_back(clerk: User) -> None:
    """One sender has been told what became of each line of the last list that was handed out."""
    file = RosterFile.objects.filter(sender__source="民政", state=RosterFile.State.ACCEPTED)
    issued = Run.objects.filter(area=AREA, state=Run.State.ISSUED).values("month")
    last = file.filter(month__in=issued, kind=RosterFile.Kind.FULL).order_by("-month").first()
    if last is not None:
        services.give_back(by=clerk, file=last)


def _flag_one(clerk: User) -> None:
    """One flag is registered from its case: the person's bills until then await arrears."""
    case = (
        access.cases_for(clerk)
        .filter(code="F4", state="issued", subject__in=_billed() - _told_of())
        .first()
    )
    if case is None:
        return
    casework.act(case=case, verb="sign", by=clerk)
    case = casework.act(case=case, verb="confirm", by=clerk, note="认定文件属实")
    services.carry_out(case=case, by=clerk, note="", files=[working.PAPER])


def _begin(users: dict[str, User]) -> None:
    """The towns have signed for some cases and looked into a few."""
    for user in (one for one in users.values() if one.role == "town"):
        cases = access.cases_for(user).filter(state="issued").order_by("-pk")[:_HANDLED]
        for at, case in enumerate(cases):
            casework.act(case=case, verb="sign", by=user)
            if at % 3:
                casework.act(case=case, verb="confirm", by=user, note="入户核实，情况属实")
            if at % 3 == 2 and not case.asks_evidence:
                casework.act(case=case, verb="correct", by=user, note="已补正")
