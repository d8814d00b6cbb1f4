"""Trial calculation 试算 at the window: what a bill would be paid, without any record of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongchou.people.models import Person
from tongchou.plans.queries import versions
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.authority.models import Area
from tongchou.platform.refusal import Refused
from tongchou.settlement.forms import TrialForm
from tongchou.settlement.priced import priced_trial
from tongchou.settlement.queries import statement as queries
from tongchou.settlement.services.trial import Trial, calculate
from tongchou.settlement.staircase import staircase
from tongchou.settlement.views.picking import pick


@right_required("trial.run")
@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """The person, the bill, and the staircase it would have. Its state is the address."""
    user = user_of(request)
    picked = pick(user, request.GET.get("person", ""))
    # Before there is a person and an amount nothing has been asked, so nothing is wrong yet.
    asked = picked.person is not None and bool(request.GET.get("total", "").strip())
    form = TrialForm(request.GET) if asked else TrialForm(initial=request.GET.dict())
    context: dict[str, Any] = {"picked": picked, "form": form}
    if picked.person:
        form.fields["total"].widget.attrs["autofocus"] = True
        context["person_url"] = reverse("people:person", args=[picked.person.psn_no])
    if picked.person and asked and form.is_valid():
        try:
            found = _calculate(user, picked.person, form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            context |= result(found)
    return render(request, "settlement/trial.html", context)


def _calculate(user: User, person: Person, data: dict[str, Any]) -> Trial:
    area = Area.objects.get(pk=user.area_code)
    return calculate(
        person=person,
        area=area.code,
        visit_kind=data["visit_kind"],
        level=data["level"],
        out_of_area=data["out_of_area"],
        total=data["total"],
        in_scope=data["in_scope"],
        on=data["on"],
        self_paid_visits=tuple(area.self_paid_visits),
    )


def result(found: Trial) -> dict[str, Any]:
    """What a page shows of a trial: as a statement shows a bill."""
    priced = priced_trial(found)
    layers = staircase(priced)
    version = versions(found.plan.area, found.plan.scheme).filter(plan_id=found.plan.plan_id)
    return {
        "trial": found,
        "layers": layers,
        "fund_share": sum(layer.share or 0 for layer in layers[1:-1]),
        "person_share": layers[-1].share,
        "reasons": queries.reasons_of(priced),
        "accumulators": [] if found.no_benefit else queries.accumulators_of(priced),
        "version": version.first(),
        "clause_url": True,
    }
