"""The lake's long work: every night the copy, and the years that are still open folded again."""

from datetime import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.lake import services
from tongchou.lake.manifest import read_manifest
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind

NIGHT = "night"


def export(handle: Handle) -> dict[str, Any]:
    done = services.export_area(area=handle.area, actor=_actor(handle), progress=handle.progress)
    return {"settlements": done.settlements, "read": done.read, "reused": done.reused}


def replay(handle: Handle) -> dict[str, Any]:
    """Bring the copy up to the books, then fold the years asked for, or those still open."""
    actor = _actor(handle)
    services.export_area(area=handle.area, actor=actor, progress=handle.progress)
    years = handle.asked("years") or _open_years()
    kept = [
        services.replay_year(
            area=handle.area, year=year, scheme=scheme, actor=actor, progress=handle.progress
        )
        for area, year, scheme in sorted(read_manifest(services.lake_root()).partitions)
        if area == handle.area and year in years
    ]
    return {
        "replays": [one.pk for one in kept],
        "bills": sum(one.bills for one in kept),
        "different": sum(one.different for one in kept),
    }


def _open_years() -> list[int]:
    """A year is settled on into the next January at the latest: until then it is looked at."""
    today = clock.today()
    return [today.year, *([today.year - 1] if today.month == 1 else [])]


def _actor(handle: Handle) -> str:
    if handle.asked_by_id is None:
        return NIGHT
    return User.objects.values_list("login", flat=True).get(pk=handle.asked_by_id)


def _back(job: Any) -> str:
    """Return the page that the export was asked for on."""
    then = str(job.params.get("then", ""))
    return reverse(then) if then else ""


KINDS = (
    Kind("lake.export", _("导出数据副本"), "lake.export", export, result_url=_back),
    Kind(
        "lake.replay", _("整年重算"), "lake.export", replay, nightly=time(2, 0),
        result_url=lambda _job: reverse("replays:list"),
    ),
)  # fmt: skip
