"""Plans compiled once a process, and the mark by which a process sees another's adoption.

Adopted rows never change; only the set of them grows. The settlement path reads the mark within
the query it makes anyway.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection

from tongchou.core.policy import Plan, PlanBook, load_policy
from tongchou.plans.models import PlanVersion
from tongchou.platform.authority.pooling import Span, spans, within

# One value: the adopted versions of an area and of the pools that it is in, counted, with the last
# adoption, then its spells in pools, with the last change. The greatest id would not do: a draft
# begun earlier may be adopted later. {area} is an SQL expression, and stands three times.
EPOCH_SQL = """(
    select count(*) || '/' || coalesce(max(adopted_at), '1970-01-01')
    from plans_planversion
    where state = 'adopted'
    and (area = {area} or area in (select pool_id from authority_pooling where area_id = {area}))
) || '/' || (
    select count(*) || '/' || count(struck_at) || '/' || count("end") || '/'
           || coalesce(max(changed_at), '1970-01-01')
    from authority_pooling where area_id = {area}
)"""
EPOCH_AREAS = 3  # how often {area} stands in it


@dataclass(frozen=True, slots=True)
class Book:
    """The plans of an area: its own, and its pool's on the days on which it is in one."""

    plans: PlanBook
    spans: list[Span]

    def for_date(self, area: str, scheme: str, on: date) -> Plan:
        """Return the plan in force on a day. Raises NoPlanInForce."""
        return self.plans.for_date(within(self.spans, area, scheme, on), scheme, on)


_books: dict[str, tuple[str, Book]] = {}
_read = lru_cache(maxsize=64)(load_policy)


def epoch(area: str) -> str:
    """Return the area's mark: it differs as soon as another version is adopted."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {EPOCH_SQL.format(area='%s')}", [area] * EPOCH_AREAS)
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def compiled(version: PlanVersion) -> Plan:
    """Return the plan of a stored version."""
    return _read(version.document, source=version.title)


def book(area: str, mark: str | None = None) -> Book:
    """Return the adopted plans that hold in an area.

    `mark` is its epoch where the caller has read it already.
    """
    mark = epoch(area) if mark is None else mark
    known = _books.get(area)
    if known is not None and known[0] == mark:
        return known[1]
    known_spans = spans(area)
    areas = {area, *(span.pool for span in known_spans)}
    rows = PlanVersion.objects.filter(area__in=areas, state=PlanVersion.State.ADOPTED)
    plans = PlanBook([compiled(row) for row in rows.order_by("scheme", "valid_from")])
    made = Book(plans, known_spans)
    _books[area] = (mark, made)
    return made


def forget(area: str) -> None:
    """Drop the area's book; the next reader makes it again."""
    _books.pop(area, None)
