"""Registering persons and facts about them. A fact is never overwritten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongchou.people import access, forms, lanes, services, timeline
from tongchou.people.models import Enrolment, Identity, Permit, PersonNumber
from tongchou.platform.accounts.forms import RefusableForm
from tongchou.platform.authority.gates import right_required
from tongchou.platform.refusal import Refused


@dataclass(frozen=True, slots=True)
class Registered:
    """A kind of fact: its name, its form, the service that registers it, the button's words."""

    label: str | Promise
    form: type[RefusableForm]
    register: Callable[..., Any]
    button: str | Promise


KINDS: dict[str, Registered] = {
    "enrolment": Registered(
        gettext_lazy("参保"), forms.EnrolmentForm, services.enrol, gettext_lazy("登记参保")
    ),
    "identity": Registered(
        gettext_lazy("身份"), forms.IdentityForm, services.add_identity, gettext_lazy("登记身份")
    ),
    "permit": Registered(
        gettext_lazy("居住证"), forms.PermitForm, services.add_permit, gettext_lazy("登记居住证")
    ),
    "residence": Registered(
        gettext_lazy("住址"), forms.ResidenceForm, services.move_residence, gettext_lazy("变更住址")
    ),
    "number": Registered(
        gettext_lazy("社保卡与电子凭证"),
        forms.NumberForm,
        services.add_number,
        gettext_lazy("登记号码"),
    ),
    "id": Registered(
        gettext_lazy("证件号码"),
        forms.ChangedIdForm,
        services.change_id,
        gettext_lazy("变更证件号码"),
    ),
    "name": Registered(
        gettext_lazy("姓名"), forms.NameForm, services.correct_name, gettext_lazy("更正姓名")
    ),
    "death": Registered(
        gettext_lazy("死亡"), forms.DeathForm, services.record_death, gettext_lazy("登记死亡")
    ),
}


@right_required("people.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def register_person(request: HttpRequest) -> HttpResponseBase:
    form = forms.RegisterForm(request.POST or None)
    user = request.user
    if request.method == "POST" and form.is_valid():
        try:
            person = services.register_person(
                actor=user.get_username(),
                area=user.area_code,  # type: ignore[union-attr]
                **form.cleaned_data,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记 %(name)s。请接着登记参保") % {"name": person.name})
            return redirect("people:fact-add", person.psn_no, "enrolment")
    return render(request, "people/register.html", {"form": form})


@right_required("people.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, psn_no: str, kind: str = "enrolment") -> HttpResponseBase:
    person = access.access_person(request.user, psn_no)  # type: ignore[arg-type]
    if kind not in KINDS:
        raise Http404
    chosen = KINDS[kind]
    form = chosen.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.register(actor=request.user.get_username(), person=person, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已办：%(what)s") % {"what": chosen.button})
            return redirect("people:person", psn_no)
    context = {"person": person, "kinds": KINDS, "kind": kind, "chosen": chosen, "form": form}
    return render(request, "people/fact_add.html", context)


@right_required("people.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, psn_no: str, lane: str, pk: int) -> HttpResponseBase:
    """End a fact from a day, or strike one that was never true."""
    ends: dict[str, tuple[Any, str, Callable[..., Any], Callable[..., Any] | None]] = {
        "enrolment": (
            Enrolment, "enrolment", services.end_enrolment, services.strike_enrolment,
        ),
        "identity": (Identity, "identity", services.end_identity, services.strike_identity),
        "permit": (Permit, "permit", services.end_permit, services.strike_permit),
        "number": (PersonNumber, "number", services.end_number, None),
    }  # fmt: skip
    if lane not in ends:
        raise Http404
    model, name, end, strike = ends[lane]
    fact = access.access_fact(request.user, psn_no, model, pk)  # type: ignore[arg-type]
    striking = request.POST.get("act") == "strike" and strike is not None
    end_form = forms.EndForm(request.POST if request.method == "POST" and not striking else None)
    strike_form = forms.StrikeForm(request.POST if striking else None)
    form: RefusableForm = strike_form if striking else end_form
    if request.method == "POST" and form.is_valid():
        act = strike if striking and strike else end
        try:
            act(actor=request.user.get_username(), **{name: fact}, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已更正。原来的一条留在清单里，划去"))
            return redirect("people:person", psn_no)
    return _correct_page(request, lane, fact, end_form, strike_form if strike else None)


def _correct_page(
    request: HttpRequest,
    lane: Any,
    fact: Any,
    end_form: forms.EndForm,
    strike_form: forms.StrikeForm | None,
) -> HttpResponse:
    context = {
        "person": fact.person,
        "lane": lanes.lane_label(lane),
        "fact": fact,
        "text": timeline.fact_text(fact),
        "end_form": end_form,
        "strike_form": strike_form,
    }
    return render(request, "people/fact_correct.html", context)
