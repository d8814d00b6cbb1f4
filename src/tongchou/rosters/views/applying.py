"""Applications: a town hands in, another at the bureau recognises or says why not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.people.labels import IDENTITY_LABELS
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.rosters import access, forms, services
from tongchou.rosters.applications import Application


@right_required("rosters.apply")
@never_cache
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponseBase:
    form = forms.ApplicationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.apply_for(
                by=user_of(request),
                id_no=told["id_no"],
                name=told["name"],
                kind=told["kind"],
                year=told["year"],
                material_name=told["material"].name,
                material=told["material"].read(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已报送，等医保局审核"))
            return redirect("rosters:application", made.pk)
    return render(request, "rosters/apply.html", {"form": form})


@right_required("rosters.cases")
@never_cache
@require_GET
def application(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_application(user, pk)
    waits = found.state == Application.State.SUBMITTED
    return render(request, "rosters/application.html", _context(request, found, waits))


@right_required("rosters.recognise")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_application(user, pk)
    form = forms.DecisionForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            if request.POST.get("act") == "recognise":
                done = services.recognise(
                    by=user, application=found, recognised_on=told["recognised_on"]
                )
            else:
                done = services.refuse_application(
                    by=user, application=found, reason=told["reason"]
                )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, done.get_state_display())
            return redirect("rosters:application", pk)
    return render(request, "rosters/application.html", _context(request, found, True, form))


@right_required("rosters.cases")
@require_GET
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, to be saved and never shown as a page."""
    found = access.access_application(user_of(request), pk)
    answer = HttpResponse(bytes(found.material), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=material"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _context(
    request: HttpRequest,
    found: Application,
    waits: bool,
    form: forms.DecisionForm | None = None,
) -> dict[str, object]:
    user = user_of(request)
    may = waits and user.may("rosters.recognise")
    return {
        "application": found,
        "kind": IDENTITY_LABELS.get(found.kind, found.kind),
        "waits": waits,
        "own": found.submitted_by_id == user.pk,
        "form": (form or forms.DecisionForm()) if may else None,
        "may_see_people": user.may("people.view"),
    }
