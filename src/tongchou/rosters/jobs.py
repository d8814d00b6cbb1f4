"""The long work of lists: a month compared with the register."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind
from tongchou.rosters import services


def compare(handle: Handle) -> dict[str, Any]:
    assert handle.asked_by_id is not None  # nobody's night asks for it
    login = User.objects.values_list("login", flat=True).get(pk=handle.asked_by_id)
    run = services.try_month(
        area=handle.area, month=handle.about, actor=login, progress=handle.progress
    )
    return {"run": run.pk, "words": run.summary["words"]}


KINDS = (
    Kind(
        "rosters.compare",
        _("比对名单"),
        "rosters.run",
        compare,
        result_url=lambda job: reverse("rosters:run", args=[job.result["run"]]),
    ),
)
