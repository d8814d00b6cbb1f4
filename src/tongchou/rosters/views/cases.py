"""One case with its whole history, and what may be done with it now."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongchou.people.doubles import twin_of
from tongchou.people.models import Person
from tongchou.people.queries import find_by_psn_no
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.machine import Verb
from tongchou.platform.casework.models import Case, Step
from tongchou.platform.casework.nightly import level_of
from tongchou.platform.casework.queries import escalated
from tongchou.platform.refusal import Refused
from tongchou.platform.workdays.queries import calendar_of
from tongchou.rosters import access, forms, lists, services, villages
from tongchou.rosters.casework import MACHINE, last_day_aside
from tongchou.rosters.services.answering import ANSWERABLE
from tongchou.rosters.worksheet import to_sheet

# What the system itself does, in words.
SYSTEM = {
    "found": _("比对发现"),
    "reopened": _("再次出现，复发"),
    "vanished": _("名单上不再出现"),
    "closed": _("系统已见到，销号"),
    "expire": _("例外到期，重新办理"),
    "turned": _("情形变了，另立案件"),
    "recount": _("按日历重算到期日"),
}


@right_required("rosters.cases")
@never_cache
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_case(user, pk)
    verbs = {
        name: verb
        for name, verb in MACHINE.verbs_of(found.state).items()
        if casework.may(found, verb, user)
    }
    form = forms.StepForm(request.POST or None, request.FILES or None)
    form.for_verbs(list(verbs.values()), last_day_aside(found, clock.today()))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        files = [casework.File(told["file"].name, told["file"].read())] if told.get("file") else []
        try:
            verb = request.POST.get("verb", "")
            if verb == "carry_out":
                moved = services.carry_out(case=found, by=user, note=told["note"], files=files)
            else:
                moved = casework.act(
                    case=found,
                    verb=verb,
                    by=user,
                    note=told["note"],
                    until=told.get("until"),
                    files=files,
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(MACHINE.states[moved.state].label))
            return redirect("rosters:case", pk)
    context = _context(found, verbs, form)
    context["may_see_people"] = user.may("people.view")
    act = services.act_of(found) if "correct" in verbs and user.may("people.edit") else None
    person = context["person"]
    merging = found.code == "I5" and person is not None and user.may("people.merge")
    context["twin"] = twin_of(person) if merging else None
    context["act"], context["act_words"] = act, act.words(found) if act else ""
    return render(request, "rosters/case.html", context)


def _context(found: Case, verbs: Mapping[str, Verb], form: forms.StepForm) -> dict[str, Any]:
    steps = found.steps.select_related("by").prefetch_related("evidence").order_by("-pk")
    person = None if found.subject.startswith("~") else find_by_psn_no(found.subject)
    labels = {**SYSTEM, **{name: verb.label for name, verb in MACHINE.verbs.items()}}
    return {
        "case": found,
        "state": MACHINE.states[found.state],
        "of": lists.pack_of(found.area).class_of(found.code),
        "facts": found.facts.split("；"),
        "steps": [(step, _label(step, labels)) for step in steps],
        "verbs": verbs,
        "form": form,
        "person": person,
        "went": _went(found, person),
        "today": clock.today(),
        "responsible": villages.of_cases(found.area, [found], clock.today()).get(found.pk),
        "escalated": escalated(found, clock.today()),
        "unknown_years": _unknown_years(found),
    }


def _went(case: Case, person: Person | None) -> str:
    """Return the number under which the case was found, where that record has gone into another."""
    number = case.key.split("|")[1]
    return number if person is not None and number != person.psn_no else ""


def _unknown_years(case: Case) -> list[int]:
    """Return the years that the case's limit crosses and of which no day off was entered."""
    if case.clock_from is None or case.due_on is None:
        return []
    first = clock.local(case.clock_from).date()
    return calendar_of(case.area).unknown(first, case.due_on)


def _label(step: Step, labels: Mapping[str, object]) -> str:
    if step.verb == "escalate":
        return _("超期，报%(to)s") % {"to": MACHINE.escalates[level_of(step)].label}
    return str(labels.get(step.verb, step.verb))


@right_required("rosters.cases")
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, to be saved and never shown as a page."""
    found = access.access_evidence(user_of(request), pk)
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=evidence"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@right_required("rosters.handle")
@never_cache
@require_GET
def worksheet(request: HttpRequest) -> HttpResponse:
    """The cases that wait to be verified, as a sheet to fill in and send back."""
    user = user_of(request)
    cases = access.cases_for(user).filter(state__in=ANSWERABLE).order_by("place", "code", "pk")
    held = villages.of_cases(user.area_code, cases, clock.today())
    answers_for = {pk: f"{one.name} {one.phone}" for pk, one in held.items()}
    answer = HttpResponse(
        to_sheet(cases, lists.pack_of(user.area_code), answers_for),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer.headers["Content-Disposition"] = "attachment; filename=worklist.xlsx"
    return answer


@right_required("rosters.handle")
@never_cache
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest) -> HttpResponseBase:
    """Take the filled sheet back."""
    form = forms.AnswersForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = services.take_answers(by=user_of(request), name=file.name, content=file.read())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已收回 %(n)s 件的核实结果") % {"n": taken})
            return redirect("rosters:cases")
    return render(request, "rosters/answers.html", {"form": form})
