"""The only way to lists, runs and cases for a user: those of the area; a town's, its own cases."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.platform.casework.models import Case, Evidence
from tongchou.platform.jobs.models import Job
from tongchou.rosters.applications import Application
from tongchou.rosters.casework import KIND
from tongchou.rosters.models import OpenRow, Pin, ReturnFile, RosterFile, Run, Sender
from tongchou.rosters.responsible import Responsible

RowT = TypeVar("RowT", bound=Model)


def senders_of(user: User) -> QuerySet[Sender]:
    return Sender.objects.filter(area=user.area_code)


def files_of(user: User) -> QuerySet[RosterFile]:
    rows = RosterFile.objects.filter(sender__area=user.area_code)
    return rows.select_related("sender", "received_by", "decided_by").defer("content")


def access_file(user: User, pk: int) -> RosterFile:
    return _one(files_of(user).filter(pk=pk))


def runs_of(user: User) -> QuerySet[Run]:
    return Run.objects.filter(area=user.area_code).select_related("issued_by", "corrects")


def access_run(user: User, pk: int) -> Run:
    return _one(runs_of(user).filter(pk=pk))


def access_row(user: User, pk: int) -> OpenRow:
    rows = OpenRow.objects.filter(run__area=user.area_code, pk=pk)
    return _one(rows.select_related("file__sender", "run").defer("file__content"))


def pins_of(user: User) -> QuerySet[Pin]:
    return Pin.objects.filter(area=user.area_code).select_related("made_by", "removed_by")


def access_pin(user: User, pk: int) -> Pin:
    return _one(pins_of(user).filter(pk=pk))


def returns_of(user: User) -> QuerySet[ReturnFile]:
    rows = ReturnFile.objects.filter(file__sender__area=user.area_code)
    return rows.select_related("file__sender", "made_by").defer("content", "file__content")


def access_return(user: User, pk: int) -> ReturnFile:
    return _one(returns_of(user).filter(pk=pk))


def nights_of(user: User) -> QuerySet[Job]:
    """Return the nights of the area, newest first; whoever sees the lists sees what was done."""
    return Job.objects.filter(area=user.area_code, kind="rosters.night").order_by("-asked_at")


def cases_for(user: User) -> QuerySet[Case]:
    """Return the cases; a town sees those of its own that were handed out to it."""
    cases = Case.objects.filter(area=user.area_code, kind=KIND)
    if user.town is not None:
        cases = cases.filter(place=user.town).exclude(state="found")
    return cases


def access_case(user: User, pk: int) -> Case:
    return _one(cases_for(user).filter(pk=pk))


def access_evidence(user: User, pk: int) -> Evidence:
    return _one(Evidence.objects.filter(step__case__in=cases_for(user), pk=pk))


def applications_for(user: User) -> QuerySet[Application]:
    """Return the applications; a town sees its own."""
    rows = Application.objects.filter(area=user.area_code)
    rows = rows if user.town is None else rows.filter(town=user.town)
    return rows.select_related("person", "submitted_by", "decided_by").defer("material")


def access_application(user: User, pk: int) -> Application:
    return _one(applications_for(user).filter(pk=pk))


def responsibles_for(user: User) -> QuerySet[Responsible]:
    """Return who answers for villages, past ones too; a town sees its own."""
    rows = Responsible.objects.filter(area=user.area_code).select_related("made_by")
    return rows if user.town is None else rows.filter(town=user.town)


def access_responsible(user: User, pk: int) -> Responsible:
    return _one(responsibles_for(user).filter(pk=pk))


def _one(rows: QuerySet[RowT]) -> RowT:
    found = rows.first()
    if found is None:
        raise Http404
    return found
