"""The fold of one person-year over again, from what its settlements stored.

Ledger order is the definition (P6, P12): bills that stand, by ordinal, each under the plan it was
settled under. Corrections do not take part; their sum is compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tongchou.core.policy import TIERS, Claim, Outcome, Plan, withhold
from tongchou.core.policy import settle as settle_step
from tongchou.plans import queries as plans
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.pricing import no_benefit


@dataclass(frozen=True, slots=True)
class Folded:
    """A bill that stands, what it should be paid, and what the ledger has paid for it so far."""

    bill: Settlement
    outcome: Outcome
    posted: tuple[int, ...]  # by TIERS: the bill and its adjustments

    @property
    def difference(self) -> tuple[int, ...]:
        return tuple(a - b for a, b in zip(self.outcome.pays, self.posted, strict=True))


def claim_of(bill: Settlement) -> Claim:
    """The claim as the engine saw it when the bill was settled."""
    return Claim(
        visit=bill.visit_kind,
        level=bill.level,
        out_of_area=bill.out_of_area,
        status=bill.status or None,
        identities=tuple(bill.identities),
        total=bill.total,
        in_scope=bill.in_scope,
    )


def outcome_of(bill: Settlement, state: tuple[int, ...]) -> Outcome:
    """What the window pays of `bill`, priced again from `state` under its own plan."""
    due = due_of(bill, state, claim_of(bill))
    return due if bill.one_stop else withhold(due)


def due_of(bill: Settlement, state: tuple[int, ...], claim: Claim) -> Outcome:
    """What `bill` is due from `state` under its own plan, whoever pays it, were it `claim`."""
    if bill.no_benefit:
        return no_benefit(state, claim)
    return settle_step(_plan(bill.plan_id), state, claim)


@lru_cache(maxsize=64)
def _plan(plan_id: str) -> Plan:
    # The number is the hash of the compiled plan: what is behind it never changes.
    return plans.by_plan_id(plan_id)


def pays_of(bill: Settlement) -> tuple[int, ...]:
    return tuple(getattr(bill, tier) for tier in TIERS)


def standing(year: PersonYear) -> tuple[list[Settlement], dict[int, list[Settlement]]]:
    """Return the bills of `year` that stand, in ledger order, and all corrections by original."""
    return standing_of(Settlement.objects.filter(person_year=year).order_by("ordinal"))


def standing_of(
    rows: Iterable[Settlement],
) -> tuple[list[Settlement], dict[int, list[Settlement]]]:
    bills: list[Settlement] = []
    corrections: dict[int, list[Settlement]] = {}
    reversed_ids = set()
    for row in rows:
        if row.kind == Settlement.Kind.SETTLE:
            bills.append(row)
            continue
        assert row.original_id is not None
        corrections.setdefault(row.original_id, []).append(row)
        if row.kind == Settlement.Kind.REVERSAL:
            reversed_ids.add(row.original_id)
    return [b for b in bills if b.pk not in reversed_ids], corrections


def refold_year(year: PersonYear) -> tuple[list[Folded], tuple[int, ...]]:
    """Fold the bills of `year` that stand; return each with its outcome, and the last state."""
    return refold(*standing(year), year.begins)


def refold(
    bills: Sequence[Settlement],
    corrections: dict[int, list[Settlement]],
    state: tuple[int, ...],
) -> tuple[list[Folded], tuple[int, ...]]:
    """Fold `bills` from `state`, with which their year begins."""
    folded = []
    for bill in bills:
        outcome = outcome_of(bill, state)
        state = outcome.state
        rows = [bill, *corrections.get(bill.pk, [])]
        posted = tuple(sum(column) for column in zip(*map(pays_of, rows), strict=True))
        folded.append(Folded(bill, outcome, posted))
    return folded, state
