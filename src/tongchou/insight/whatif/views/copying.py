"""Asking for the copy of the books that trying needs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.jobs import services as jobs


@right_required("lake.export")
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """Ask for an export, and go where its progress is seen."""
    job = jobs.ask(kind="lake.export", by=user_of(request), params={"then": "whatif:page"})
    return redirect("jobs:job", job.pk)
