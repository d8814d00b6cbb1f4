"""What a person of the bureau has to do now: one list over all contexts, by its clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.plans import queries as plans
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.settlement.queries import bills

# The articles give no limit for reading a policy draft; the bureau sets its own.
DAYS_FOR_A_DRAFT = 7
TABS = ("open", "late", "today")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for this user. `amount` in fen, None where it is not about money."""

    what: str
    about: str
    amount: int | None
    step: str
    began_at: datetime
    due_at: datetime
    url: str

    @property
    def late(self) -> bool:
        return self.due_at < clock.now()

    @property
    def due_today(self) -> bool:
        return not self.late and self.due_at.date() <= clock.today()


def tasks_of(user: User) -> list[Task]:
    """Return what `user` may do and has had no earlier hand in, the nearest limit first."""
    if user.institution_code is not None:
        return []
    found = [*_of_bills(user), *_of_plans(user)]
    return sorted(found, key=lambda task: task.due_at)


def in_tab(tasks: list[Task], tab: str) -> list[Task]:
    if tab == "late":
        return [task for task in tasks if task.late]
    if tab == "today":
        return [task for task in tasks if task.due_today]
    return tasks


def _of_bills(user: User) -> Iterator[Task]:
    words = {
        "manual_review": (_("复核零星报销"), _("复核")),
        "manual_approval": (_("审批零星报销"), _("审批")),
        "reversal": (_("复核冲正"), _("复核")),
    }
    for work in bills.open_work(user.area_code):
        if user.may(work.right) and user.pk not in work.acted:
            what, step = words[work.kind]
            about = f"{work.person}，{work.number}"
            yield Task(what, about, work.amount, step, work.began_at, work.due_at, work.url)


def _of_plans(user: User) -> Iterator[Task]:
    states = PlanVersion.State
    for version in plans.versions(user.area_code):
        began = version.submitted_at
        if began is None or version.state not in (states.DRAFT, states.CHECKED):
            continue
        checking = version.state == states.DRAFT
        hands = (version.drafted_by_id, version.checked_by_id)
        if user.may("plans.check" if checking else "plans.adopt") and user.pk not in hands:
            yield Task(
                _("复核政策草案") if checking else _("采用政策草案"),
                version.title,
                None,
                _("复核") if checking else _("采用"),
                began,
                began + timedelta(days=DAYS_FOR_A_DRAFT),
                reverse("plans:version", args=[version.pk]),
            )


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
        "series": [{"name": _("今日"), "values": [today[h] for h in hours], "tone": "s1"}],
        "marks": {"name": _("上周同日"), "values": [before[h] for h in hours]},
        "partial": now.hour in hours and hours[-1] == now.hour,
        "rows": [(h, today[h], before[h]) for h in hours],
    }
