"""The list of long work, and one piece of it with how far it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongchou.platform.authority.gates import signed_in, user_of
from tongchou.platform.jobs import access, services
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import kinds

SHOWN = 50


@signed_in
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The newest long work that the post may ask for."""
    jobs = list(access.jobs_of(user_of(request)).order_by("-asked_at")[:SHOWN])
    return render(request, "jobs/index.html", {"jobs": [_shown(job) for job in jobs]})


@signed_in
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One piece of work; while it goes on the page asks again every second."""
    found = access.access_job(user_of(request), pk)
    part = "jobs/parts/job.html" if getattr(request, "htmx", None) else "jobs/job.html"
    return render(request, part, _shown(found))


@signed_in
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it, or ask it to end."""
    user = user_of(request)
    found = services.stop(job=access.access_job(user, pk), by=user)
    messages.success(request, _("已停止") if found.finished_at else _("已请它停止"))
    return redirect("jobs:job", found.pk)


def _shown(job: Job) -> dict[str, object]:
    kind = kinds()[job.kind]
    url = kind.result_url(job) if kind.result_url and job.state == Job.State.DONE else ""
    return {"job": job, "title": kind.title, "open": job.finished_at is None, "result_url": url}
