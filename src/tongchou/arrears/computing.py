"""A person's year as it should have been paid on what is known now, beside what was paid.

Ledger order, each bill under the plan it was settled under (P6, P12); only the identities are those
known now for the bill's day. What earlier arrears have paid counts as paid.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongchou.arrears.models import Arrear, ArrearLine
from tongchou.core.policy import IDENTITIES, TIERS
from tongchou.people.models import Identity
from tongchou.settlement.models import PersonYear, Settlement
from tongchou.settlement.services.refold import claim_of, due_of, pays_of, standing


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
    """Fold the year again; every bill that stands, in ledger order, then those paid and reversed.

    What a bill is due counts whole, also what the window withheld (STL-11). A reversed bill is due
    nothing: what arrears had paid for it is owed back.
    """
    bills, corrections = standing(year)
    facts = list(Identity.objects.filter(person_id=year.person_id, struck_at=None))
    earlier = _released(year)
    state, found = year.begins, []
    for bill in bills:
        known = _known_on(facts, bill)
        outcome = due_of(bill, state, claim_of(bill)._replace(identities=known))
        state = outcome.state
        found.append(Owed(bill, known, outcome.pays, _paid(bill, corrections, earlier)))
    gone = set(earlier) - {bill.pk for bill in bills}
    for bill in Settlement.objects.filter(pk__in=gone).order_by("ordinal"):
        found.append(Owed(bill, (), (0,) * len(TIERS), _paid(bill, corrections, earlier)))
    return found


def _paid(
    bill: Settlement,
    corrections: Mapping[int, Sequence[Settlement]],
    earlier: Mapping[int, Sequence[tuple[int, ...]]],
) -> tuple[int, ...]:
    rows = [pays_of(bill), *map(pays_of, corrections.get(bill.pk, [])), *earlier.get(bill.pk, [])]
    return tuple(sum(column) for column in zip(*rows, strict=True))


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
