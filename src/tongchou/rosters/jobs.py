"""The long work of lists: a month compared with the register."""

from datetime import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind
from tongchou.rosters import services
from tongchou.rosters.models import RosterFile


def compare(handle: Handle) -> dict[str, Any]:
    assert handle.asked_by_id is not None  # nobody's night asks for it
    login = User.objects.values_list("login", flat=True).get(pk=handle.asked_by_id)
    run = services.try_month(
        area=handle.area, month=handle.about, actor=login, progress=handle.progress
    )
    return {"run": run.pk, "words": run.summary["words"]}


def compare_changes(handle: Handle) -> dict[str, Any]:
    """Compare those whom a list of changes names, as soon as it is accepted."""
    assert handle.asked_by_id is not None
    login = User.objects.values_list("login", flat=True).get(pk=handle.asked_by_id)
    file = RosterFile.objects.select_related("sender").get(
        pk=int(handle.about), sender__area=handle.area
    )
    run = services.try_changes(file=file, actor=login, progress=handle.progress)
    return {"run": run.pk, "words": run.summary["words"]}


def night(handle: Handle) -> dict[str, Any]:
    """What a county runs every night; asked for by a person, it is the same."""
    return services.keep_watch(area=handle.area, progress=handle.progress).told()


KINDS = (
    Kind(
        "rosters.changes",
        _("比对变动名单"),
        "rosters.run",
        compare_changes,
        result_url=lambda job: reverse("rosters:run", args=[job.result["run"]]),
    ),
    Kind(
        "rosters.compare",
        _("比对名单"),
        "rosters.run",
        compare,
        result_url=lambda job: reverse("rosters:run", args=[job.result["run"]]),
    ),
    # Before the copy and the replays: what they read is by then as it will be in the morning.
    Kind(
        "rosters.night", _("名单每晚巡查"), "rosters.run", night, nightly=time(1, 30),
        result_url=lambda _job: reverse("rosters:night"),
    ),
)  # fmt: skip
