"""The only way to registers, comparisons and cases for a user: those of the area.

A town sees the cases of its own people who are not insured, once they were handed out.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from tongchou.platform.accounts.models import User
from tongchou.platform.casework.models import Case, Evidence
from tongchou.registers.casework import BY_KIND
from tongchou.registers.models import POPULATION, Counted, OpenMatch, Pin, RegisterFile, Run

RowT = TypeVar("RowT", bound=Model)


def files_of(user: User) -> QuerySet[RegisterFile]:
    rows = RegisterFile.objects.filter(area=user.area_code)
    return rows.select_related("received_by", "decided_by").defer("content")


def access_file(user: User, pk: int) -> RegisterFile:
    return _one(files_of(user).filter(pk=pk))


def runs_of(user: User, kind: str) -> QuerySet[Run]:
    rows = Run.objects.filter(area=user.area_code, kind=kind)
    return rows.select_related("issued_by").order_by("-month", "-made_at", "-pk")


def access_run(user: User, pk: int) -> Run:
    return _one(Run.objects.filter(area=user.area_code, pk=pk).select_related("issued_by"))


def access_match(user: User, pk: int) -> OpenMatch:
    return _one(OpenMatch.objects.filter(run__area=user.area_code, pk=pk).select_related("run"))


def access_counted(user: User, pk: int) -> Counted:
    return _one(Counted.objects.filter(run__area=user.area_code, pk=pk).select_related("run"))


def access_pin(user: User, pk: int) -> Pin:
    return _one(Pin.objects.filter(area=user.area_code, pk=pk))


def cases_for(user: User) -> QuerySet[Case]:
    cases = Case.objects.filter(area=user.area_code, kind__in=BY_KIND)
    if user.town is not None:
        cases = cases.filter(kind=POPULATION, place=user.town).exclude(state="found")
    return cases


def access_case(user: User, pk: int) -> Case:
    return _one(cases_for(user).filter(pk=pk))


def access_evidence(user: User, pk: int) -> Evidence:
    return _one(Evidence.objects.filter(step__case__in=cases_for(user), pk=pk))


def _one(rows: QuerySet[RowT]) -> RowT:
    found = rows.first()
    if found is None:
        raise Http404
    return found
