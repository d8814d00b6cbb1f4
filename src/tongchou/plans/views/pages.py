"""Reading a policy: the list, the bureau's own table, comparison, cases, history, print."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tongchou.plans import hooks
from tongchou.plans.access import access_version
from tongchou.plans.compiled import compiled
from tongchou.plans.history import history as steps
from tongchou.plans.sheet import Sheet, make_sheet
from tongchou.plans.shelf import shelf
from tongchou.plans.views.frame import Frame
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.gates import right_required


@right_required("plans.view")
def index(request: HttpRequest) -> HttpResponse:
    """List the area's policies by scheme."""
    user = cast(User, request.user)
    return render(request, "plans/list.html", {"schemes": shelf(user.area_code)})


@right_required("plans.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the bureau's own table, on demand beside what a draft changes (`?diff=1`)."""
    frame = Frame(request, pk)
    differences = frame.pair is not None and request.GET.get("diff", "1") == "1"
    table = _sheet(frame, differences)
    cell = table.cells.get(request.GET.get("at", "")) or table.first_change
    in_force = frame.current is not None and frame.current.pk == frame.version.pk
    used = hooks.uses(frame.user, frame.version.scheme) if in_force else []
    more = {"sheet": table, "cell": cell, "differences": differences, "uses": used}
    return render(request, "plans/sheet.html", frame.context("sheet", **more))


@right_required("plans.view")
def number(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one number's clause, as the panel at the right."""
    frame = Frame(request, pk)
    table = _sheet(frame, request.GET.get("diff") == "1")
    cell = table.cells.get(request.GET.get("at", ""))
    if cell is None:
        raise Http404
    context = frame.context("sheet", sheet=table, cell=cell)
    return render(request, "plans/parts/number.html", context)


@right_required("plans.view")
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """List what differs between two versions of the scheme."""
    return render(request, "plans/compare.html", Frame(request, pk).context("compare"))


@right_required("plans.view")
def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """Work the version's cases now, and name the cells that none of them reaches."""
    return render(request, "plans/cases.html", Frame(request, pk).context("cases"))


@right_required("plans.view")
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """List what was done with the version, by whom."""
    frame = Frame(request, pk)
    context = frame.context("history", acts=steps(frame.version))
    return render(request, "plans/history.html", context)


@right_required("plans.view")
def print_clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the table and its clauses."""
    version = access_version(cast(User, request.user), pk)
    plan = compiled(version)
    context = {"version": version, "plan": plan, "sheet": make_sheet(plan)}
    return render(request, "plans/print.html", context)


def _sheet(frame: Frame, differences: bool) -> Sheet:
    if differences and frame.pair is not None:
        before, after = frame.pair
        return make_sheet(compiled(after), compiled(before))
    return make_sheet(frame.plan)
