"""Whose turn it is: what waits for this user, what waits for another and for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.insight.tasks import Task, open_tasks, tasks_for
from tongchou.platform import clock
from tongchou.platform.accounts import queries as accounts
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import may_open
from tongchou.settlement.queries import bills
from tongchou.settlement.queries.bills import Closed

TABS = ("open", "late", "today", "begun", "others", "done", "week")
DAYS_OF_DONE = 30
NAMED = 2  # so many names of who could do it, then a number


@dataclass(frozen=True, slots=True)
class Turn:
    """Tasks of one kind that wait for the same people."""

    kind: str
    what: str
    holders: str
    tasks: list[Task] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(task.late for task in self.tasks)

    @property
    def first_due(self) -> Task:
        return self.tasks[0]


@dataclass(frozen=True, slots=True)
class Punctuality:
    """What the office finished since Monday, and how much of it within its limit."""

    done: int
    on_time: int

    @property
    def share(self) -> int:
        """In ten-thousandths, half up."""
        return (self.on_time * 20_000 + self.done) // (2 * self.done)


class Desk:
    """The open work of the office as `user` sees it. Nothing for hospitals' and towns' people."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def _open(self) -> list[Task]:
        return open_tasks(self.user.area_code) if self.user.of_bureau else []

    @cached_property
    def mine(self) -> list[Task]:
        """What `user` may do and has had no earlier hand in, the nearest limit first."""
        return [task for task in self._open if task.waits_for(self.user)]

    @cached_property
    def others(self) -> list[Task]:
        """What waits for somebody else; without an address where the user may not look."""
        found = [task for task in self._open if not task.waits_for(self.user)]
        return [task if may_open(self.user, task.url) else replace(task, url="") for task in found]

    @cached_property
    def begun(self) -> list[Task]:
        """What `user` began and others have yet to finish."""
        return [task for task in self.others if task.began_by == self.user.pk]

    @cached_property
    def late(self) -> list[Task]:
        return [task for task in self.mine if task.late]

    @cached_property
    def due_today(self) -> list[Task]:
        return [task for task in self.mine if task.due_today]

    @cached_property
    def done(self) -> list[Closed]:
        """What `user` signed and is finished, of the last month."""
        since = clock.now() - timedelta(days=DAYS_OF_DONE)
        return bills.closed_work(self.user.area_code, since, self.user.pk)

    @cached_property
    def week(self) -> list[Closed]:
        """What the whole office finished since Monday."""
        monday = clock.midnight() - timedelta(days=clock.today().weekday())
        return bills.closed_work(self.user.area_code, monday)

    @property
    def punctuality(self) -> Punctuality | None:
        """This week's, None before anything is finished."""
        if not self.week:
            return None
        return Punctuality(len(self.week), sum(one.on_time for one in self.week))

    def rows(self, tab: str, kind: str = "") -> list[Task]:
        """Return the open tasks of a tab, of one kind if it is given."""
        found = {
            "late": self.late, "today": self.due_today, "begun": self.begun, "others": self.others,
        }.get(tab, self.mine)  # fmt: skip
        return [task for task in found if not kind or task.kind == kind]

    @cached_property
    def _colleagues(self) -> list[User]:
        return accounts.colleagues(self.user.area_code)

    def holders(self, task: Task) -> str:
        """Return who can take the next step: the post, then names."""
        return _in_words([one for one in self._colleagues if task.waits_for(one)])

    def turns(self) -> list[Turn]:
        """Return what waits for others, by kind and by whom, the nearest limit first."""
        found: dict[tuple[str, str], Turn] = {}
        for task in self.others:
            who = self.holders(task)
            turn = found.setdefault((task.kind, who), Turn(task.kind, task.what, who))
            turn.tasks.append(task)
        return list(found.values())


def _in_words(able: list[User]) -> str:
    if not able:
        return _("没有人能办，请系统管理员设岗")
    posts = "、".join(dict.fromkeys(str(one.get_role_display()) for one in able))
    names = "、".join(one.name for one in able[:NAMED])
    if len(able) > NAMED:
        names = _("%(names)s等 %(n)s 人") % {"names": names, "n": len(able)}
    return f"{posts} {names}"


def counts_of(user: User) -> dict[str, int]:
    """Return how many things wait for `user`, by the entry of the menu where they are done."""
    mine = tasks_for(user)
    manual = _count(mine, ("manual_review", "manual_approval"))
    plans = _count(mine, ("plan_check", "plan_adoption", "plan_draft"))
    return {"insight:home": len(mine), "bills:manual-list": manual, "plans:list": plans}


def _count(tasks: Iterable[Task], kinds: tuple[str, ...]) -> int:
    return sum(task.kind in kinds for task in tasks)


def hours_chart(area: str, institution: str | None) -> dict[str, Any]:
    """Return today's bills by hour against the same day a week before, office hours shown."""
    now = clock.now()
    today = bills.by_hour(area, now.date(), institution)
    before = bills.by_hour(area, now.date() - timedelta(days=7), institution)
    busy = [h for h in range(24) if today[h] or before[h]]
    first, last = (min(busy), max(busy)) if busy else (8, 17)
    hours = range(min(first, 8), max(last, now.hour if busy else 17) + 1)
    return {
        "x": [str(h) for h in hours],
        "series": [
            {
                "name": _("今日"),
                "values": [today[h] for h in hours],
                "tone": "s1",
                "urls": [_bills_of_hour(now.date(), h) for h in hours],
            }
        ],
        "marks": {"name": _("上周同日"), "values": [before[h] for h in hours]},
        "partial": now.hour in hours and hours[-1] == now.hour,
        "rows": [(h, today[h], before[h], _bills_of_hour(now.date(), h)) for h in hours],
    }


def _bills_of_hour(day: date, hour: int) -> str:
    return f"{reverse('bills:list')}?day_from={day}&day_to={day}&hour={hour}&state=bills"


def a_week_before(moment: datetime) -> datetime:
    return moment - timedelta(days=7)
