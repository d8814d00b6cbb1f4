"""Up to four kept reforms beside one another, folded in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.policy import Change, Plan
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif.desk import Desk, Folded
from tongchou.insight.whatif.effect import Effect, Line
from tongchou.insight.whatif.models import Reform
from tongchou.insight.whatif.moves import changes_of, reformed
from tongchou.insight.whatif.report import report
from tongchou.insight.whatif.services import overlay_of
from tongchou.platform.refusal import Refused

MOST = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One reform of the comparison."""

    reform: Reform
    plan: Plan
    changes: list[Change]
    effect: Effect


@dataclass(frozen=True, slots=True)
class Across:
    """A row of the table: what it is now, and under each reform, fen or people."""

    label: str
    before: int | None
    sides: list[int]


@dataclass(frozen=True, slots=True)
class Compared:
    desk: Desk
    found: Folded
    sides: list[Side]

    @property
    def money(self) -> list[Across]:
        """The fund and each tier: what is paid now, and by how much each reform differs."""
        first = self.sides[0].effect
        rows = [(first.fund, [side.effect.fund for side in self.sides])]
        rows += [
            (tier, [side.effect.tiers[at] for side in self.sides])
            for at, tier in enumerate(first.tiers)
        ]
        return [Across(now.label, now.before, [one.difference for one in of]) for now, of in rows]

    @property
    def people(self) -> list[Across]:
        of = [side.effect.moved for side in self.sides]
        return [
            Across(_("少付的人"), None, [one.better for one in of]),
            Across(_("多付的人"), None, [one.worse for one in of]),
            Across(_("不变的人"), None, [one.same for one in of]),
        ]

    @property
    def sums(self) -> list[Across]:
        of = [side.effect.moved for side in self.sides]
        return [
            Across(_("一共少付"), None, [one.gained for one in of]),
            Across(_("一共多付"), None, [one.lost for one in of]),
        ]

    def rows(self, dimension: str) -> list[Across]:
        columns: list[list[Line]] = [
            effects.lines(self.found.comparison, self.found.of, dimension, policy)
            for policy in range(1, len(self.sides) + 1)
        ]
        # Each reform sorts by its own differences: they meet by the value's code.
        at = [{line.code: line.paid.difference for line in column} for column in columns]
        return [
            Across(line.label, line.paid.before, [one[line.code] for one in at])
            for line in columns[0]
        ]

    @property
    def chart(self) -> dict[str, Any]:
        return {
            "x": [side.reform.name for side in self.sides],
            "values": [side.effect.fund.difference for side in self.sides],
            "unit": "wan",
        }

    def reports(self) -> list[dict[str, Any]]:
        return [
            report(
                self.desk, side.plan, self.found,
                name=side.reform.name, why=side.reform.why, policy=policy,
            )
            for policy, side in enumerate(self.sides, 1)
        ]  # fmt: skip


def compared(desk: Desk, reforms: Sequence[Reform]) -> Compared:
    """Fold the desk's year under each reform. Raises Refused: too many, or one is no policy."""
    if not reforms:
        raise Refused(_("没有选中方案。请先勾选一到 %(n)s 个") % {"n": MOST})
    if len(reforms) > MOST:
        raise Refused(_("一次最多比较 %(n)s 个方案。请少选一些") % {"n": MOST})
    if any(one.scheme != desk.version.scheme for one in reforms):
        raise Refused(_("选中的方案不是同一个险种的。请分开比较"))
    plans = []
    for one in reforms:
        try:
            plans.append(reformed(desk.plan, desk.version.document, overlay_of(one)))
        except Refused as refused:
            words = {"name": one.name, "why": refused.reason}
            raise Refused(_("方案“%(name)s”不能用在这份政策上：%(why)s") % words) from refused
    found = desk.fold(plans)
    sides = [
        Side(
            one,
            plan,
            changes_of(desk.plan, plan),
            effects.effect(found.comparison, desk.version.scheme, at),
        )
        for at, (one, plan) in enumerate(zip(reforms, plans, strict=True), 1)
    ]
    return Compared(desk, found, sides)
