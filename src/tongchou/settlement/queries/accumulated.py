"""What a person's bills of one insurance year come to, month by month."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from tongchou.settlement.models import Settlement


@dataclass(frozen=True, slots=True)
class Month:
    scheme: str
    year: int
    month: int
    sums: dict[str, int]  # column -> fen, reversals and adjustments set off


def by_month(records: Collection[int], year: int, columns: Iterable[str]) -> list[Month]:
    """Return the months of the year in which anything was settled, earliest first.

    `records`: the keys of a person's record and of those that have gone into it.
    """
    names = list(columns)
    rows: Iterable[Mapping[str, Any]] = (
        Settlement.objects.filter(person_id__in=records, person_year__year=year)
        .annotate(posted_in=TruncMonth("settled_at"))
        .values("scheme", "posted_in")
        .annotate(**{f"sum_{name}": Sum(name) for name in names})
        .order_by("scheme", "posted_in")
    )
    return [
        Month(
            row["scheme"],
            row["posted_in"].year,
            row["posted_in"].month,
            {name: row[f"sum_{name}"] for name in names},
        )
        for row in rows
    ]
