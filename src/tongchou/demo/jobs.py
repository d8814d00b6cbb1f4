"""What of the demonstration nobody's first page waits for."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.demo.rosters.posted import send_lists
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import Kind

LISTS = "demo.lists"


def lists(handle: Handle) -> dict[str, Any]:
    """Go on where a worker before was broken off, of this job or of the one before it."""
    send_lists(handle.progress, handle.params or broken_off(), handle.keep)
    return {}


def broken_off() -> dict[str, Any]:
    """Return what the last job kept that has ended before the year was whole; {} where none has."""
    last = Job.objects.filter(kind=LISTS, state__in=(Job.State.FAILED, Job.State.STOPPED))
    found = last.exclude(params={}).order_by("-pk").first()
    return dict(found.params) if found is not None else {}


KINDS = (
    Kind(
        LISTS,
        _("收一年的名单、比对（演示）"),
        "rosters.run",
        lists,
        result_url=lambda _job: reverse("rosters:list"),
    ),
)
