"""One case with its whole history, and what may be done with it now."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.casework import services as casework
from tongchou.platform.casework.machine import Verb
from tongchou.platform.casework.models import Case
from tongchou.platform.casework.queries import escalated
from tongchou.platform.refusal import Refused
from tongchou.registers import access, files, forms, services
from tongchou.registers.casework import BY_KIND
from tongchou.registers.models import INSTITUTIONS
from tongchou.registers.tables import register_words

# What the system itself does, in words.
SYSTEM = {
    "found": gettext_lazy("比对发现"),
    "reopened": gettext_lazy("再次出现，复发"),
    "vanished": gettext_lazy("登记数据里不再出现"),
    "closed": gettext_lazy("系统已见到，销号"),
    "expire": gettext_lazy("例外到期，重新办理"),
}


@right_required("registers.cases")
@never_cache
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_case(user, pk)
    machine = BY_KIND[found.kind]
    verbs = {
        name: verb
        for name, verb in machine.verbs_of(found.state).items()
        if casework.may(found, verb, user)
    }
    form = forms.StepForm(request.POST or None, request.FILES or None)
    form.for_verbs(list(verbs.values()))
    if request.method == "POST" and form.is_valid():
        try:
            moved = _do(request, found, user, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(machine.states[moved.state].label))
            return redirect("registers:case", pk)
    return render(request, "registers/case.html", _context(found, verbs, form, user))


def _do(request: HttpRequest, found: Case, user: User, form: forms.StepForm) -> Case:
    told = form.cleaned_data
    sent = [casework.File(told["file"].name, told["file"].read())] if told.get("file") else []
    verb = request.POST.get("verb", "")
    if verb in services.ACTS:
        return services.carry_out(case=found, act=verb, by=user, note=told["note"], files=sent)
    return casework.act(
        case=found, verb=verb, by=user, note=told["note"], until=told.get("until"), files=sent
    )


def _context(
    found: Case, verbs: Mapping[str, Verb], form: forms.StepForm, user: User
) -> dict[str, object]:
    machine = BY_KIND[found.kind]
    steps = found.steps.select_related("by").prefetch_related("evidence").order_by("-pk")
    labels = {**SYSTEM, **{name: verb.label for name, verb in machine.verbs.items()}}
    able = "correct" in verbs and user.may("providers.edit")
    return {
        "case": found,
        "state": machine.states[found.state],
        "of": files.rules_of(found.kind).class_of(found.code),
        "facts": found.facts.split("；"),
        "steps": [(step, labels.get(step.verb, step.verb)) for step in steps],
        "verbs": verbs,
        "form": form,
        "acts": [
            (name, act.label, act.words(found))
            for name, act in (services.acts_of(found) if able else {}).items()
        ],
        "about_institution": found.kind == INSTITUTIONS,
        "registers": register_words(found.sources) or _("公安"),
        "today": clock.today(),
        "escalated": escalated(found, clock.today()),
        "up": "registers:cases",
    }


@right_required("registers.cases")
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, to be saved and never shown as a page."""
    found = access.access_evidence(user_of(request), pk)
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=evidence"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
