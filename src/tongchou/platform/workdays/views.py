"""The calendar of an area: which days were entered, by whom, on what notice."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.platform.workdays import access, forms, queries, services


@right_required("workdays.view")
@never_cache
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    user = user_of(request)
    may = user.may(services.RIGHT)
    form = forms.DaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            days = services.span(
                told["first"],
                told["last"] or told["first"],
                works=bool(told["works"]),
                name=told["name"],
                notice=told["notice"],
            )
            services.register_days(by=user, days=days)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记 %(n)s 天") % {"n": len(days)})
            return redirect("workdays:list")
    return _page(request, form, forms.FileForm(), may=may)


@right_required("workdays.edit")
@require_POST
def take(request: HttpRequest) -> HttpResponseBase:
    """Enter the days of a sheet."""
    user = user_of(request)
    form = forms.FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.import_days(by=user, name=file.name, content=file.read())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记 %(n)s 天") % {"n": len(made)})
            return redirect("workdays:list")
    return _page(request, forms.DaysForm(), form, may=True)


def _page(
    request: HttpRequest, form: forms.DaysForm, sheet: forms.FileForm, *, may: bool
) -> HttpResponse:
    user, year = user_of(request), clock.today().year
    days = list(access.days_for(user).order_by("-day", "-pk"))
    known = queries.years_of(user.area_code)
    context = {
        "days": days,
        "known": known,
        "unknown": [one for one in (year, year + 1) if one not in known],
        "form": form if may else None,
        "sheet": sheet,
    }
    return render(request, "workdays/index.html", context)


@right_required("workdays.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    day = access.access_day(user, pk)
    services.remove_day(by=user, day=day, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤销"))
    return redirect("workdays:list")
