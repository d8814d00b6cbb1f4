"""Exemptions of a whole class: the list is shown first, and set when that list is confirmed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongchou.core.rosters.words import category_word
from tongchou.people.models import Person
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.premiums import forms, queries, services
from tongchou.premiums.tables import asked_year, year_choices

SHOWN = 200


@right_required("premiums.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def exempt_class(request: HttpRequest) -> HttpResponseBase:
    """Draw the list of a class on a day and say whom it leaves out; nothing is set before that."""
    user, year = user_of(request), asked_year(request)
    form = forms.ExemptClassForm(request.POST or None)
    found, people = None, Person.objects.none()
    if request.method == "POST" and form.is_valid():
        told, shown = form.cleaned_data, request.POST.get("shown", "")
        try:
            if shown:
                done = services.exempt_class(by=user, year=year, shown=shown, **told)
                words = {"n": f"{done:,}", "kind": category_word(told["kind"])}
                messages.success(request, _("已为 %(n)s 名%(kind)s做免缴认定") % words)
                return redirect(f"{reverse('premiums:year')}?year={year}")
            services.check_list(year=year, kind=told["kind"], on_day=told["on_day"])
            found = queries.to_exempt(user.area_code, year, told["kind"], told["on_day"])
            people = Person.objects.filter(pk__in=found.due[:SHOWN]).order_by("town", "name", "pk")
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "year": year,
        "years": [int(one) for one, _label in year_choices()],
        "found": found,
        "people": people,
        "more": max(len(found.due) - SHOWN, 0) if found else 0,
        "word": category_word(form.cleaned_data["kind"]) if found else "",
    }
    return render(request, "premiums/exempt_class.html", context)
