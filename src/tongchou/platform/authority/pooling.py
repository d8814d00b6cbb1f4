"""Which pool an area is in, by scheme and day. An area in none is a pool of its own."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from tongchou.platform.authority.models import Pooling

LIVE = Q(struck_at=None)
_SPAN = ("scheme", "pool_id", "start", "end", "pool__name")


@dataclass(frozen=True, slots=True)
class Span:
    """An area's scheme in a pool over [start, end)."""

    scheme: str
    pool: str
    start: date
    end: date | None
    pool_name: str = ""

    def holds(self, scheme: str, on: date) -> bool:
        return self.scheme == scheme and self.start <= on and (self.end is None or on < self.end)


def spans(area: str) -> list[Span]:
    """Return the spells of an area in pools, the earliest first."""
    return [Span(*row) for row in pools_of(area).order_by("start").values_list(*_SPAN)]


def pool_of(area: str, scheme: str, on: date) -> str:
    """Return the area whose plans hold on a day: the pool's, or its own."""
    return within(spans(area), area, scheme, on)


def within(known: list[Span], area: str, scheme: str, on: date) -> str:
    """Return what `pool_of` does, from spans that were read before."""
    return next((one.pool for one in known if one.holds(scheme, on)), area)


def pools_of(area: str) -> QuerySet[Pooling]:
    """Return the spells of an area in pools that it is, was or will be in."""
    return Pooling.objects.filter(LIVE, area=area)


def members_of(pool: str, scheme: str, on: date) -> QuerySet[Pooling]:
    """Return the spells of a pool's members on a day, by area."""
    rows = Pooling.objects.filter(LIVE, Q(end=None) | Q(end__gt=on), pool=pool, start__lte=on)
    return rows.filter(scheme=scheme).select_related("area").order_by("area")
