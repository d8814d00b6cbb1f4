"""Plans compiled once a process, and the mark by which a process sees another's adoption.

Adopted rows never change; only the set of them grows. The settlement path reads the mark within
the query it makes anyway.
"""

from functools import lru_cache

from django.db import connection

from tongchou.core.policy import Plan, PlanBook, load_policy
from tongchou.plans.models import PlanVersion

# One value: the adopted versions of an area, counted, and the last adoption. The greatest id would
# not do: a draft begun earlier may be adopted later. {area} is an SQL expression.
EPOCH_SQL = """(
    select count(*) || '/' || coalesce(max(adopted_at), '1970-01-01')
    from plans_planversion
    where state = 'adopted' and area = {area}
)"""

_books: dict[str, tuple[str, PlanBook]] = {}
_read = lru_cache(maxsize=64)(load_policy)


def epoch(area: str) -> str:
    """Return the area's mark: it differs as soon as another version is adopted."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {EPOCH_SQL.format(area='%s')}", [area])
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def compiled(version: PlanVersion) -> Plan:
    """Return the plan of a stored version."""
    return _read(version.document, source=version.title)


def book(area: str, mark: str | None = None) -> PlanBook:
    """Return the area's adopted plans. `mark` is its epoch where the caller has read it already."""
    mark = epoch(area) if mark is None else mark
    known = _books.get(area)
    if known is not None and known[0] == mark:
        return known[1]
    rows = PlanVersion.objects.filter(area=area, state=PlanVersion.State.ADOPTED)
    made = PlanBook([compiled(row) for row in rows.order_by("scheme", "valid_from")])
    _books[area] = (mark, made)
    return made


def forget(area: str) -> None:
    """Drop the area's book; the next reader makes it again."""
    _books.pop(area, None)
