"""A year of premiums at a glance, and the tax office's files."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongchou.core.premiums import Book, load_book
from tongchou.core.rosters.words import category_word
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.premiums import access, forms, queries, services
from tongchou.premiums.importing import Problem, RowsRefused
from tongchou.premiums.tables import asked_year, year_choices

SHOWN, SHOWN_PROBLEMS = 8, 200


@right_required("premiums.view")
@never_cache
@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """The season with its clause, and figures that open to their rows."""
    user, asked = user_of(request), asked_year(request)
    book = load_book(user.area_code)
    found = queries.figures(user.area_code, asked)
    context = {
        "year": asked,
        "years": [int(one) for one, _label in year_choices()],
        "season": book.season_of(asked),
        "open_now": _open_now(book, asked),
        "book": book,
        "aid": [(category_word(kind), fen) for kind, fen in book.aid.amounts.items()],
        "found": found,
        "reasons": [(code, queries.REASONS[code], n) for code, n in found.reasons],
        "runs": access.runs_of(user).filter(year=asked).order_by("-pk"),
        "batches": access.batches_of(user).filter(year=asked).order_by("-pk")[:SHOWN],
        "may_edit": user.may("premiums.edit"),
        "may_see_books": user.may("funds.view"),
    }
    return render(request, "premiums/year.html", context)


def _open_now(book: Book, asked: int) -> bool:
    season = book.season_of(asked)
    return season.opens <= clock.today() <= season.closes


@right_required("premiums.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponseBase:
    """Take a file of payments: whole, or not at all with each bad row named."""
    user = user_of(request)
    form = forms.ImportForm(request.POST or None, request.FILES or None, year=asked_year(request))
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = form.cleaned_data
        try:
            batch = services.record_payments(
                by=user,
                year=told["year"],
                name=told["file"].name,
                content=told["file"].read(),
                entry_id=told["entry"],
            )
        except RowsRefused as refusal:
            form.refuse(refusal)
            problems = list(refusal.problems)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已登记 %(n)s 笔缴费") % {"n": f"{batch.rows:,}"})
            return redirect(f"{reverse('premiums:year')}?year={batch.year}")
    context = {
        "form": form,
        "problems": problems[:SHOWN_PROBLEMS],
        "more": max(len(problems) - SHOWN_PROBLEMS, 0),
        "book": load_book(user.area_code),
    }
    return render(request, "premiums/import.html", context)
