"""One person's year before and after: every bill by its layers, with the words they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from tongchou.core.policy import (
    Claim,
    ClaimRefused,
    Outcome,
    Plan,
    lines_to_json,
    settle,
)
from tongchou.insight.pairs import Pair, pairs_of
from tongchou.insight.whatif.desk import Desk, Folded
from tongchou.insight.whatif.effect import label_of
from tongchou.people.models import Person
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import NotAllowed
from tongchou.settlement.access import bills_of
from tongchou.settlement.models import Settlement
from tongchou.settlement.priced import Priced
from tongchou.settlement.services.refold import claim_of, standing_of


@dataclass(frozen=True, slots=True)
class Example:
    """A person-year that gains or loses most. `who` names nobody."""

    person: int
    who: str
    change: int


@dataclass(frozen=True, slots=True)
class BillPair:
    bill: Settlement
    layers: list[Pair]
    fund_before: int
    fund_after: int

    @property
    def change(self) -> int:
        return self.fund_after - self.fund_before


@dataclass(frozen=True, slots=True)
class YearPair:
    person: Person
    bills: list[BillPair]

    @property
    def before(self) -> int:
        return sum(bill.fund_before for bill in self.bills)

    @property
    def after(self) -> int:
        return sum(bill.fund_after for bill in self.bills)


def examples(found: Folded, policy: int = 1) -> list[Example]:
    """Return the person-years of a comparison to open, those who gain most first."""
    groups = found.comparison.book.groups
    rows = []
    for one in found.comparison.examples:
        if one.policy == policy:
            of = dict(zip(groups.names, groups.rows[one.group], strict=True))
            words = [label_of(key, of[key], found.of) for key in ("town", "age") if key in of]
            rows.append(Example(one.person, " ".join(words), one.change))
    return rows


def year_pair(user: User, desk: Desk, person: int, after: Plan) -> YearPair:
    """Return the person's year as it is and under `after`. Raises Http404, NotAllowed."""
    assert desk.stock is not None
    if user.institution_code is not None:
        raise NotAllowed("")
    rows = (
        bills_of(user)
        .filter(
            person_id=person,
            person_year__year=desk.stock.year,
            person_year__scheme=desk.version.scheme,
        )
        .select_related("person", "institution", "person_year")
        .order_by("ordinal")
    )
    bills, _corrections = standing_of(rows)
    if not bills:
        raise Http404
    begins = bills[0].person_year.begins
    before = _fold(desk.plan, bills, begins)
    now = _fold(after, bills, begins)
    pairs = [_pair(*three) for three in zip(bills, before, now, strict=True)]
    return YearPair(bills[0].person, pairs)


def _fold(plan: Plan, bills: list[Settlement], state: tuple[int, ...]) -> list[Priced]:
    found = []
    for bill in bills:
        claim = claim_of(bill)
        outcome = _outcome(plan, state, bill, claim)
        found.append(
            Priced(
                plan=plan, claim=claim, own_pay=bill.own_pay, over_limit=bill.over_limit,
                first_self_pay=bill.first_self_pay, outcome=outcome, account_pays=0,
                lines=lines_to_json(outcome.lines), state_before=state,
                no_benefit=bill.no_benefit, correction=False,
            )
        )  # fmt: skip
        state = outcome.state
    return found


def _outcome(plan: Plan, state: tuple[int, ...], bill: Settlement, claim: Claim) -> Outcome:
    if not bill.no_benefit:
        try:
            return settle(plan, state, claim)
        except ClaimRefused as refused:
            raise Http404 from refused
    nothing = (0,) * (len(state) // 2)
    return Outcome(nothing, 0, 0, claim.total, (), state)


def _pair(bill: Settlement, before: Priced, after: Priced) -> BillPair:
    return BillPair(
        bill, pairs_of(before, after), before.outcome.fund_total, after.outcome.fund_total
    )
