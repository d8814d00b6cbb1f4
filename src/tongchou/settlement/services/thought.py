"""What pricing has found out about a charge, handed on to whoever posts it."""

from dataclasses import dataclass

from tongchou.core.policy import Claim, Outcome
from tongchou.settlement.services.bill import Bill, Settled
from tongchou.settlement.services.facts import Enrolled, Facts, Year


@dataclass(frozen=True, slots=True)
class Thought:
    """A priced charge with what the posting needs of the thinking."""

    facts: Facts
    bill: Bill
    enrolled: Enrolled
    claim: Claim
    outcome: Outcome
    settled: Settled
    year: Year | None  # None before the person's first bill of the year
    state_before: tuple[int, ...]
