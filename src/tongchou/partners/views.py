"""A partner area and what was agreed with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongchou.partners import access, forms, queries, services
from tongchou.partners.tables import state_tags
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.queries import acts_on
from tongchou.platform.trail.registry import text_of

SHOWN_ACTS = 8


@right_required("partners.view")
@never_cache
@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    user = user_of(request)
    shown = access.access_partner(user, code)
    rows = queries.with_days_left(access.agreements_of(user), clock.today())
    agreements = queries.newest_first(rows.filter(partner=shown))
    context = {
        "partner": shown,
        "agreements": [(one, state_tags(one)) for one in agreements],
        "acts": [
            {"who": act.actor_name or act.actor, "what": text_of(act.verb), "at": act.at}
            for act in acts_on("partner", shown.code).filter(area=user.area_code)[:SHOWN_ACTS]
        ],
        "may_edit": user.may("partners.edit"),
    }
    return render(request, "partners/partner.html", context)


@right_required("partners.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponseBase:
    form = forms.PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_partner(by=user_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记。请接着登记协议"))
            return redirect("partners:record", made.code)
    context = {"form": form, "heading": _("登记合作统筹区"), "keep": _("不登记")}
    return render(request, "partners/form.html", context)


@right_required("partners.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponseBase:
    user = user_of(request)
    shown = access.access_partner(user, code)
    held = {name: getattr(shown, name) for name in forms.CorrectForm.base_fields}
    form = forms.CorrectForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_partner(by=user, partner=shown, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已更正"))
            return redirect("partners:partner", code)
    context = {"partner": shown, "form": form, "heading": _("更正登记"), "keep": _("不更正")}
    return render(request, "partners/form.html", context)


@right_required("partners.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, code: str) -> HttpResponseBase:
    user = user_of(request)
    shown = access.access_partner(user, code)
    form = forms.AgreementForm(user.area_code, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_agreement(by=user, partner=shown, **form.told())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记协议"))
            return redirect("partners:partner", code)
    context = {"partner": shown, "form": form, "heading": _("登记协议"), "keep": _("不登记")}
    return render(request, "partners/form.html", context)


@right_required("partners.view")
@never_cache
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One agreement; ended before its day, or struck, each by its own act."""
    user = user_of(request)
    found = access.access_agreement(user, pk)
    may, act = user.may("partners.edit"), request.POST.get("act", "")
    if request.method == "POST" and not may:
        raise NotAllowed(_("您的岗位不能登记合作协议。请由经办岗办理"))
    if request.method == "POST" and act not in ("end", "strike"):
        raise Http404
    ending = forms.EndForm(request.POST if act == "end" else None)
    striking = forms.StrikeForm(request.POST if act == "strike" else None)
    form = striking if act == "strike" else ending
    if request.method == "POST" and form.is_valid():
        perform: Any = services.strike_agreement if act == "strike" else services.end_agreement
        try:
            perform(by=user, agreement=found, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = _("已更正，原来的一条留着") if act == "strike" else _("已登记终止")
            messages.success(request, words)
            return redirect("partners:agreement", pk)
    rows = queries.with_days_left(access.agreements_of(user).filter(pk=pk), clock.today())
    standing = may and found.struck_at is None
    over = found.end is not None and found.end <= clock.today()
    context = {
        "agreement": found,
        "partner": found.partner,
        "tags": state_tags(rows.get()),
        "ended_by": queries.name_of(found.ended_by),
        "struck_by": queries.name_of(found.struck_by),
        "end_form": ending if standing and found.ended_at is None and not over else None,
        "strike_form": striking if standing else None,
    }
    return render(request, "partners/agreement.html", context)


@right_required("partners.view")
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as it came, to be saved and never shown as a page."""
    found = access.access_agreement(user_of(request), pk)
    answer = HttpResponse(bytes(found.paper), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = "attachment; filename=agreement"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
