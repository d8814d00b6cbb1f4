"""Kept reforms: saved from the fields, changed, renamed, shared, copied, dropped."""

import yaml
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.core.policy import reform_to_tree
from tongchou.insight.whatif import services
from tongchou.insight.whatif.access import access_reform
from tongchou.insight.whatif.compared import compared
from tongchou.insight.whatif.desk import Desk, desk_of
from tongchou.insight.whatif.models import Reform
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.refusal import Refused


@right_required("whatif.run")
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is in the fields under a name; what is refused leaves them as they are."""
    user = user_of(request)
    desk = _desk(request)
    try:
        made = services.keep(
            by=user, version=desk.version, name=request.POST.get("name", ""),
            why=request.POST.get("why", ""), moves=desk.moves,
        )  # fmt: skip
    except Refused as refused:
        messages.warning(request, refused.reason)
        return redirect(f"{reverse('whatif:page')}?{desk.query}")
    messages.success(request, _("已保存方案“%(name)s”") % {"name": made.name})
    return redirect(_opened(made, desk))


@right_required("whatif.run")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is in the fields into a kept reform."""
    user = user_of(request)
    reform = access_reform(user, pk)
    desk = _desk(request)
    kept = services.change(reform=reform, by=user, version=desk.version, moves=desk.moves)
    messages.success(request, _("已改方案“%(name)s”") % {"name": kept.name})
    return redirect(_opened(kept, desk))


@right_required("whatif.run")
@require_safe
def reform(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One kept reform: what it changes, what it would have cost, what can be done with it."""
    user = user_of(request)
    found = access_reform(user, pk)
    context = {"reform": found, "own": found.owner_id == user.pk, "refused": "", "side": None}
    data = request.GET.copy()
    data["r"] = str(found.pk)
    try:
        desk = desk_of(user, data)
        if desk is not None:
            context["desk"] = desk
            context["may_draft"] = desk.ours and user.may("plans.draft")
            context["side"] = compared(desk, [found]).sides[0]
    except Refused as refused:
        context["refused"] = refused.reason
    return render(request, "whatif/reform.html", context)


@right_required("whatif.run")
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The reform as the file that `tongchou simulate` reads."""
    found = access_reform(user_of(request), pk)
    tree = reform_to_tree(services.overlay_of(found))
    text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = content_disposition_header(True, f"{found.name}.yaml")
    answer["Content-Disposition"] = name or ""
    return answer


@right_required("whatif.run")
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a reform another name and reason."""
    user = user_of(request)
    name, why = request.POST.get("name", ""), request.POST.get("why", "")
    services.rename(reform=access_reform(user, pk), by=user, name=name, why=why)
    messages.success(request, _("已改名"))
    return redirect("whatif:reform", pk)


@right_required("whatif.run")
@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the reform to the bureau, or no longer."""
    user = user_of(request)
    shared = request.POST.get("shared") == "1"
    services.share(reform=access_reform(user, pk), by=user, shared=shared)
    messages.success(request, _("已共享，局里能试算的人都能看") if shared else _("已取消共享"))
    return redirect("whatif:reform", pk)


@right_required("whatif.run")
@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one's own copy under another name."""
    user = user_of(request)
    name = request.POST.get("name", "")
    made = services.copy(reform=access_reform(user, pk), by=user, name=name)
    messages.success(request, _("已另存为“%(name)s”") % {"name": made.name})
    return redirect("whatif:reform", made.pk)


@right_required("whatif.run")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a kept reform."""
    user = user_of(request)
    services.drop(reform=access_reform(user, pk), by=user)
    messages.success(request, _("已删除方案"))
    return redirect("whatif:page")


def _desk(request: HttpRequest) -> Desk:
    desk = desk_of(user_of(request), request.POST)
    if desk is None:
        raise Refused(_("本统筹区没有执行中的政策，没有可试的数"))
    return desk


def _opened(reform: Reform, desk: Desk) -> str:
    year = f"&year={desk.stock.year}" if desk.stock else ""
    return f"{reverse('whatif:page')}?r={reform.pk}&plan={desk.version.pk}{year}"
