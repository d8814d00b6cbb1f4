"""The demonstration county's lists: last month compared and handed out, this month under way.

Errors are planted with a known truth: helped people without a flag, flags without a list, deaths of
one source and of two, numbers and names as offices write them. This month one list has shrunk and
waits for a second person, and one has not come.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Q

from tongchou.demo.parameters import AREA, SEED
from tongchou.demo.persons import CAST, psn_no_of
from tongchou.demo.rosters.county import Registered
from tongchou.demo.rosters.dirt import Clerk
from tongchou.demo.rosters.files import Sent, write_list
from tongchou.demo.rosters.helped import SENDERS, WORDS
from tongchou.demo.rosters.kept import register_twice
from tongchou.people.models import Enrolment, Identity, Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.casework import services as casework
from tongchou.rosters import access, services
from tongchou.rosters.models import RosterFile, Run, Sender
from tongchou.settlement.models import Settlement

PURPOSE = "困难群众参保、标识和救助"
GROUNDS = {
    "民政": "民政部门按月推送低保、特困人员（演示）",
    "扶贫": "乡村振兴部门按月推送（演示）",
    "残联": "残联按月推送重度残疾人（演示）",
    "公安": "公安户籍注销信息共享（演示）",
    "殡仪馆": "殡葬信息共享（演示）",
}
_DIRT = 1
# How many of each are planted: assumed, enough to see every class.
_NOT_FLAGGED, _LEFT_OUT, _OTHER_KIND, _NOT_INSURED, _DEAD, _DEAD_ONCE = 12, 8, 6, 5, 6, 3
_BILLED = 3  # of those without a flag, who have bills this year
_HANDLED = 9  # cases on which the towns have begun


def send_lists() -> None:
    """Receive, compare and hand out, each by the post whose work it is."""
    users = {user.login: user for user in User.objects.all()}
    clerk, reviewer = users["jingban"], users["fuhe"]
    senders = [
        services.register_sender(
            by=clerk,
            source=source,
            purpose=PURPOSE,
            ground=ground,
            fields="姓名、身份证号、住址、类别",
        )
        for source, ground in GROUNDS.items()
    ]
    this = clock.today().replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    office = _Office(random.Random(SEED))
    register_twice()
    for sender in senders:
        _send(office, sender, last, clerk, office.rows(sender.source, last))
    run = services.try_month(area=AREA, month=f"{last:%Y-%m}", actor=clerk.login)
    _decide_one(clerk, run)
    services.issue(by=reviewer, run=run)
    _flag_one(clerk)
    _begin(users)
    _set_aside(reviewer)
    for sender in senders:
        rows = office.rows(sender.source, this)
        if sender.source == "扶贫":
            _send(office, sender, this, clerk, rows[: len(rows) * 2 // 3])
        elif sender.source != "殡仪馆":
            _send(office, sender, this, clerk, rows)
    services.try_month(area=AREA, month=f"{this:%Y-%m}", actor=clerk.login)
    file = RosterFile.objects.filter(sender=senders[0], month=f"{last:%Y-%m}").get()
    services.give_back(by=clerk, file=file)


def _decide_one(clerk: User, run: Run) -> None:
    """One row is decided at the review desk."""
    row = run.open_rows.filter(tier="review").order_by("pk").first()
    if row is not None:
        first = row.candidates[0]["person_no"]
        services.decide(by=clerk, row=row, person_no=first, evidence="户口页（演示）")


def _set_aside(reviewer: User) -> None:
    """One case stands as an exception for some weeks."""
    case = access.cases_for(reviewer).filter(state="true").order_by("pk").first()
    if case is not None:
        until = clock.today() + timedelta(days=40)
        casework.act(case=case, verb="except", by=reviewer, note="等户籍证明（演示）", until=until)


def _send(
    office: "_Office", sender: Sender, month: date, clerk: User, rows: Sequence[Sent]
) -> None:
    name = f"{sender.source}{month:%Y%m}.xlsx"
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        for _row in write_list(path, sender.source, rows, WORDS):
            pass
        content = path.read_bytes()
    file = services.receive(
        by=clerk, sender=sender, month=f"{month:%Y-%m}", name=name, content=content
    )
    if not any(gate["block"] for gate in file.gates):
        services.accept(by=clerk, file=file)


def _billed() -> set[int]:
    """Return who has large bills; not of the cast, whose facts the guides tell."""
    cast = [psn_no_of(one.serial) for one in CAST]
    bills = Settlement.objects.filter(scheme="resident", fund_total__gt=1_000_000)
    return set(bills.exclude(person__psn_no__in=cast).values_list("person_id", flat=True))


def _flag_one(clerk: User) -> None:
    """One flag is registered from its case: the person's bills until then await arrears."""
    numbers = Person.objects.filter(pk__in=_billed()).values("psn_no")
    case = access.cases_for(clerk).filter(code="F4", state="issued", subject__in=numbers).first()
    if case is None:
        return
    casework.act(case=case, verb="sign", by=clerk)
    case = casework.act(case=case, verb="confirm", by=clerk, note="认定文件属实")
    paper = casework.File("认定文件（演示）.txt", "演示".encode())
    services.carry_out(case=case, by=clerk, note="", files=[paper])


def _begin(users: dict[str, User]) -> None:
    """The towns have signed for some cases and looked into a few."""
    for user in (one for one in users.values() if one.role == "town"):
        cases = access.cases_for(user).filter(state="issued").order_by("pk")[:_HANDLED]
        for at, case in enumerate(cases):
            casework.act(case=case, verb="sign", by=user)
            if at % 3:
                casework.act(case=case, verb="confirm", by=user, note="入户核实，情况属实")
            if at % 3 == 2 and not case.asks_evidence:
                casework.act(case=case, verb="correct", by=user, note="已补正")


class _Office:
    """What the agencies know: who is helped, and what is planted about them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._people = {p.pk: p for p in Person.objects.filter(area=AREA)}
        self._clerk = Clerk(chance, _DIRT, sorted({p.town for p in self._people.values()}))
        today = clock.today()
        flagged = Identity.objects.filter(Q(end=None) | Q(end__gt=today), struck_at=None)
        self._kinds = {
            fact.person_id: (fact.kind, fact.start)
            for fact in flagged.order_by("person_id", "start")
            if self._people[fact.person_id].died_on is None
        }
        self._plant(today)

    def _plant(self, today: date) -> None:
        helped = sorted(self._kinds)
        insured = set(Enrolment.objects.filter(struck_at=None).values_list("person_id", flat=True))
        others = [
            pk for pk, one in sorted(self._people.items())
            if pk not in self._kinds and one.died_on is None
        ]  # fmt: skip
        resident = [pk for pk in others if pk in insured]
        since = today - timedelta(days=400)
        # Some of them have been to hospital since: what became known late is owed to them.
        been = _billed()
        billed = [pk for pk in resident if pk in been][:_BILLED]
        for pk in [*billed, *self._chance.sample(resident, min(_NOT_FLAGGED, len(resident)))]:
            self._kinds[pk] = ("destitute" if pk in billed else "low_income", since)
        nobody_s = [pk for pk in others if pk not in insured][:_NOT_INSURED]
        self._kinds |= {pk: ("low_income", since) for pk in nobody_s}
        taken = self._chance.sample(
            helped, min(_LEFT_OUT + _OTHER_KIND + _DEAD + _DEAD_ONCE, len(helped))
        )
        for pk in taken[:_LEFT_OUT]:
            del self._kinds[pk]
        for pk in taken[_LEFT_OUT : _LEFT_OUT + _OTHER_KIND]:
            kind, start = self._kinds[pk]
            self._kinds[pk] = ("destitute" if kind != "destitute" else "low_income", start)
        self._dead = dict.fromkeys(taken[_LEFT_OUT + _OTHER_KIND :], today - timedelta(days=50))
        self._once = set(taken[-_DEAD_ONCE:])

    def rows(self, source: str, month: date) -> list[Sent]:
        """Return the rows that an agency sends for a month."""
        rows = list(
            self._of_helped(source) if source in SENDERS.values() else self._of_dead(source)
        )
        self._chance.shuffle(rows)
        return rows

    def _of_helped(self, source: str) -> Iterator[Sent]:
        for pk, (kind, start) in self._kinds.items():
            if SENDERS[kind] == source and pk not in self._dead:
                yield self._row(pk, kind, start, "12" if source == "残联" else "")

    def _of_dead(self, source: str) -> Iterator[Sent]:
        for pk, day in self._dead.items():
            if source == "公安" or pk not in self._once:
                yield self._row(pk, "", day)
        for pk, person in self._people.items():
            if person.died_on is not None:
                yield self._row(pk, "", person.died_on)

    def _row(self, pk: int, kind: str, on: date, disabled: str = "") -> Sent:
        one = self._people[pk]
        sex = {"1": "男", "2": "女"}.get(one.sex, "")
        person = Registered(
            one.psn_no, one.id_no, one.name, sex, one.birth, one.town, one.village, "", ""
        )
        return Sent(pk, self._clerk.write(person, (person,), disabled), kind, on)
