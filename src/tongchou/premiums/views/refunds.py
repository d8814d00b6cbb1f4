"""One refund: the decision by its clause, who proposed and approved it, where the money is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.core.rosters import load_pack
from tongchou.core.rosters.words import category_word
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.premiums import access, queries, services
from tongchou.premiums.models import Refund
from tongchou.premiums.tables import refund_tag


@right_required("premiums.view")
@never_cache
@require_GET
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_refund(user, pk)
    payout = queries.payouts_of([found]).get(found.pk, "")
    pack = load_pack(found.area)
    mine = user.may("premiums.review") and user.pk != found.proposed_by_id
    undoable = found.state == Refund.State.APPROVED and payout in ("waiting", "bounced")
    context = {
        "refund": found,
        "person": found.payment.person,
        "category": category_word(found.category),
        "cut_date": pack.cut_date(found.payment.year),
        "cut_cite": pack.parameters["cut_date"].cite,
        "tag": refund_tag(found, payout),
        "payout": payout,
        "exemption": queries.exemption_of(found.payment.person, found.payment.year),
        "may_decide": mine and found.state == Refund.State.PROPOSED,
        "may_undo": mine and undoable,
        "may_see_books": user.may("funds.view"),
    }
    return render(request, "premiums/refund.html", context)


@right_required("premiums.review")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve and post, send back, or undo what no bank has."""
    user = user_of(request)
    found = access.access_refund(user, pk)
    opinion = request.POST.get("opinion", "")
    act = request.POST.get("act", "")
    if act == "approve":
        done = services.approve_refund(by=user, refund=found, opinion=opinion)
    elif act == "refuse":
        done = services.refuse_refund(by=user, refund=found, opinion=opinion)
    elif act == "withdraw":
        done = services.withdraw_refund(by=user, refund=found, opinion=opinion)
    else:
        raise Refused(_("没有这种办法"))
    messages.success(request, done.get_state_display())
    return redirect("premiums:refund", pk)
