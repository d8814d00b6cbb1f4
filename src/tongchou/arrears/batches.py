"""Pages of 集中补算: proposing a month, one batch, its public notice and its signature list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.arrears import access, collecting, queries
from tongchou.arrears.models import Batch
from tongchou.core.identity import mask_name
from tongchou.payouts.queries import state_of
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused

SHOWN = 500


@right_required("arrears.propose")
@require_POST
def propose(request: HttpRequest) -> HttpResponseBase:
    user = user_of(request)
    batch = collecting.propose_batch(by=user, month=request.POST.get("month", "").strip())
    messages.success(request, _("已提出，等另一人复核"))
    return redirect("arrears:batch", batch.pk)


@right_required("arrears.view")
@never_cache
@require_GET
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Its years, and whose step it is."""
    user = user_of(request)
    found = access.access_batch(user, pk)
    arrears = list(found.arrears.select_related("person_year__person").order_by("pk"))
    paid = state_of("arrears", [str(one.pk) for one in arrears])
    hands = (found.proposed_by_id, found.reviewed_by_id)
    step = {"proposed": "review", "reviewed": "release"}.get(found.state, "")
    standing = [one for one in arrears if one.state != "refused"]
    context = {
        "batch": found,
        "rows": [(one, _PAID.get(paid.get(str(one.pk), ""), "")) for one in arrears[:SHOWN]],
        "count": len(standing),
        "shown": SHOWN if len(arrears) > SHOWN else 0,
        "total": sum(one.total for one in standing),
        "step": step if step and user.may(f"arrears.{step}") and user.pk not in hands else "",
        "waits": bool(step),
    }
    return render(request, "arrears/batch.html", context)


_PAID = {"paid": _lazy("已到账"), "sent": _lazy("已送银行"), "bounced": _lazy("退汇")}


@right_required("arrears.view")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Review or release the whole, by whoever's step it is."""
    user = user_of(request)
    found = access.access_batch(user, pk)
    step = "review" if found.state == Batch.State.PROPOSED else "release"
    if not user.may(f"arrears.{step}"):
        raise Refused(_("这一步轮到别人办"))
    act = collecting.review_batch if step == "review" else collecting.release_batch
    agree = request.POST.get("agree") == "1"
    done = act(by=user, batch=found, agree=agree, opinion=request.POST.get("opinion", ""))
    messages.success(request, done.get_state_display())
    return redirect("arrears:batch", pk)


@right_required("arrears.view")
@never_cache
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice to hang out in each town 公示: the middle of a name is not shown."""
    found = access.access_batch(user_of(request), pk)
    towns = [
        (town, [(mask_name(one.person.name), one.person.village, one.total) for one in rows], whole)
        for town, rows, whole in queries.by_town(found)
    ]
    return render(request, "arrears/notice.html", {"batch": found, "towns": towns})


@right_required("arrears.view")
@never_cache
@require_GET
def signatures(request: HttpRequest, pk: int) -> HttpResponse:
    """The list that is signed in each town 签字表."""
    found = access.access_batch(user_of(request), pk)
    return render(
        request, "arrears/signatures.html", {"batch": found, "towns": queries.by_town(found)}
    )
