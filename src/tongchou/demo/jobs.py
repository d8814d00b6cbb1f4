"""What of the demonstration nobody's first page waits for."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.demo.rosters.posted import send_lists
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind


def lists(handle: Handle) -> dict[str, Any]:
    send_lists(handle.progress)
    return {}


KINDS = (
    Kind(
        "demo.lists",
        _("收一年的名单、比对（演示）"),
        "rosters.run",
        lists,
        result_url=lambda _job: reverse("rosters:list"),
    ),
)
