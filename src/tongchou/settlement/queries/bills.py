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
    acted: tuple[int, ...]  # users who may not: they did an earlier step, the first of them began


@dataclass(frozen=True, slots=True)
class Closed:
    """One item that somebody has finished. Money in fen."""

    kind: Literal["manual", "reversal"]
    number: str
    person: str
    amount: int
    result: str
    due_at: datetime
    closed_at: datetime
    url: str

    @property
    def on_time(self) -> bool:
        return self.closed_at <= self.due_at


def today_figures(
    area: str, day: date, institution: str | None = None, *, until: datetime | None = None
) -> Figures:
    """Return the figures of `day` from midnight to midnight, or to the moment `until`."""
    kinds = Settlement.Kind
    rows = _posted(area, day, institution)
    if until is not None:
        rows = rows.filter(settled_at__lte=until)
    found = rows.aggregate(
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


def closed_work(area: str, since: datetime, user: int | None = None) -> list[Closed]:
    """Return what was finished since a moment, the latest first; with `user`, what they signed."""
    claims = ManualClaim.objects.filter(
        Q(approved_at__gte=since) | Q(approved_at=None, reviewed_at__gte=since),
        area=area,
        state__in=[ManualClaim.State.SETTLED, ManualClaim.State.REFUSED],
    ).select_related("person")
    requests = ReversalRequest.objects.filter(
        settlement__area=area,
        state__in=[ReversalRequest.State.DONE, ReversalRequest.State.REFUSED],
        reviewed_at__gte=since,
    ).select_related("settlement__person")
    if user is not None:
        claims = claims.filter(Q(filed_by=user) | Q(reviewed_by=user) | Q(approved_by=user))
        requests = requests.filter(Q(proposed_by=user) | Q(reviewed_by=user))
    closed = [*map(_closed_claim, claims), *map(_closed_request, requests)]
    return sorted(closed, key=lambda one: one.closed_at, reverse=True)


def _closed_claim(claim: ManualClaim) -> Closed:
    closed_at = claim.approved_at or claim.reviewed_at
    assert closed_at is not None
    return Closed(
        "manual", claim.invoice, claim.person.name, claim.total, claim.get_state_display(),
        claim.due_at, closed_at, reverse("bills:manual", args=[claim.pk]),
    )  # fmt: skip


def _closed_request(request: ReversalRequest) -> Closed:
    assert request.reviewed_at is not None
    bill = request.settlement
    return Closed(
        "reversal", display_number(bill.pk, bill.area), bill.person.name, bill.fund_total,
        request.get_state_display(), request.due_at, request.reviewed_at,
        reverse("bills:reversal", args=[request.pk]),
    )  # fmt: skip


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
