"""The list of replays, one replay with its differences, one difference beside its recomputation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.insight.replays.access import access_difference, access_replay, replays_of
from tongchou.insight.replays.reading import beside, compared_of, rows_of
from tongchou.insight.whatif.years import stock
from tongchou.lake.manifest import LakeDamaged
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.jobs import services as jobs
from tongchou.platform.refusal import Refused
from tongchou.settlement.access import access_bill

SHOWN = 100


@right_required("replay.view")
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What replays have found, the newest first."""
    user = user_of(request)
    context = {
        "replays": replays_of(user)[:SHOWN],
        "may_run": user.may("lake.export"),
        "years": _years(user),
    }
    return render(request, "insight/replays.html", context)


@right_required("replay.view")
@require_safe
def replay(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One replay and the bills that differed."""
    user = user_of(request)
    found = access_replay(user, pk)
    context = {"replay": found, "rows": rows_of(user, found)}
    return render(request, "insight/replay.html", context)


@right_required("replay.view")
@require_safe
def difference(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A bill that differed, posted beside recomputed."""
    user = user_of(request)
    found = access_difference(user, pk)
    bill = access_bill(user, found.settlement_id)
    context = {"difference": found, "rows": compared_of(found), "beside": beside(bill)}
    return render(request, "insight/difference.html", context)


@right_required("lake.export")
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Ask for a year to be folded again, and go where its progress is seen."""
    user = user_of(request)
    text = request.POST.get("year", "")
    if not text.isascii() or not text.isdigit() or int(text) not in _years(user):
        raise Refused(_("这一年没有结算单。请选列出的年度"), field="year")
    job = jobs.ask(kind="lake.replay", by=user, about=text, params={"years": [int(text)]})
    messages.success(request, _("已提交。先更新数据副本，再逐笔重算"))
    return redirect("jobs:job", job.pk)


def _years(user: User) -> list[int]:
    try:
        years = {one.year for one in stock(user.area_code)}
    except LakeDamaged:
        years = set()
    return sorted({*years, clock.today().year}, reverse=True)
