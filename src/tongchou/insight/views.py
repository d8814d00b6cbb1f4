"""工作台: what must I do now, and is all as it should be."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongchou.exchange import access, monitor
from tongchou.insight import alarms, desk
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.settlement.queries import bills


@right_required("home.view")
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The desk of whoever is signed in: their tasks, the day's figures, what is wrong."""
    user = user_of(request)
    context: dict[str, Any] = {"alarms": alarms.alarms_of(user)}
    if user.may("bills.view"):
        context |= _figures(user) | _tasks(user, request.GET.get("tab", ""))
    if user.may("gateway.view"):
        rows, places = access.messages_of(user), access.institutions_of(user)
        context["gateway"] = monitor.figures(rows, places)
        if user.institution_code is not None:
            context["reasons"] = monitor.refusals(rows)[:5]
    return render(request, "insight/home.html", context)


def _figures(user: User) -> dict[str, Any]:
    now = clock.now()
    own = user.institution_code
    today = bills.today_figures(user.area_code, now.date(), own)
    before = bills.today_figures(user.area_code, now.date() - timedelta(days=7), own)
    return {
        "today": today,
        "before": before,
        "share": today.fund * 10000 // today.total if today.total > 0 else None,
        "hours": desk.hours_chart(user.area_code, own),
    }


def _tasks(user: User, tab: str) -> dict[str, Any]:
    tab = tab if tab in desk.TABS else desk.TABS[0]
    tasks = desk.tasks_of(user)
    return {
        "tab": tab,
        "tasks": tasks,
        "shown": desk.in_tab(tasks, tab),
        "late": sum(task.late for task in tasks),
        "due_today": sum(task.due_today for task in tasks),
        "next": tasks[0] if tasks else None,
    }
