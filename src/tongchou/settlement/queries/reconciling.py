"""What the ledger says of one institution's bills over some days, for comparing with its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from tongchou.settlement.models import Settlement

_KINDS = (Settlement.Kind.SETTLE, Settlement.Kind.REVERSAL)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over bills or reversals, fen; `fund` is without what the hospital itself bears.

    `account` is what messages call acct_pay: the person's own, without what relatives' pay.
    """

    count: int = 0
    total: int = 0
    fund: int = 0
    account: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.count + other.count,
            self.total + other.total,
            self.fund + other.fund,
            self.account + other.account,
        )


@dataclass(frozen=True, slots=True)
class Posted:
    """One bill or reversal as it stands in the ledger."""

    number: int
    original: int | None  # of a reversal
    area: str
    mdtrt_id: str
    psn_no: str
    msgid: str | None  # None: reversed by the bureau
    total: int
    fund: int
    account: int


def is_reversed(number: int) -> bool:
    return Settlement.objects.filter(original_id=number, kind=Settlement.Kind.REVERSAL).exists()


def totals(
    institution_id: int,
    first: date,
    last: date,
    *,
    scheme: str | None = None,
    visit_kinds: Iterable[str] | None = None,
) -> tuple[Totals, Totals]:
    """Return the sums of bills and of reversals posted on first..last (both included)."""
    rows = (
        _posted(institution_id, first, last, scheme, visit_kinds)
        .values("kind")
        .annotate(
            n=Count("id"),
            t=Sum("total"),
            f=Sum(F("fund_total") - F("institution_reduction")),
            a=Sum(F("account_pays") - F("linked_pays")),
        )
        .order_by("kind")
    )
    by_kind = {row["kind"]: Totals(row["n"], row["t"], row["f"], row["a"]) for row in rows}
    return (
        by_kind.get(Settlement.Kind.SETTLE, Totals()),
        by_kind.get(Settlement.Kind.REVERSAL, Totals()),
    )


def posted(
    institution_id: int,
    first: date,
    last: date,
    *,
    scheme: str | None = None,
    visit_kinds: Iterable[str] | None = None,
) -> list[Posted]:
    """Return every bill and reversal posted on first..last (both included), in number order."""
    rows = (
        _posted(institution_id, first, last, scheme, visit_kinds)
        .order_by("id")
        .values_list(
            "id", "original_id", "area", "charge__visit__mdtrt_id", "person__psn_no", "msgid",
            "total", F("fund_total") - F("institution_reduction"),
            F("account_pays") - F("linked_pays"),
        )
    )  # fmt: skip
    return [Posted(*row) for row in rows]


def _posted(
    institution_id: int,
    first: date,
    last: date,
    scheme: str | None,
    visit_kinds: Iterable[str] | None,
) -> QuerySet[Settlement]:
    """Bills of the institution's own messages; what is paid at the counter is not its business."""
    found = Settlement.objects.filter(
        Q(settled_at__gte=_midnight(first)) & Q(settled_at__lt=_midnight(last + timedelta(days=1))),
        institution_id=institution_id,
        kind__in=_KINDS,
        charge__isnull=False,
    )
    if scheme is not None:
        found = found.filter(scheme=scheme)
    if visit_kinds is not None:
        found = found.filter(visit_kind__in=list(visit_kinds))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
