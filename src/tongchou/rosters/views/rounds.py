"""A month's rounds: what each found beside the one before, and what goes back to the senders."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tongchou.platform import clock
from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.ui.lists import Column
from tongchou.platform.ui.lists.export import xlsx_response
from tongchou.rosters import access, queries, rounds, services
from tongchou.rosters.models import RosterFile

SHOWN = 200
_COLUMNS = (
    Column(name="word", label=gettext_lazy("比上一轮")),
    Column(name="town", label=gettext_lazy("镇街")),
    Column(name="name", label=gettext_lazy("姓名")),
    Column(name="class", label=gettext_lazy("类别")),
    Column(name="sources", label=gettext_lazy("来源")),
    Column(name="facts", label=gettext_lazy("事实")),
    Column(name="key", label=gettext_lazy("键")),
)


@right_required("rosters.view")
@never_cache
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    months = queries.months_of(user.area_code)
    month = request.GET.get("month", "")
    month = month if month in months else months[0] if months else f"{clock.today():%Y-%m}"
    runs = list(access.runs_of(user).filter(month=month).order_by("made_at", "pk"))
    files = access.files_of(user).filter(month=month, state=RosterFile.State.ACCEPTED)
    newest = {one.file_id: one for one in access.returns_of(user).order_by("made_at")}
    context = {
        "month": month,
        "months": months[:12],
        "rounds": rounds.rounds_of(runs),
        "files": [(file, newest.get(file.pk)) for file in files.order_by("sender__pk")],
        "may_return": user.may("rosters.receive"),
        "issued": any(run.state == run.State.ISSUED for run in runs),
    }
    return render(request, "rosters/rounds.html", context)


@right_required("rosters.view")
@never_cache
@require_GET
def differences(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What a run put right and what is new in it, on the page or as a file."""
    run = access.access_run(user_of(request), pk)
    rows = list(rounds.differences(run))
    if request.GET.get("export") == "xlsx":
        return xlsx_response(_("%(month)s 差异") % {"month": run.month}, _COLUMNS, rows)
    context = {
        "run": run,
        "before": rounds.before(run),
        "rows": rows[:SHOWN],
        "whole": len(rows),
        "fixed": sum(row["what"] == rounds.FIXED for row in rows),
    }
    return render(request, "rosters/differences.html", context)


@right_required("rosters.receive")
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = user_of(request)
    file = access.access_file(user, pk)
    kept = services.give_back(by=user, file=file)
    messages.success(request, _("已写出反馈，%(n)s 行") % {"n": f"{kept.lines:,}"})
    return redirect(f"{reverse('rosters:rounds')}?month={file.month}")


@right_required("rosters.receive")
@never_cache
@require_GET
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that goes back to the sender."""
    found = access.access_return(user_of(request), pk)
    answer = HttpResponse(
        bytes(found.content),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer.headers["Content-Disposition"] = f"attachment; filename=return-{found.pk}.xlsx"
    return answer
