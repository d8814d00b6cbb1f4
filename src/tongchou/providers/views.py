"""One institution: agreement, doctors, capabilities, credentials."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail.queries import acts_on
from tongchou.platform.trail.registry import text_of
from tongchou.providers import access, forms, queries, services
from tongchou.providers.labels import CAPABILITY_LABELS, STATE_EFFECTS
from tongchou.providers.models import Agreement, Doctor, Institution

SHOWN_DOCTORS = 12
SHOWN_ACTS = 8


@right_required("providers.view")
@never_cache
@require_GET
def institution(request: HttpRequest, code: str) -> HttpResponse:
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    return _page(request, shown)


@right_required("providers.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def change_agreement(request: HttpRequest, code: str) -> HttpResponseBase:
    """Asked first, with the effect in words; done when it is confirmed."""
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    form = forms.AgreementForm(request.POST or None)
    effect = None
    if request.method == "POST" and form.is_valid():
        confirmed = "confirmed" in request.POST
        try:
            with transaction.atomic():
                agreement = services.change_agreement(
                    actor=request.user.get_username(), institution=shown, **form.cleaned_data
                )
                transaction.set_rollback(not confirmed)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if confirmed:
                words = {"state": agreement.get_state_display(), "start": agreement.start}
                messages.success(request, _("协议自 %(start)s 起%(state)s") % words)
                return redirect("providers:institution", code)
            effect = agreement
    context = {
        "institution": shown,
        "form": form,
        "effect": effect,
        "effect_words": STATE_EFFECTS[effect.state] if effect else "",
        "in_force": queries.agreement_on(shown.pk, clock.today()),
        "today": clock.today(),
        "effects": [(Agreement.State(s).label, text) for s, text in STATE_EFFECTS.items()],
    }
    return render(request, "providers/agreement.html", context)


@right_required("providers.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def restore_agreement(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take back an ending that was a mistake."""
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    form = forms.RestoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.restore_agreement(
                actor=request.user.get_username(), institution=shown, **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已撤回解除，协议恢复执行"))
            return redirect("providers:institution", code)
    context = {"institution": shown, "form": form, "heading": _("撤回协议解除")}
    return render(request, "providers/correct.html", context)


@right_required("providers.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def correct_registration(request: HttpRequest, code: str) -> HttpResponseBase:
    """Correct what the registers of other offices know the institution by."""
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    held = {name: getattr(shown, name) for name in ("name", "address", "credit_code", "licence_no")}
    form = forms.RegistrationForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_registration(
                actor=request.user.get_username(), institution=shown, **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已更正"))
            return redirect("providers:institution", code)
    context = {"institution": shown, "form": form, "heading": _("更正机构登记")}
    return render(request, "providers/correct.html", context)


@right_required("providers.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponseBase:
    form = forms.InstitutionForm(request.POST or None)
    user = request.user
    if request.method == "POST" and form.is_valid():
        try:
            registered = services.register_institution(
                actor=user.get_username(),
                area=user.area_code,  # type: ignore[union-attr]
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记。请接着签订协议，协议执行起才能结算"))
            return redirect("providers:agreement", registered.code)
    return render(request, "providers/register.html", {"form": form})


@right_required("providers.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def register_doctor(request: HttpRequest, code: str) -> HttpResponseBase:
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    form = forms.DoctorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_doctor(
                actor=request.user.get_username(), institution=shown, **form.cleaned_data
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记医师"))
            return redirect("providers:institution", code)
    return render(request, "providers/register.html", {"form": form, "institution": shown})


@right_required("providers.edit")
@require_POST
def set_capability(request: HttpRequest, code: str) -> HttpResponseBase:
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    services.set_capability(
        actor=request.user.get_username(),
        institution=shown,
        capability=request.POST.get("capability", ""),
        held=request.POST.get("held") == "1",
    )
    return redirect("providers:institution", code)


@right_required("providers.edit")
@never_cache
@require_POST
def rotate_token(request: HttpRequest, code: str) -> HttpResponse:
    """The new token is shown in this answer only."""
    shown = access.access_institution(request.user, code)  # type: ignore[arg-type]
    token = services.rotate_token(actor=request.user.get_username(), institution=shown)
    return _page(request, shown, token=token)


@right_required("providers.view")
@never_cache
@require_http_methods(["GET", "POST"])
def doctor(request: HttpRequest, code: str, doctor_code: str) -> HttpResponseBase:
    """Suspend the doctor, or resume, with what has been before."""
    shown = access.access_doctor(request.user, code, doctor_code)  # type: ignore[arg-type]
    may_edit = request.user.may("providers.edit")  # type: ignore[union-attr]
    if request.method == "POST" and not may_edit:
        raise NotAllowed(_("您的岗位不能暂停或恢复医师。请由经办岗办理"))
    act = request.POST.get("act", "")
    if request.method == "POST" and act not in ("suspend", "resume"):
        raise Http404
    suspension = forms.SuspensionForm(request.POST if act == "suspend" else None)
    resumption = forms.ResumeForm(request.POST if act == "resume" else None)
    form = resumption if act == "resume" else suspension
    if request.method == "POST" and form.is_valid():
        perform = services.resume_doctor if act == "resume" else services.suspend_doctor
        try:
            perform(actor=request.user.get_username(), doctor=shown, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request, _("已恢复支付") if act == "resume" else _("已暂停，所开医嘱不予支付")
            )
            return redirect("providers:doctor", code, doctor_code)
    context = {
        "doctor": shown,
        "may_edit": may_edit,
        "suspensions": shown.suspensions.order_by("-start"),
        "standing": queries.doctors_on([shown.code], clock.today())[shown.code],
        "suspension_form": suspension,
        "resume_form": resumption,
    }
    return render(request, "providers/doctor.html", context)


def _page(request: HttpRequest, shown: Institution, token: str = "") -> HttpResponse:
    today = clock.today()
    last = shown.agreements.order_by("start").last()
    covered = last.services if last else []
    doctors = list(Doctor.objects.filter(institution=shown).order_by("code")[:SHOWN_DOCTORS])
    standings = queries.doctors_on([d.code for d in doctors], today)
    context: dict[str, Any] = {
        "institution": shown,
        "today": today,
        "in_force": queries.agreement_on(shown.pk, today),
        "billing": queries.billing_open(shown.pk, today) is not None,
        "agreements": shown.agreements.order_by("-start"),
        "services": [Agreement.Service(one).label for one in covered],
        "ended": bool(last and last.state == Agreement.State.ENDED),
        "doctors": [(d, standings[d.code].suspended_from) for d in doctors],
        "doctor_count": Doctor.objects.filter(institution=shown).count(),
        "capabilities": [
            (name, label, getattr(shown, name)) for name, label in CAPABILITY_LABELS.items()
        ],
        "token": token,
        "tail": shown.token[-4:],
        "acts": [
            {"who": act.actor_name or act.actor, "what": text_of(act.verb), "at": act.at}
            for act in acts_on("institution", shown.code)[:SHOWN_ACTS]
        ],
        "may_edit": request.user.may("providers.edit"),  # type: ignore[union-attr]
    }
    return render(request, "providers/institution.html", context)
