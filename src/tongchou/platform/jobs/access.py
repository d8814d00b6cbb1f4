"""The only way to a job for a user: those of the own area whose kind the post may ask for."""

from django.db.models import QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.models import Job
from tongchou.platform.jobs.registry import kinds


def jobs_of(user: User) -> QuerySet[Job]:
    allowed = [kind.name for kind in kinds().values() if user.may(kind.right)]
    return Job.objects.filter(area=user.area_code, kind__in=allowed).select_related("asked_by")


def access_job(user: User, pk: int) -> Job:
    """Return the job. Raises Http404, whether it is missing or not the user's to see."""
    job = jobs_of(user).filter(pk=pk).first()
    if job is None:
        raise Http404
    return job
