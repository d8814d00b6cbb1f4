"""The month at a glance for institutions and for the population; one comparison; issuing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.core.registers.month import last_of
from tongchou.core.registers.pack import population_rules
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.authority.roles import RIGHTS
from tongchou.platform.casework.queries import late, open_cases
from tongchou.platform.jobs import services as jobs
from tongchou.platform.refusal import Refused
from tongchou.registers import access, files, queries, services
from tongchou.registers.models import INSTITUTIONS, POPULATION, Counted, Run
from tongchou.registers.services.receiving import MONTH
from tongchou.registers.tables import newest_roster_run, register_words

SHOWN_FINDINGS = 100
SHOWN_MONTHS = 12


def _month(request: HttpRequest, kind: str) -> tuple[str, list[str]]:
    months = queries.months_of(user_of(request).area_code, kind)
    asked = request.GET.get("month", "")
    month = asked if asked in months else months[0] if months else f"{clock.today():%Y-%m}"
    return month, months[:SHOWN_MONTHS]


def _common(request: HttpRequest, kind: str) -> dict[str, Any]:
    user, today = user_of(request), clock.today()
    month, months = _month(request, kind)
    cases = open_cases(user.area_code, kind)
    lines = queries.file_lines(user.area_code, kind, month, access.files_of(user), today)
    return {
        "kind": kind,
        "month": month,
        "months": months,
        "run": access.runs_of(user, kind).filter(month=month).first(),
        "lines": lines,
        "rights": RIGHTS[user.role],
        "open": cases.count(),
        "late": late(cases, today).count(),
    }


@right_required("registers.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Institutions under agreement beside the registers of health and market supervision."""
    context = _common(request, INSTITUTIONS)
    run: Run | None = context["run"]
    told = run.summary if run else {}
    year = int(str(context["month"])[:4])
    reasons, rows = queries.endings(user_of(request).area_code, year)
    context |= {
        "classes": queries.by_class(run) if run else [],
        "to_review": run.open_matches.count() if run else 0,
        "fine": told["agreements"] - told["wrong"] - told["maybe"] if told else 0,
        "missing": register_words(told.get("missing", [])),
        "year": year,
        "reasons": reasons,
        "endings": rows,
        "ended": [sum(row[1][at] for row in rows) for at in range(len(reasons))],
        "ended_all": sum(row[2] for row in rows),
    }
    return render(request, "registers/index.html", context)


@right_required("registers.view")
@never_cache
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """The registered population beside the insured of a day: rate, reasons, towns, ages."""
    user = user_of(request)
    context = _common(request, POPULATION)
    run = access.runs_of(user, POPULATION).first()
    context["run"] = run
    rows = Counted.objects.filter(run=run) if run else Counted.objects.none()
    figures = queries.figures(rows)
    rules = population_rules()
    roster = newest_roster_run(user)
    helped = queries.helped_without(roster, last_of(roster.month)) if roster else None
    context |= {
        "figures": figures,
        "reasons": [
            (code, rules.class_of(code).name, rules.class_of(code).action, n)
            for code, n in figures.counts.items()
        ],
        "towns": queries.by_town(rows) if run else [],
        "bands": queries.by_band(rows) if run else [],
        "elderly_from": rules.elderly_from,
        "roster": roster,
        "helped": helped,
        "listed": roster.listed.values("person_no").distinct().count() if roster else 0,
        "without": helped.rows.count() if helped else 0,
        "explained": helped.explained.count() if helped else 0,
    }
    context["helped_insured"] = context["listed"] - context["without"]
    context["unexplained"] = context["without"] - context["explained"]
    return render(request, "registers/coverage.html", context)


@right_required("registers.run")
@require_POST
def compare(request: HttpRequest) -> HttpResponseBase:
    """Ask for a month to be compared; the work goes on by itself."""
    month, kind = request.POST.get("month", ""), request.POST.get("kind", "")
    if not MONTH.fullmatch(month):
        raise Refused(_("请写明数据所属的月份，如 2019-06"))
    if kind not in files.OF_KIND:
        raise Refused(_("没有这种比对"))
    job = jobs.ask(kind=f"registers.{kind}", by=user_of(request), about=month)
    return redirect("jobs:job", job.pk)


@right_required("registers.view")
@never_cache
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, before anything is handed out."""
    user = user_of(request)
    found = access.access_run(user, pk)
    code = request.GET.get("code", "")
    findings = found.findings.filter(code=code) if code else found.findings.exclude(code="G1")
    context = {
        "run": found,
        "classes": queries.by_class(found),
        "code": code,
        "findings": findings.order_by("code", "town", "key")[:SHOWN_FINDINGS],
        "whole": findings.count(),
        "issuable": found.state == "tried" and user.may("registers.issue"),
        "own": found.asked_by == user.login,
        "up": "registers:coverage" if found.kind == POPULATION else "registers:list",
    }
    return render(request, "registers/run.html", context)


@right_required("registers.issue")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_run(user, pk)
    done = services.issue(by=user, run=found)
    words = {"new": done.new, "reopened": done.reopened, "gone": done.vanished + done.closed}
    messages.success(
        request, _("已下发：新案件 %(new)s，复发 %(reopened)s，不再出现 %(gone)s") % words
    )
    return redirect("registers:coverage" if found.kind == POPULATION else "registers:list")
