"""Figures and work of the day, for the desk. None of these checks a user's right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour
from django.urls import reverse
from django.utils import timezone

from tongchou.platform.numbering.services import display_number
from tongchou.settlement.models import ManualClaim, ReversalRequest, Settlement


@dataclass(frozen=True, slots=True)
class Figures:
    """What was posted on one day; amounts in fen, reversals and differences set off."""

    settled: int  # bills, without corrections
    reversed: int  # reversals
    total: int
    fund: int
    person: int
    assumed: int  # bills that used a number 待确认


@dataclass(frozen=True, slots=True)
class Work:
    """One open item that waits for somebody of the bureau. Money in fen."""

    kind: Literal["manual_review", "manual_approval", "reversal"]
    number: str  # invoice or bill
    person: str
    amount: int
    began_at: datetime
    due_at: datetime
    url: str
    right: str  # what it takes to do it
    acted: tuple[int, ...]  # users who may not: they did an earlier step


def today_figures(area: str, day: date, institution: str | None = None) -> Figures:
    """Return the figures of `day` (midnight to midnight), of one institution if it is given."""
    kinds = Settlement.Kind
    found = _posted(area, day, institution).aggregate(
        settled=Count("pk", filter=Q(kind=kinds.SETTLE)),
        reversed=Count("pk", filter=Q(kind=kinds.REVERSAL)),
        assumed=Count("pk", filter=Q(kind=kinds.SETTLE, has_assumed=True)),
        total=Sum("total"),
        fund=Sum("fund_total"),
        person=Sum("person_pays"),
    )
    return Figures(**{name: value or 0 for name, value in found.items()})


def by_hour(area: str, day: date, institution: str | None = None) -> list[int]:
    """Return how many bills were settled in each of the 24 hours of `day`."""
    rows = (
        _posted(area, day, institution)
        .filter(kind=Settlement.Kind.SETTLE)
        .annotate(hour=ExtractHour("settled_at"))
        .values_list("hour")
        .annotate(n=Count("pk"))
        .order_by("hour")
    )
    hours = [0] * 24
    for hour, count in rows:
        hours[hour] = count
    return hours


def open_work(area: str) -> list[Work]:
    """Return what waits for a reviewer or an approver, the nearest limit first."""
    claims = ManualClaim.objects.filter(
        area=area, state__in=[ManualClaim.State.FILED, ManualClaim.State.REVIEWED]
    ).select_related("person")
    requests = ReversalRequest.objects.filter(
        settlement__area=area, state=ReversalRequest.State.PROPOSED
    ).select_related("settlement__person")
    work = [*map(_of_claim, claims), *_of_requests(requests)]
    return sorted(work, key=lambda one: one.due_at)


def _of_claim(claim: ManualClaim) -> Work:
    filed = claim.state == ManualClaim.State.FILED
    return Work(
        kind="manual_review" if filed else "manual_approval",
        number=claim.invoice,
        person=claim.person.name,
        amount=claim.total,
        began_at=claim.filed_at,
        due_at=claim.due_at,
        url=reverse("bills:manual", args=[claim.pk]),
        right="manual.review" if filed else "manual.approve",
        acted=tuple(pk for pk in (claim.filed_by_id, claim.reviewed_by_id) if pk),
    )


def _of_requests(requests: Iterable[ReversalRequest]) -> list[Work]:
    return [
        Work(
            kind="reversal",
            number=display_number(one.settlement.pk, one.settlement.area),
            person=one.settlement.person.name,
            amount=one.settlement.fund_total,
            began_at=one.proposed_at,
            due_at=one.due_at,
            url=reverse("bills:reversal", args=[one.pk]),
            right="reversal.review",
            acted=(one.proposed_by_id,),
        )
        for one in requests
    ]


def _posted(area: str, day: date, institution: str | None) -> QuerySet[Settlement]:
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = Settlement.objects.filter(area=area, settled_at__gte=begin, settled_at__lt=end)
    if institution is None:
        return rows
    return rows.filter(institution__code=institution, charge__isnull=False)
