"""The county at a glance: lists received and due, who is not insured, what is open and where."""

from datetime import datetime

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
from tongchou.platform.casework.models import Case
from tongchou.platform.jobs import services as jobs
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, queries, services, villages
from tongchou.rosters.casework import KIND, MACHINE
from tongchou.rosters.models import RosterFile, Run
from tongchou.rosters.services.receiving import MONTH

SHOWN_FINDINGS = 100
SHOWN_MONTHS = 12


@right_required("rosters.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), clock.today()
    months = queries.months_of(user.area_code)
    month = request.GET.get("month", "")
    month = month if month in months else months[0] if months else f"{today:%Y-%m}"
    run = access.runs_of(user).filter(month=month, changes=None).order_by("-made_at").first()
    cases = casework.open_cases(user.area_code, KIND)
    way = "source" if request.GET.get("way") == "source" else "place"
    count = casework.by_code_and_source if way == "source" else casework.by_code_and_place
    counts = count(cases, today)
    towns, rows = queries.heat(user.area_code, counts)
    lines = queries.list_lines(user.area_code, month, access.files_of(user), run, today)
    context = {
        "month": month,
        "months": months[:SHOWN_MONTHS],
        "run": run,
        "lines": lines,
        "came": sum(line.file is not None for line in lines),
        "balance": queries.balance(run, access.cases_for(user)) if run else None,
        "towns": towns,
        "heat": rows,
        "town_totals": [sum(row.cells[at][0] for row in rows) for at in range(len(towns))],
        "without_responsible": cases.count() - len(villages.of_cases(user.area_code, cases, today)),
        "way": way,
        "open": cases.count(),
        "late": casework.late(cases, today).count(),
        "late_by_town": [sum(row.cells[at][1] for row in rows) for at in range(len(towns))],
        "sums": queries.sums_of(lines),
        "aside": queries.aside_by_class(access.cases_for(user)),
        "watched": access.cases_for(user).filter(state="watched").count(),
        "flags": queries.flag_times(user.area_code, month),
        "rights": RIGHTS[user.role],
        "to_review": run.open_rows.filter(tier="review").count() if run else 0,
    }
    return render(request, "rosters/index.html", context)


@right_required("rosters.run")
@require_POST
def compare(request: HttpRequest) -> HttpResponseBase:
    """Ask for a month to be tried; the work goes on by itself."""
    month = request.POST.get("month", "")
    if not MONTH.fullmatch(month):
        raise Refused(_("请写明名单所属的月份，如 2019-06"))
    job = jobs.ask(kind="rosters.compare", by=user_of(request), about=month)
    return redirect("jobs:job", job.pk)


@right_required("rosters.view")
@never_cache
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, before anything is handed out."""
    user = user_of(request)
    found = access.access_run(user, pk)
    code = request.GET.get("code", "")
    findings = found.findings.filter(code=code) if code else found.findings.exclude(fate="open")
    differs = _differs(found)
    context = {
        "run": found,
        "differs": differs,
        "waiting": found.open_rows.filter(tier="review") if found.changes_id else (),
        "classes": queries.by_class(found),
        "code": code,
        "findings": findings.order_by("town", "key")[:SHOWN_FINDINGS],
        "whole": findings.count(),
        "issuable": found.state == "tried" and user.may("rosters.issue"),
        "own": found.asked_by == user.login,
    }
    return render(request, "rosters/run.html", context)


def _differs(run: Run) -> dict[str, object] | None:
    """Return what a corrected month finds otherwise than its issued run did; None of others."""
    if run.corrects is None:
        return None
    found = queries.differences(run, run.corrects)
    new = run.findings.filter(key__in=found.new).order_by("town", "key")
    gone = run.corrects.findings.filter(key__in=found.gone).order_by("town", "key")
    cases = Case.objects.filter(area=run.area, kind=KIND, key__in=found.new | found.gone)
    states = {case.key: MACHINE.states[case.state].label for case in cases}
    return {
        "new": [(one, states.get(one.key)) for one in new[:SHOWN_FINDINGS]],
        "gone": [(one, states.get(one.key)) for one in gone[:SHOWN_FINDINGS]],
        "new_whole": len(found.new),
        "gone_whole": len(found.gone),
    }


@right_required("rosters.issue")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    done = services.issue(by=user, run=access.access_run(user, pk))
    words = {"new": done.new, "reopened": done.reopened, "gone": done.vanished + done.closed}
    messages.success(
        request, _("已下发：新案件 %(new)s，复发 %(reopened)s，不再出现 %(gone)s") % words
    )
    return redirect("rosters:list")


def story_of(file: RosterFile) -> list[tuple[str, str, object]]:
    """Return what has happened to a list: (what, who, when)."""
    story: list[tuple[str, str, object]] = [
        (_("收到"), file.received_by.name, file.received_at),
    ]
    if file.decided_by is not None:
        story.append((str(file.get_state_display()), file.decided_by.name, file.decided_at))
    for one in file.released:
        at = datetime.fromisoformat(one["at"])
        if file.decided_at is None or at > file.decided_at:
            story.append(
                (_("放行 %(codes)s") % {"codes": "、".join(one["codes"])}, one["name"], at)
            )
    return story
