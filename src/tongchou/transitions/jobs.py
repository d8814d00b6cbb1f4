"""The long work of transitions: writing an accepted merge."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind
from tongchou.transitions import services
from tongchou.transitions.models import Transition


def accept(handle: Handle) -> dict[str, Any]:
    """Write the merge as who asked for it; a second try after it was done is refused."""
    assert handle.asked_by_id is not None
    by = User.objects.get(pk=handle.asked_by_id)
    transition = Transition.objects.get(pk=int(handle.about), area=handle.area)
    done = services.accept(by=by, transition=transition)
    return {"transition": done.pk, "words": done.title}


KINDS = (
    Kind(
        "transitions.accept",
        _("确认并轨"),
        "transitions.accept",
        accept,
        result_url=lambda job: reverse("transitions:transition", args=[job.result["transition"]]),
    ),
)
