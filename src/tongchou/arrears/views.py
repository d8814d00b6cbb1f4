"""Who is owed something, one proposal bill by bill, and its slip."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.arrears import access, computing, queries, services
from tongchou.arrears.models import Arrear
from tongchou.core.policy import LABELS, TIERS
from tongchou.core.rosters.words import category_word
from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import NotAllowed, Refused

SHOWN = 50


@right_required("arrears.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Years that owe something now, and what has been proposed."""
    user = user_of(request)
    context = {
        "candidates": [
            one
            for year in (clock.today().year, clock.today().year - 1)
            for one in queries.candidates(user.area_code, year)
        ],
        "arrears": access.arrears_of(user).filter(batch=None).order_by("-pk")[:SHOWN],
        "batches": access.batches_of(user).order_by("-pk")[:SHOWN],
        "collectable": len(queries.to_collect(user.area_code, clock.now())),
        "month": f"{clock.today():%Y-%m}",
        "may_propose": user.may("arrears.propose"),
    }
    return render(request, "arrears/index.html", context)


@right_required("arrears.view")
@never_cache
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The differences of a year bill by bill, for all who see arrears; some may propose them."""
    user = user_of(request)
    year = access.access_year(user, pk)
    wrong = ""
    if request.method == "POST":
        if not user.may("arrears.propose"):
            raise NotAllowed(_("补差由经办岗提出"))
        try:
            arrear = services.propose(by=user, year=year, reason=request.POST.get("reason", ""))
        except Refused as refusal:
            wrong = refusal.reason
        else:
            messages.success(request, _("已提出，等另一人复核"))
            return redirect("arrears:arrear", arrear.pk)
    lines = computing.owed(year)
    context = {
        "year": year,
        "lines": [
            _shown(one.bill, one.identities, dict(zip(TIERS, one.difference, strict=True)))
            for one in lines
        ],
        "total": sum(one.total for one in lines),
        "wrong": wrong,
        "may_propose": user.may("arrears.propose"),
    }
    return render(request, "arrears/propose.html", context)


@right_required("arrears.view")
@never_cache
@require_GET
def arrear(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_arrear(user, pk)
    lines = found.lines.select_related("settlement__institution").order_by("settlement__ordinal")
    hands = (found.proposed_by_id, found.reviewed_by_id)
    step = {"proposed": "review", "reviewed": "release"}.get(found.state, "")
    context = {
        "arrear": found,
        "lines": [
            _shown(one.settlement, one.identities, {t: getattr(one, t) for t in TIERS})
            for one in lines
        ],
        "step": step if step and user.may(f"arrears.{step}") and user.pk not in hands else "",
        "waits": bool(step),
        "may_see_books": user.may("funds.view"),
    }
    return render(request, "arrears/arrear.html", context)


@right_required("arrears.view")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Review or release, by whoever's step it is."""
    user = user_of(request)
    found = access.access_arrear(user, pk)
    step = "review" if found.state == Arrear.State.PROPOSED else "release"
    if not user.may(f"arrears.{step}"):
        raise Refused(_("这一步轮到别人办"))
    act = services.review if step == "review" else services.release
    agree = request.POST.get("agree") == "1"
    done = act(by=user, arrear=found, agree=agree, opinion=request.POST.get("opinion", ""))
    messages.success(request, done.get_state_display())
    return redirect("arrears:arrear", pk)


def _shown(bill: object, identities: object, amounts: dict[str, int]) -> dict[str, object]:
    words = [category_word(kind) for kind in identities]  # type: ignore[attr-defined]
    return {
        "bill": bill,
        "identities": "、".join(words),
        "amounts": [(LABELS[tier], fen) for tier, fen in amounts.items() if fen],
        "total": sum(amounts.values()),
    }
