"""A new merge, one merge from its files to its comparison, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.jobs import services as jobs
from tongchou.platform.refusal import Refused
from tongchou.settlement.labels import SCHEME_LABELS
from tongchou.transitions import access, queries, services
from tongchou.transitions.forms import ReceiveForm
from tongchou.transitions.models import OldScheme, OldSpell, Transition
from tongchou.transitions.services.trying import unexplained
from tongchou.transitions.workbook import template as make_template

SHOWN = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@right_required("transitions.receive")
@never_cache
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponseBase:
    """Take the files of an old system; what cannot be read says why beside its field."""
    form = ReceiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = form.cleaned_data
        try:
            found = services.receive(
                by=user_of(request),
                title=told["title"],
                starts_on=told["starts_on"],
                mapping=(told["mapping"].name, told["mapping"].read()),
                persons=(told["persons"].name, told["persons"].read()),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已收件并核对 %(n)s 行") % {"n": f"{found.rows:,}"})
            return redirect("transitions:transition", found.pk)
    status = 409 if form.errors else 200
    return render(request, "transitions/receive.html", {"form": form}, status=status)


@right_required("transitions.receive")
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(make_template(), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="transition.xlsx"'
    return answer


@right_required("transitions.view")
@never_cache
@require_GET
def transition(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    found = access.access_transition(user, pk)
    receives, accepts = user.may("transitions.receive"), user.may("transitions.accept")
    own = user.pk in (found.received_by_id, found.tried_by_id)
    left = queries.left_of(found)
    context = {
        "transition": found,
        "next_step": queries.next_step(found),
        "problems": access.problems_of(user, pk).order_by("row", "pk")[:SHOWN],
        "problem_count": found.problems.count(),
        "schemes": found.schemes.order_by("code"),
        "before": found.totals.get("before", []),
        "after": [(SCHEME_LABELS[one["scheme"]], one) for one in found.totals.get("after", [])],
        "sums": _sums(found),
        "left": left,
        "may_explain": found.open and receives,
        "may_check": found.open and receives,
        "may_try": found.state in ("checked", "tried") and receives,
        "may_accept": found.state == "tried" and accepts and not own and not unexplained(found),
        "waits_for_another": found.state == "tried" and own,
        "may_drop": found.open and receives,
        "may_undo": found.state == "accepted" and accepts,
        "carried": found.carried.count(),
        "differing": queries.years_differing(found) if found.state == "accepted" else 0,
    }
    return render(request, "transitions/transition.html", context)


def _sums(found: Transition) -> dict[str, dict[str, int]]:
    """Return the sums of each side of the dry run."""
    names = ("persons", "rows", "bills", "total", "base", "paid")
    return {
        side: {name: sum(one[name] for one in found.totals.get(side, [])) for name in names}
        for side in ("before", "after", "left")
    }


@right_required("transitions.receive")
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = services.check_again(by=user, transition=access.access_transition(user, pk))
    messages.success(request, _("已重新核对：%(state)s") % {"state": found.get_state_display()})
    return redirect("transitions:transition", pk)


@right_required("transitions.receive")
@require_POST
def try_merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    services.try_merge(by=user, transition=access.access_transition(user, pk))
    messages.success(request, _("已试并，什么都没有写入。请核对两边的合计"))
    return redirect("transitions:transition", pk)


@right_required("transitions.receive")
@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say why what an old scheme counted is not carried."""
    user = user_of(request)
    found = access.access_transition(user, pk)
    code, _sep, why = request.POST.get("left", "").partition(":")
    scheme = OldScheme.objects.filter(
        transition=found, pk=int(code) if code.isdecimal() else 0
    ).first()
    if scheme is None or why not in OldSpell.Why.values:
        raise Refused(_("没有这样不带入的累计，请刷新后再看"))
    services.explain(
        by=user, transition=found, scheme=scheme, why=why, words=request.POST.get("reason", "")
    )
    messages.success(request, _("已记下说明"))
    return redirect("transitions:transition", pk)


@right_required("transitions.accept")
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let the merge be written: minutes for a town, so not while the page waits."""
    user = user_of(request)
    found = access.access_transition(user, pk)
    if user.pk in (found.received_by_id, found.tried_by_id):
        raise Refused(_("收件和试并的人不能自己确认，请由另一个人确认"))
    if found.state != Transition.State.TRIED:
        raise Refused(_("这次并轨不在待确认，请刷新后再看"))
    job = jobs.ask(kind="transitions.accept", by=user, about=str(found.pk))
    return redirect("jobs:job", job.pk)


@right_required("transitions.receive")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_transition(user, pk)
    services.drop(by=user, transition=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("已作废，文件留着备查"))
    return redirect("transitions:list")


@right_required("transitions.accept")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    found = access.access_transition(user, pk)
    services.undo(by=user, transition=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤销：参保已更正，年度从零开始"))
    return redirect("transitions:transition", pk)
