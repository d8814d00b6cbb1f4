"""What a person's bills of one insurance year come to, month by month."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from tongchou.core.policy import TIERS
from tongchou.settlement.models import PersonYear, Settlement


@dataclass(frozen=True, slots=True)
class Month:
    scheme: str
    year: int
    month: int
    sums: dict[str, int]  # column -> fen, reversals and adjustments set off


def by_month(records: Collection[int], year: int, columns: Iterable[str]) -> list[Month]:
    """Return the months of the year in which anything was settled, earliest first in a scheme.

    What another system had paid before, with which the year begins, counts to January: its month
    is not known. `records`: the keys of a person's record and of those that have gone into it.
    """
    names = list(columns)
    found = _begun_with(records, year, names)
    rows: Iterable[Mapping[str, Any]] = (
        Settlement.objects.filter(person_id__in=records, person_year__year=year)
        .annotate(posted_in=TruncMonth("settled_at"))
        .values("scheme", "posted_in")
        .annotate(**{f"sum_{name}": Sum(name) for name in names})
    )
    for row in rows:
        key = (row["scheme"], row["posted_in"].year, row["posted_in"].month)
        sums = found.setdefault(key, dict.fromkeys(names, 0))
        for name in names:
            sums[name] += row[f"sum_{name}"]
    return [Month(*key, sums) for key, sums in sorted(found.items())]


def _begun_with(
    records: Collection[int], year: int, names: list[str]
) -> dict[tuple[str, int, int], dict[str, int]]:
    """Return by (scheme, year, 1) what tiers had paid elsewhere; nothing else is known of it."""
    found: dict[tuple[str, int, int], dict[str, int]] = {}
    for one in PersonYear.objects.filter(person_id__in=records, year=year):
        paid = one.begins[1::2]  # (base, paid) for each tier
        if any(paid):
            sums = found.setdefault((one.scheme, year, 1), dict.fromkeys(names, 0))
            for tier, fen in zip(TIERS, paid, strict=True):
                if tier in sums:
                    sums[tier] += fen
    return found
