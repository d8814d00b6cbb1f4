"""A subsidy run: proposed of a day's list, by category, and its steps by three people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.core.premiums import average, load_book
from tongchou.core.rosters.words import category_word
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused
from tongchou.premiums import access, forms, queries, services
from tongchou.premiums.models import SubsidyRun
from tongchou.premiums.tables import asked_year, year_choices

State = SubsidyRun.State


@right_required("premiums.edit")
@never_cache
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponseBase:
    """What a list drawn today would come to, and the proposal of it."""
    user, year = user_of(request), asked_year(request)
    form = forms.SubsidyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.propose_subsidy(by=user, year=year, on_day=form.cleaned_data["on_day"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已提出，等另一人复核"))
            return redirect("premiums:subsidy", run.pk)
    lines = queries.to_subsidise(user.area_code, year, clock.today())
    context = {
        "form": form,
        "year": year,
        "years": [int(one) for one, _label in year_choices()],
        "persons": len(lines),
        "fen": sum(line.fen for line in lines),
        "aid": load_book(user.area_code).aid,
    }
    return render(request, "premiums/propose.html", context)


@right_required("premiums.view")
@never_cache
@require_GET
def subsidy(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    run = access.access_run(user, pk)
    context = {
        "run": run,
        "rows": [(category_word(kind), *rest) for kind, *rest in queries.by_category(run)],
        "average": average(run.fen, run.persons),
        "aid": load_book(run.area).aid,
        "step": step_of(run, user),
        "waits": run.state in SubsidyRun.OPEN,
        "may_see_books": user.may("funds.view"),
    }
    return render(request, "premiums/subsidy.html", context)


def step_of(run: SubsidyRun, user: User) -> str:
    """Return what this user may do next: review, release, void or ""."""
    hands = (run.proposed_by_id, run.reviewed_by_id)
    if run.state == State.PROPOSED and user.may("premiums.review") and user.pk not in hands:
        return "review"
    if run.state == State.REVIEWED and user.may("premiums.release") and user.pk not in hands:
        return "release"
    may_void = user.may("premiums.release") and user.pk != run.released_by_id
    return "void" if run.state == State.RELEASED and may_void else ""


@right_required("premiums.view")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Review, release, send back or void, by whoever's step it is."""
    user = user_of(request)
    run = access.access_run(user, pk)
    step, opinion = step_of(run, user), request.POST.get("opinion", "")
    if not step:
        raise Refused(_("这一步轮到别人办"))
    if step == "void":
        done = services.void_subsidy(by=user, run=run, opinion=opinion)
    elif request.POST.get("agree") != "1":
        done = services.refuse_subsidy(by=user, run=run, opinion=opinion)
    elif step == "review":
        done = services.review_subsidy(by=user, run=run, opinion=opinion)
    else:
        done = services.release_subsidy(by=user, run=run, opinion=opinion)
    messages.success(request, done.get_state_display())
    return redirect("premiums:subsidy", pk)
