"""Who answers for each village: one page each, and the list of all villages taken in at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.rosters import access, forms, services


@right_required("rosters.responsible")
@never_cache
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponseBase:
    user = user_of(request)
    asked = {"town": request.GET.get("town", user.town or ""), **_asked(request, "village")}
    form = forms.ResponsibleForm(user, request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.appoint(by=user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = _("已登记") if made else _("本来就是这个人，没有变动")
            messages.success(request, words)
            return redirect("rosters:responsibles")
    return render(request, "rosters/appoint.html", {"form": form})


@right_required("rosters.responsible")
@never_cache
@require_http_methods(["GET", "POST"])
def take_list(request: HttpRequest) -> HttpResponseBase:
    form = forms.ResponsiblesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken, same = services.take_responsibles(
                by=user_of(request), name=file.name, content=file.read()
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            words = {"n": taken, "same": same}
            messages.success(request, _("已登记 %(n)s 人，%(same)s 人没有变动") % words)
            return redirect("rosters:responsibles")
    return render(request, "rosters/responsibles_list.html", {"form": form})


@right_required("rosters.cases")
@never_cache
@require_http_methods(["GET", "POST"])
def responsible(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who has answered for a village, and the end of the present one's time."""
    user = user_of(request)
    found = access.access_responsible(user, pk)
    may = user.may("rosters.responsible")
    if request.method == "POST" and not may:
        raise NotAllowed(_("您的岗位不能登记责任人。请由乡镇或经办岗办理"))
    form = forms.ResponsibleEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_responsible(by=user, responsible=found, end=form.cleaned_data["end"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记结束日"))
            return redirect("rosters:responsible", pk)
    rows = access.responsibles_for(user).filter(town=found.town, village=found.village)
    context = {
        "responsible": found,
        "rows": rows.order_by("-start"),
        "form": form if may and found.end is None else None,
        "may": may,
    }
    return render(request, "rosters/responsible.html", context)


def _asked(request: HttpRequest, name: str) -> dict[str, str]:
    return {name: request.GET.get(name, "")}
