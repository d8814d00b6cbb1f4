"""One decision of the review desk, as the row was written, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.people.queries import find_by_psn_no
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.rosters import access, services
from tongchou.rosters.tables import verdict


@right_required("rosters.view")
@never_cache
@require_GET
def pin(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_pin(user, pk)
    person = find_by_psn_no(found.person_no)
    context = {
        "pin": found,
        "verdict": verdict(found),
        "person": person if person is not None and person.area == user.area_code else None,
        "may": user.may("rosters.decide") and found.removed_at is None,
        "may_see_people": user.may("people.view"),
        "others": access.pins_of(user).filter(subject=found.subject).exclude(pk=pk).order_by("-pk"),
    }
    return render(request, "rosters/pin.html", context)


@right_required("rosters.decide")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_pin(user, pk)
    services.remove_pin(by=user, pin=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤销，下次比对起按规则办理"))
    return redirect("rosters:pin", pk)
