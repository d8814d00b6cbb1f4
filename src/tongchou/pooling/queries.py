"""Reads of the pooling level: what goes over on the day, and where the money of a pool is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from tongchou.funds.chart import (
    DEPOSITS,
    FROM_ABOVE,
    FROM_BELOW,
    FUNDS,
    PAYABLE_INSTITUTION,
    PAYABLE_PERSON,
    TO_ABOVE,
    TO_BELOW,
    pooled_funds,
)
from tongchou.funds.queries import moved_by_code
from tongchou.people.queries import enrolled_on
from tongchou.platform.authority.models import Area, Pooling
from tongchou.pooling.models import Change, Remittance
from tongchou.settlement.models import Settlement

_OWED = (PAYABLE_INSTITUTION, PAYABLE_PERSON)
_RECEIPTS = ("4001", "4002", "4003")  # contributions, subsidies, interest
_BENEFITS = ("5101", "5102", "5103")


@dataclass(frozen=True, slots=True)
class FundThen:
    """A fund of the member at the end of the day before the change, fen."""

    fund: str
    name: str
    deposits: int
    owed: int  # to institutions and persons: paid later, out of what stays

    @property
    def left(self) -> int:
        """What is the member's own when its debts are paid: what 结余上解 is about."""
        return self.deposits - self.owed


@dataclass(frozen=True, slots=True)
class Handover:
    """What there is on the eve of the day, and goes on unchanged. Money in fen."""

    on: date
    insured: int  # enrolled on the eve
    years: int  # person-years with bills in the year of the eve, before the day
    bills: int  # how many those are, corrections with them
    paid: int  # by all funds for them
    funds: Sequence[FundThen]


def eve_of(day: date) -> date:
    return day - timedelta(days=1)


def handover(change: Change) -> Handover:
    """Return what goes over. Bills and postings are never changed: asked again, it says the same.

    Only who was insured on the eve may still change, by facts that become known later.
    """
    area, scheme, on = change.area_id, change.scheme, change.starts_on
    year = eve_of(on).year
    bills = Settlement.objects.filter(
        area=area,
        scheme=scheme,
        settled_at__gte=_midnight(date(year, 1, 1)),
        settled_at__lt=_midnight(on),
    )
    sums = bills.aggregate(
        count=Count("pk"), years=Count("person_year", distinct=True), paid=Sum("fund_total")
    )
    moved = moved_by_code([area], pooled_funds(scheme), before=on)
    return Handover(
        on=on,
        insured=enrolled_on(area, eve_of(on)).get(scheme, 0),
        years=sums["years"],
        bills=sums["count"],
        paid=sums["paid"] or 0,
        funds=[
            FundThen(
                fund,
                str(FUNDS[fund]),
                _sum(moved.get((area, fund), {}), [DEPOSITS]),
                -_sum(moved.get((area, fund), {}), _OWED),
            )
            for fund in pooled_funds(scheme)
        ],
    )


@dataclass(frozen=True, slots=True)
class Position:
    """A fund of one area of a pool since its day, fen."""

    area: str
    fund: str
    fund_name: str
    since: date
    received: int  # contributions, subsidies, interest
    spent: int  # on benefits and on others' contributions
    up: int  # to the pool; of the pool itself: from its members
    down: int  # from the pool; of the pool itself: to its members
    deposits: int  # now
    owed: int  # now, to institutions and persons


def position(spell: Pooling) -> list[Position]:
    """Return where the member's pooled funds stand, in the order of FUNDS."""
    return _positions(spell, spell.area, first=spell.start, codes=(TO_ABOVE, FROM_ABOVE))


def pool_position(spell: Pooling) -> list[Position]:
    """Return where the pool's own books of these funds stand, over all its members."""
    return _positions(spell, spell.pool, first=None, codes=(FROM_BELOW, TO_BELOW))


def _positions(
    spell: Pooling, area: Area, *, first: date | None, codes: tuple[str, str]
) -> list[Position]:
    funds = pooled_funds(spell.scheme)
    since = moved_by_code([area.code], funds, first=first)
    ever = moved_by_code([area.code], funds) if first else since
    found = []
    for fund in funds:
        moved, whole = since.get((area.code, fund), {}), ever.get((area.code, fund), {})
        found.append(
            Position(
                area=area.code,
                fund=fund,
                fund_name=str(FUNDS[fund]),
                since=spell.start,
                received=-_sum(moved, _RECEIPTS),
                spent=_sum(moved, _BENEFITS),
                up=abs(_sum(moved, codes[:1])),
                down=abs(_sum(moved, codes[1:])),
                deposits=_sum(whole, [DEPOSITS]),
                owed=-_sum(whole, _OWED),
            )
        )
    return found


def waiting_changes(area: str) -> QuerySet[Change]:
    """Return what waits to be confirmed, of an area as member or as pool."""
    own = Q(area=area) | Q(pool=area)
    return Change.objects.filter(own, state=Change.State.PROPOSED).select_related("pool")


def waiting_remittances(area: str) -> QuerySet[Remittance]:
    """Return what waits to be posted, of an area as member or as pool."""
    own = Q(pooling__area=area) | Q(pooling__pool=area)
    rows = Remittance.objects.filter(own, state=Remittance.State.PROPOSED)
    return rows.select_related("fund")


def _sum(moved: dict[str, int], codes: Collection[str]) -> int:
    return sum(moved.get(code, 0) for code in codes)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
