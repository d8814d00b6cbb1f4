"""Pages of the audit trail."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tongchou.platform.authority.gates import right_required, user_of
from tongchou.platform.trail import access, services
from tongchou.platform.trail.objects import actor_label, object_label, object_url
from tongchou.platform.trail.registry import text_of
from tongchou.platform.trail.seals import to_line
from tongchou.platform.trail.words import fault_words


@right_required("trail.view")
@require_safe
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One act, opened to what was recorded and hashed."""
    found = access.access_act(user_of(request), pk)
    context = {
        "act": found,
        "verb": text_of(found.verb),
        "actor": actor_label(found),
        "object_label": object_label(found),
        "object_url": object_url(found),
        "facts": sorted(json.loads(found.data).items()),
        "digest": _grouped(found.digest),
        "hash": _grouped(found.hash),
    }
    return render(request, "trail/act.html", context)


@right_required("trail.view")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute all chains and say what was found, in words."""
    user = user_of(request)
    access.acts_for(user)
    report = services.verify(actor=user.login, area=user.area_code)
    words = [fault_words(fault) for fault in report.faults]
    context = {"report": report, "words": words, "total": report.counts.total()}
    return render(request, "trail/verified.html", context)


@right_required("trail.view")
@require_POST
def seal(request: HttpRequest) -> HttpResponse:
    """Give a seal away as a file of one line."""
    user = user_of(request)
    access.acts_for(user)
    made = services.seal(actor=user.login, area=user.area_code)
    name = f"trail-seal-{made['made_at'][:19].replace(':', '')}.json"
    return HttpResponse(
        to_line(made) + "\n",
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _grouped(value: bytes | memoryview) -> str:
    """Return hex in groups of eight, to compare by eye."""
    return bytes(value).hex(" ", 4)
