"""Reversal 冲正 by the bureau: one person asks for it, another decides (A-14)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.settlement import access
from tongchou.settlement.forms import OpinionForm, ReasonForm
from tongchou.settlement.models import ReversalRequest
from tongchou.settlement.queries import statement as queries
from tongchou.settlement.services import reversal_requests
from tongchou.settlement.services.pricing import Busy
from tongchou.settlement.tables import bill_url, number_of, short_number
from tongchou.settlement.views.bills import effect_of


@right_required("reversal.propose")
@require_POST
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the reversal of a bill; nothing is reversed yet."""
    user = user_of(request)
    access.requests_of(user)  # a hospital reverses by its own message
    bill = access.access_bill(user, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(str(form.errors["reason"][0]), field="reason")
    reversal_requests.propose(by=user, bill=bill, reason=form.cleaned_data["reason"])
    messages.success(request, _("已申请冲正，等另一人复核"))
    return redirect("bills:statement", bill.pk)


@right_required("bills.view")
@require_safe
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A request with what it would do, for the one who reviews it."""
    return _page(request, pk, OpinionForm())


@right_required("reversal.review")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree, which reverses and reprices at once, or refuse with an opinion."""
    user = user_of(request)
    asked = access.access_request(user, pk)
    form = OpinionForm(request.POST)
    if form.is_valid():
        agree = form.cleaned_data["agree"] == "1"
        try:
            reversal_requests.review(
                request=asked, by=user, agree=agree, opinion=form.cleaned_data["opinion"]
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        except Busy:
            form.add_error(None, _("这个人正有别的结算入账。没有任何数据被改动，请再试一次"))
        else:
            done = _("已冲正，差额已同时入账") if agree else _("已退回申请，没有冲正")
            messages.success(request, done)
            return redirect("bills:statement", asked.settlement_id)
    return _page(request, pk, form, status=409)


def _page(request: HttpRequest, pk: int, form: OpinionForm, *, status: int = 200) -> HttpResponse:
    user = user_of(request)
    asked = access.access_request(user, pk)
    bill = access.access_bill(user, asked.settlement_id)
    open_ = asked.state == ReversalRequest.State.PROPOSED
    reversed_ = any(row.kind == "reversal" for row in queries.corrections_of(bill))
    context = {
        "asked": asked,
        "bill": bill,
        "number": number_of(bill),
        "short": short_number(bill),
        "bill_url": bill_url(bill),
        "open": open_,
        "effect": effect_of(bill) if open_ and not reversed_ else None,
        "own": asked.proposed_by_id == user.pk,
        "may_review": user.may("reversal.review"),
        "form": form,
    }
    return render(request, "settlement/reversal.html", context, status=status)
