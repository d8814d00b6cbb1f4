"""Asking for work, and stopping it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import kinds
from tongchou.platform.refusal import NotAllowed, Refused
from tongchou.platform.trail import services as trail

_OPEN = (Job.State.QUEUED, Job.State.RUNNING)


def ask(*, kind: str, by: User, about: str = "", params: dict[str, Any] | None = None) -> Job:
    """Ask for work; what is asked for already is not asked for twice. Raises NotAllowed."""
    if not by.may(kinds()[kind].right):
        raise NotAllowed(_("您的岗位不能做“%(what)s”") % {"what": kinds()[kind].title})
    try:
        with transaction.atomic():
            job = _new(kind, by.area_code, about, params, by=by)
            trail.record(
                actor=by.login,
                verb="jobs.asked",
                object_type="job",
                object_id=str(job.pk),
                area=by.area_code,
                data={"kind": kind, "about": about},
            )
    except IntegrityError:
        return Job.objects.get(kind=kind, area=by.area_code, about=about, state__in=_OPEN)
    return job


def ask_for_night(*, kind: str, area: str, day: str) -> bool:
    """Ask for the work that is due on a day, once. Returns whether it was new."""
    known = Job.objects.filter(kind=kind, area=area, about=day)
    if known.exists() or Job.objects.filter(kind=kind, area=area, state__in=_OPEN).exists():
        return False
    try:
        with transaction.atomic():
            _new(kind, area, day, {}, by=None)
    except IntegrityError:
        return False
    return True


def _new(
    kind: str, area: str, about: str, params: dict[str, Any] | None, *, by: User | None
) -> Job:
    return Job.objects.create(
        kind=kind, area=area, about=about, params=params or {}, asked_by=by, asked_at=clock.now()
    )


@transaction.atomic
def stop(*, job: Job, by: User) -> Job:
    """Stop work that is waiting; ask work that goes on to end. Raises Refused."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.state not in _OPEN:
        raise Refused(_("作业已经结束，不用停止"))
    if locked.state == Job.State.QUEUED:
        locked.state, locked.finished_at = Job.State.STOPPED, clock.now()
    locked.stop_wanted = True
    locked.save(update_fields=["state", "finished_at", "stop_wanted"])
    trail.record(
        actor=by.login,
        verb="jobs.stopped",
        object_type="job",
        object_id=str(locked.pk),
        area=locked.area,
        data={"kind": locked.kind},
    )
    return locked
