"""Which row is meant: an institution or a person beside what it may be, decided by a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.people.models import Person
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.providers.queries import by_code
from tongchou.registers import access, services
from tongchou.registers.models import INSTITUTIONS, Pin


@right_required("registers.view")
@never_cache
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """The institutions that wait for a person's eye, and what was decided before."""
    user = user_of(request)
    run = access.runs_of(user, INSTITUTIONS).first()
    decided = Pin.objects.filter(area=user.area_code, removed_at=None)
    subjects = {(pin.register, pin.subject) for pin in decided}
    waiting = [
        one
        for one in (run.open_matches.order_by("code", "register") if run else [])
        if (one.register, one.code) not in subjects
    ]
    context = {
        "run": run,
        "waiting": waiting,
        "pins": decided.select_related("made_by").order_by("-made_at")[:50],
        "may": user.may("registers.handle"),
    }
    return render(request, "registers/review.html", context)


@right_required("registers.handle")
@never_cache
@require_http_methods(["GET", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_match(user, pk)
    wrong = ""
    if request.method == "POST":
        try:
            services.decide_match(
                by=user,
                match=found,
                key=request.POST.get("key", ""),
                evidence=request.POST.get("evidence", ""),
            )
        except Refused as refusal:
            wrong = refusal.reason
        else:
            messages.success(request, _("已核定。再比对一次，核定的结果就用上了"))
            return redirect("registers:review")
    context = {"match": found, "institution": by_code(found.code), "wrong": wrong}
    return render(request, "registers/match.html", context)


@right_required("registers.handle")
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    row = access.access_counted(user, pk)
    wrong = ""
    if request.method == "POST":
        try:
            services.decide_person(
                by=user,
                row=row,
                person_no=request.POST.get("key", ""),
                evidence=request.POST.get("evidence", ""),
            )
        except Refused as refusal:
            wrong = refusal.reason
        else:
            messages.success(request, _("已核定。再比对一次，核定的结果就用上了"))
            return redirect("registers:counted")
    numbers = [one[0] for one in row.candidates]
    people = {p.psn_no: p for p in Person.objects.filter(area=user.area_code, psn_no__in=numbers)}
    sides = [(people[no], why) for no, _score, why in row.candidates if no in people]
    context = {"row": row, "sides": sides, "wrong": wrong}
    return render(request, "registers/person.html", context)


@right_required("registers.handle")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    services.remove_pin(by=user_of(request), pin=access.access_pin(user_of(request), pk))
    messages.success(request, _("已撤销核定。再比对一次，由规则来定"))
    return redirect("registers:review")
