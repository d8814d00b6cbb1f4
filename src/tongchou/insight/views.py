"""工作台: whose turn is it, what must I do now, and is all as it should be."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongchou.exchange import access, monitor
from tongchou.exchange.tables import address_of_today
from tongchou.insight import alarms, desk
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.authority.roles import UNATTENDED
from tongchou.settlement.queries import bills

REASONS = 8


@right_required("home.view")
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The desk of whoever is signed in: their tasks, the day's figures, what is wrong."""
    user = user_of(request)
    if user.role in UNATTENDED:
        return redirect("gateway:wall")
    if user.town is not None:
        return redirect("rosters:cases")  # a town has one thing to do here
    found = alarms.alarms_of(user)
    context: dict[str, Any] = {"alarms": found, "money_alarms": [a for a in found if a.money]}
    if user.may("bills.view"):
        context |= _figures(user)
        if user.institution_code is None:
            context |= _tasks(user, request.GET.get("tab", ""), request.GET.get("kind", ""))
    if user.may("gateway.view") and "desk" not in context:
        rows, places = access.messages_of(user), access.institutions_of(user)
        context["gateway"] = monitor.figures(rows, places)
        context["reasons"] = [
            (one, address_of_today(outcome="turned_away", infno=one.infno, reason=one.reason))
            for one in monitor.refusals(rows)[:REASONS]
        ]
    return render(request, "insight/home.html", context)


def _figures(user: User) -> dict[str, Any]:
    now = clock.now()
    own = user.institution_code
    then = desk.a_week_before(now)
    today = bills.today_figures(user.area_code, now.date(), own)
    return {
        "today": today,
        "before": bills.today_figures(user.area_code, then.date(), own, until=then),
        "share": today.fund * 10000 // today.total if today.total > 0 else None,
        "hours": desk.hours_chart(user.area_code, own),
    }


def _tasks(user: User, tab: str, kind: str) -> dict[str, Any]:
    tab = tab if tab in desk.TABS else desk.TABS[0]
    found = desk.Desk(user)
    shown = found.rows(tab, kind)
    waits = tab in ("begun", "others")
    return {
        "desk": found,
        "tab": tab,
        "kind": kind,
        "turns": found.turns(),
        "shown": [(task, found.holders(task) if waits else task.step) for task in shown],
        "waits": waits,
        "next": found.mine[0] if found.mine else None,
        "closed": found.week if tab == "week" else found.done if tab == "done" else None,
        "punctuality": found.punctuality,
    }
