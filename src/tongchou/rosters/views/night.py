"""What the nights did, what they will do, and what has gone up because it is late."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.authority.roles import RIGHTS
from tongchou.platform.casework import queries as casework
from tongchou.platform.casework import services as cases
from tongchou.platform.jobs import services as jobs
from tongchou.rosters import access, queries
from tongchou.rosters.casework import KIND, MACHINE

SHOWN_NIGHTS, SHOWN_CASES = 14, 12


@right_required("rosters.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    area = user.area_code
    up = casework.gone_up(area, KIND)
    aside = access.cases_for(user).filter(until__isnull=False).order_by("until", "pk")
    context = {
        "nights": [(job, _told(job.result)) for job in access.nights_of(user)[:SHOWN_NIGHTS]],
        "levels": list(MACHINE.escalates.items()),
        "by_town": queries.up_lines({days: one.by_place for days, one in up.items()}),
        "by_source": queries.up_lines({days: one.by_source for days, one in up.items()}),
        "aside": [(case, MACHINE.states[case.state].label) for case in aside[:SHOWN_CASES]],
        "aside_whole": aside.count(),
        "watched": access.cases_for(user).filter(state="watched").count(),
        "moves": len(casework.would_move(area, KIND)),
        "rights": RIGHTS[user.role],
        "today": clock.today(),
    }
    return render(request, "rosters/night.html", context)


def _told(result: dict[str, object]) -> dict[str, object]:
    up = result.get("went_up") or {}
    assert isinstance(up, dict)
    return {**result, "up": [(MACHINE.escalates[int(n)].label, count) for n, count in up.items()]}


@right_required("rosters.run")
@require_POST
def ask(request: HttpRequest) -> HttpResponseBase:
    """Do now what the night would do; the same again does nothing."""
    job = jobs.ask(kind="rosters.night", by=user_of(request), about=f"{clock.now():%Y-%m-%d %H:%M}")
    return redirect("jobs:job", job.pk)


@right_required("rosters.issue")
@require_POST
def recount(request: HttpRequest) -> HttpResponseBase:
    """Count the limits of open cases again by the calendar of now."""
    moved = cases.count_again(kind=KIND, by=user_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("已重算，%(n)s 件的到期日变了") % {"n": moved})
    return redirect("rosters:night")
