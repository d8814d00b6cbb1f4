"""Differences as pages show them: rows of a replay, and one bill posted beside recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS, TIERS, lines_to_json
from tongchou.insight.pairs import Pair, pairs_of
from tongchou.lake.models import Replay, ReplayDifference
from tongchou.plans import queries as plans
from tongchou.platform.accounts.models import User
from tongchou.settlement.access import bills_of
from tongchou.settlement.models import Settlement
from tongchou.settlement.priced import priced_bill
from tongchou.settlement.services.refold import Folded, refold_year


@dataclass(frozen=True, slots=True)
class Row:
    """A bill that differed. `bill` is None where the user may not see it."""

    difference: ReplayDifference
    bill: Settlement | None
    posted: int
    recomputed: int

    @property
    def change(self) -> int:
        return self.recomputed - self.posted


@dataclass(frozen=True, slots=True)
class Compared:
    label: str
    posted: int
    recomputed: int

    @property
    def change(self) -> int:
        return self.recomputed - self.posted


@dataclass(frozen=True, slots=True)
class Beside:
    """A bill beside its recomputation, both as of now; no layers where it stands no more."""

    bill: Settlement
    layers: list[Pair]
    equal: bool  # the books and the fold agree by now


def rows_of(user: User, replay: Replay) -> list[Row]:
    """Return the named differences of a replay, the largest first."""
    found = list(replay.differences.all())
    known = {}
    if user.may("bills.view"):
        bills = bills_of(user).filter(pk__in=[one.settlement_id for one in found])
        known = {bill.pk: bill for bill in bills.select_related("institution")}
    rows = [
        Row(one, known.get(one.settlement_id), _funds(one.posted), _funds(one.recomputed))
        for one in found
    ]
    return sorted(rows, key=lambda row: (-abs(row.change), row.difference.settlement_id))


def _funds(by_tier: Sequence[int]) -> int:
    return sum(by_tier[: len(TIERS)])


def compared_of(difference: ReplayDifference) -> list[Compared]:
    """Return what the replay found, tier by tier, and the deductible."""
    labels = [*(LABELS[tier] for tier in TIERS), _("起付线以下")]
    rows = zip(labels, difference.posted, difference.recomputed, strict=True)
    return [Compared(*row) for row in rows if any(row[1:])]


def beside(bill: Settlement) -> Beside:
    """Fold the bill's year again from what is stored, and set the bill beside what comes out."""
    folded, _state = refold_year(bill.person_year)
    at = next((n for n, one in enumerate(folded) if one.bill.pk == bill.pk), None)
    if at is None:
        return Beside(bill, [], True)
    before = folded[at - 1].outcome.state if at else bill.person_year.begins
    return Beside(bill, _layers(folded[at], before), not any(folded[at].difference))


def _layers(one: Folded, before: tuple[int, ...]) -> list[Pair]:
    if one.bill.no_benefit:
        return []
    posted = priced_bill(one.bill, plans.by_plan_id(one.bill.plan_id))
    again = replace(
        posted,
        outcome=one.outcome,
        lines=lines_to_json(one.outcome.lines),
        state_before=before,
        account_pays=0,
    )
    return pairs_of(posted, again)
