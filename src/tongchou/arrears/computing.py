"""A person's year as it should have been paid on what is known now, beside what was paid.

Ledger order, each bill under the plan it was settled under (P6, P12); only the identities are those
known now for the bill's day. What earlier arrears have paid counts as paid.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tongchou.arrears.models import Arrear, ArrearLine
from tongchou.core.policy import IDENTITIES, INITIAL_STATE, TIERS
from tongchou.core.policy import settle as settle_step
from tongchou.people.models import Identity
from tongchou.plans import queries as plans
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.pricing import no_benefit
from tongchou.settlement.services.refold import claim_of, pays_of, standing


@dataclass(frozen=True, slots=True)
class Owed:
    """`due`, `paid` and `difference` in fen by TIERS; `identities` known now for the bill's day."""

    bill: Settlement
    identities: tuple[str, ...]
    due: tuple[int, ...]
    paid: tuple[int, ...]

    @property
    def difference(self) -> tuple[int, ...]:
        return tuple(a - b for a, b in zip(self.due, self.paid, strict=True))

    @property
    def total(self) -> int:
        return sum(self.difference)


def fold_as_known(year: PersonYear) -> list[Owed]:
    """Fold the year again; every bill that stands, in ledger order."""
    bills, corrections = standing(year)
    facts = list(Identity.objects.filter(person_id=year.person_id, struck_at=None))
    earlier = _released(year)
    state, found = INITIAL_STATE, []
    for bill in bills:
        known = _known_on(facts, bill)
        claim = claim_of(bill)._replace(identities=known)
        if bill.no_benefit:
            outcome = no_benefit(state, claim)
        else:
            outcome = settle_step(plans.by_plan_id(bill.plan_id), state, claim)
        state = outcome.state
        rows = [pays_of(bill), *map(pays_of, corrections.get(bill.pk, [])), *earlier[bill.pk]]
        paid = tuple(sum(column) for column in zip(*rows, strict=True))
        found.append(Owed(bill, known, outcome.pays, paid))
    return found


def owed(year: PersonYear) -> list[Owed]:
    """Return the bills of the year for which too little or too much was paid."""
    return [one for one in fold_as_known(year) if any(one.difference)]


def _known_on(facts: Sequence[Identity], bill: Settlement) -> tuple[str, ...]:
    day = bill.basis_date
    held = {f.kind for f in facts if f.start <= day and (f.end is None or day < f.end)}
    return tuple(kind for kind in IDENTITIES if kind in held)


def _released(year: PersonYear) -> dict[int, list[tuple[int, ...]]]:
    lines = ArrearLine.objects.filter(arrear__person_year=year, arrear__state=Arrear.State.RELEASED)
    found: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for line in lines:
        found[line.settlement_id].append(tuple(getattr(line, tier) for tier in TIERS))
    return found
