"""A bill as its statement shows it: all from what is stored with it and with its neighbours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.catalogue.codes import CHARGE_LABELS
from tongchou.core.policy import (
    LABELS,
    TIERS,
    Meter,
    Reason,
    accumulators,
    lines_to_json,
    why_not_more,
)
from tongchou.plans import queries as plans
from tongchou.plans.models import PlanVersion
from tongchou.settlement.models import FeeLine, ManualClaim, ReversalRequest, Settlement
from tongchou.settlement.priced import Priced, priced_bill
from tongchou.settlement.services.refold import outcome_of, pays_of, refold_year
from tongchou.settlement.staircase import staircase
from tongchou.settlement.steps import Layer


@dataclass(frozen=True, slots=True)
class Accumulator:
    """A line of the year with how far it was reached before and after the bill, fen."""

    meter: Meter
    before: int

    @property
    def of_cap(self) -> bool:
        """Whether the line is a ceiling of payments rather than a step of own payments."""
        return self.meter.path.endswith(".cap")

    @property
    def label(self) -> str:
        return self.meter.label

    @property
    def used(self) -> int:
        return self.meter.used

    @property
    def limit(self) -> int:
        assert self.meter.limit is not None
        return self.meter.limit

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def added(self) -> int:
        return self.used - self.before


@dataclass(frozen=True, slots=True)
class Category:
    """The fee lines of one charge type; `width` in thousandths of the largest."""

    label: str
    amount: int
    lines: int
    width: int

    @property
    def bar(self) -> str:
        return f"{self.width // 10}.{self.width % 10}%"


@dataclass(frozen=True, slots=True)
class Compared:
    """One amount as the ledger holds it and as it comes out again, fen."""

    label: str
    posted: int
    again: int

    @property
    def difference(self) -> int:
        return self.again - self.posted


@dataclass(frozen=True, slots=True)
class Recount:
    """A bill folded again under its stored plan: from its own state, and in the whole year."""

    rows: list[Compared]
    same_lines: bool
    same_state: bool
    year_bills: int
    year_differences: list[Settlement]

    @property
    def equal(self) -> bool:
        same = all(row.difference == 0 for row in self.rows)
        return same and self.same_lines and self.same_state


@dataclass(frozen=True, slots=True)
class Statement:
    bill: Settlement
    priced: Priced
    layers: list[Layer]
    reasons: list[Reason]
    accumulators: list[Accumulator]
    categories: list[Category]
    version: PlanVersion | None

    @property
    def doubts(self) -> list[str]:
        return [doubt for layer in self.layers for doubt in layer.doubts]

    @property
    def tier_sum(self) -> int:
        return sum(pays_of(self.bill))

    @property
    def lines_count(self) -> int:
        return sum(category.lines for category in self.categories)


def statement_of(bill: Settlement, *, phone: bool = False) -> Statement:
    """Return the statement. Raises LookupError when the plan was never adopted here."""
    plan = plans.by_plan_id(bill.plan_id)
    priced = priced_bill(bill, plan)
    explained = bill.kind == Settlement.Kind.SETTLE and not bill.no_benefit
    version = plans.version_behind(bill.area, bill.plan_id)
    return Statement(
        bill=bill,
        priced=priced,
        layers=staircase(priced, phone=phone),
        reasons=reasons_of(priced),
        accumulators=accumulators_of(priced) if explained else [],
        categories=categories_of(bill),
        version=version,
    )


def reasons_of(priced: Priced) -> list[Reason]:
    """Return what bound the bill; nothing for corrections and visits without benefit."""
    if priced.correction or priced.no_benefit:
        return []
    return why_not_more(priced.plan, priced.state_before, priced.claim, priced.due)


def accumulators_of(priced: Priced) -> list[Accumulator]:
    """Return the year's lines that have an end, before and after the bill."""
    identities = priced.claim.identities
    before = accumulators(priced.plan, priced.state_before, identities)
    after = accumulators(priced.plan, priced.outcome.state, identities)
    return [
        Accumulator(now, then.used)
        for then, now in zip(before, after, strict=True)
        if now.limit is not None
    ]


def categories_of(bill: Settlement) -> list[Category]:
    """Return what was charged by type, largest first.

    A bill of the counter has no fee lines, and a reversed bill has them no longer: its charge is
    free, and what is in it may have changed since.
    """
    if bill.charge is None or bill.charge.settlement_id != bill.pk:
        return []
    rows = list(
        FeeLine.objects.filter(charge=bill.charge)
        .values_list("charge_type")
        .annotate(amount=Sum("amount"), lines=Count("pk"))
        .order_by("-amount", "charge_type")
    )
    most = max((amount for _code, amount, _lines in rows), default=0)
    return [
        Category(
            str(CHARGE_LABELS.get(code, code)),
            amount,
            lines,
            max(amount, 0) * 1000 // most if most > 0 else 0,
        )
        for code, amount, lines in rows
    ]


def year_of(bill: Settlement, visible: QuerySet[Settlement]) -> list[Settlement]:
    """Return the bills of the person's year among `visible`, in ledger order."""
    rows = visible.filter(person_year_id=bill.person_year_id)
    return list(rows.select_related("institution").order_by("ordinal"))


def corrections_of(bill: Settlement) -> list[Settlement]:
    """Return the reversal and the differences that name this bill, in ledger order."""
    return list(bill.corrections.order_by("ordinal"))


def open_request(bill: Settlement) -> ReversalRequest | None:
    return (
        ReversalRequest.objects.filter(settlement=bill, state=ReversalRequest.State.PROPOSED)
        .select_related("proposed_by")
        .first()
    )


def recount(bill: Settlement) -> Recount:
    """Fold the bill again and compare it with the ledger; nothing is written."""
    again = outcome_of(bill, tuple(bill.state_before))
    rows = [Compared(LABELS["deductible"], bill.deductible, again.deductible)]
    rows += [
        Compared(LABELS[tier], posted, pay)
        for tier, posted, pay in zip(TIERS, pays_of(bill), again.pays, strict=True)
        if posted or pay or tier in TIERS[:4]
    ]
    rows.append(Compared(_("个人负担"), bill.person_pays, again.person_pays))
    folded, _state = refold_year(bill.person_year)
    return Recount(
        rows=rows,
        same_lines=lines_to_json(again.lines) == bill.lines,
        same_state=again.state == tuple(bill.state_after),
        year_bills=len(folded),
        year_differences=[one.bill for one in folded if any(one.difference)],
    )


def sums(rows: Iterable[Settlement]) -> dict[str, int]:
    """Return the sums over bills, corrections set off, fen."""
    found = list(rows)
    return {
        name: sum(getattr(row, name) for row in found)
        for name in ("total", "fund_total", "person_pays", *TIERS)
    }


def stay_of(bill: Settlement) -> tuple[date, date] | None:
    """Return the first and last day of the visit, or None for a bill of the counter."""
    if bill.charge is None:
        return None
    visit = bill.charge.visit
    begun = timezone.localdate(visit.begun_at)
    return begun, timezone.localdate(visit.ended_at) if visit.ended_at else begun


def claim_of_counter(bill: Settlement) -> ManualClaim | None:
    """Return the manual claim that the bill, or the bill it corrects, settled."""
    return ManualClaim.objects.filter(settlement_id=bill.original_id or bill.pk).first()
