"""One person's years: what he paid, what freed him, what he signed, what he is given back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.people.access import access_person
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.premiums import access, forms, queries, services
from tongchou.premiums.sections import years_shown
from tongchou.premiums.services.refunds import decision_of
from tongchou.premiums.tables import asked_year, year_choices


@right_required("premiums.view")
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, psn_no: str) -> HttpResponseBase:
    user, asked = user_of(request), asked_year(request)
    shown = access_person(user, psn_no)
    bound = _forms(request, shown, asked) if user.may("premiums.edit") else {}
    act = request.POST.get("act", "")
    if request.method == "POST":
        if act not in bound:
            raise Refused(_("没有这种办法"))
        form = bound[act]
        if form.is_valid():
            try:
                words = _ACTS[act](user, shown, asked, form.cleaned_data)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, words)
                return redirect(f"{reverse('premiums:person', args=[psn_no])}?year={asked}")
    return render(request, "premiums/person.html", _context(user, shown, asked, bound))


def _context(user: User, shown: Person, asked: int, bound: dict[str, Any]) -> dict[str, Any]:
    payment = queries.payment_of(shown, asked)
    category, since = queries.recognised(shown, asked)
    decision = decision_of(payment, category, since) if payment and category else None
    return {
        "person": shown,
        "year": asked,
        "years": [int(one) for one, _label in year_choices()],
        "shown": years_shown(shown),
        "payment": payment,
        "exemption": queries.exemption_of(shown, asked),
        "waiver": queries.waiver_of(shown, asked),
        "refund": queries.live_refund_of(payment) if payment else None,
        "decision": decision,
        "forms": bound,
        "may_edit": user.may("premiums.edit"),
    }


def _forms(request: HttpRequest, shown: Person, asked: int) -> dict[str, Any]:
    """Return the forms of what may be done in the year; the one that was sent is bound."""
    category, since = queries.recognised(shown, asked)
    payment = queries.payment_of(shown, asked)
    made: dict[str, Callable[..., Any]] = {}
    if queries.exemption_of(shown, asked) is None:
        made["exempt"] = lambda *sent: forms.ExemptForm(*sent, ground=category)
    if queries.waiver_of(shown, asked) is None:
        made["waiver"] = forms.WaiverForm
    if payment is not None and queries.live_refund_of(payment) is None:
        made["refund"] = lambda *sent: forms.RefundForm(
            *sent, category=category, recognised_on=since
        )
    sent = request.POST.get("act", "")
    return {
        name: make(request.POST, request.FILES) if name == sent else make()
        for name, make in made.items()
    }


def _exempt(user: User, shown: Person, asked: int, told: dict[str, Any]) -> str:
    services.exempt(by=user, person=shown, year=asked, **told)
    return _("已做免缴认定")


def _waive(user: User, shown: Person, asked: int, told: dict[str, Any]) -> str:
    file = told["file"]
    services.sign_waiver(
        by=user, person=shown, year=asked, signed_on=told["signed_on"], name=file.name,
        content=file.read(),
    )  # fmt: skip
    return _("已登记承诺书")


def _refund(user: User, shown: Person, asked: int, told: dict[str, Any]) -> str:
    payment = queries.payment_of(shown, asked)
    if payment is None:
        raise Refused(_("这一年没有缴费"))
    services.propose_refund(by=user, payment=payment, **told)
    return _("已提出退费，等另一人批准")


_ACTS = {"exempt": _exempt, "waiver": _waive, "refund": _refund}


@right_required("premiums.edit")
@require_POST
def strike(request: HttpRequest, kind: str, pk: int) -> HttpResponseBase:
    """Take out what was registered wrongly; it stays, struck."""
    user, reason = user_of(request), request.POST.get("reason", "")
    done: Any
    if kind == "payment":
        payment = access.access_payment(user, pk)
        done = services.strike_payment(by=user, payment=payment, reason=reason)
    elif kind == "exemption":
        exemption = access.access_exemption(user, pk)
        done = services.strike_exemption(by=user, exemption=exemption, reason=reason)
    elif kind == "waiver":
        waiver = access.access_waiver(user, pk)
        done = services.strike_waiver(by=user, waiver=waiver, reason=reason)
    else:
        raise Http404
    messages.success(request, _("已更正，原来的一条留着"))
    return redirect(f"{reverse('premiums:person', args=[done.person.psn_no])}?year={done.year}")


@right_required("premiums.view")
@require_GET
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed letter as it came, to be saved and never shown as a page."""
    found = access.access_waiver(user_of(request), pk)
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=letter"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
