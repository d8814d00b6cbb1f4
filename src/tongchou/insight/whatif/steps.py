"""What each step of one number would cost: the whole year folded for every step in one pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan, format_yuan_grouped
from tongchou.core.policy import Move, Number, Plan
from tongchou.core.policy.document import format_rate
from tongchou.core.simulation import totals
from tongchou.insight.whatif.desk import Desk
from tongchou.insight.whatif.editor import step_of
from tongchou.insight.whatif.moves import ReformRefused, movable
from tongchou.platform.refusal import Refused

AROUND = 4  # steps to each side of where the number is now
_HIGHEST_RATE = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    text: str
    change: int  # of what the funds pay in the year, fen
    now: bool
    present: bool


@dataclass(frozen=True, slots=True)
class Steps:
    number: Number
    unit: str
    steps: list[Step]

    @property
    def chart(self) -> dict[str, Any]:
        now = next(at for at, one in enumerate(self.steps) if one.now)
        present = next((at for at, one in enumerate(self.steps) if one.present), None)
        return {
            "x": [f"{one.text}\n{_('现行')}" if one.present else one.text for one in self.steps],
            "values": [one.change for one in self.steps],
            "now": now,
            "present": present,
            "unit": "wan",
        }


def steps_of(desk: Desk) -> Steps | None:
    """Return the steps around the number that was moved last, all else as it is in the fields.

    None where it has no steps: no limit, or not a number of the policy. Raises Refused.
    """
    number = next((n for n in movable(desk.plan) if n.path == desk.at), None)
    if number is None or number.value is None:
        return None
    after = {n.path: n for n in movable(desk.after())}
    now = after[number.path].value
    if now is None:
        return None
    values = _values(number, now)
    others = tuple(move for move in desk.moves if move.path != number.path)
    tried = []
    for value in values:
        move = Move(number.path, "set", format_yuan(value))
        moves = others if value == number.value else (*others, move)
        try:
            tried.append((value, _with(desk, moves)))
        except ReformRefused:
            continue  # a band above the next one: there is no such step
    if not tried:
        raise Refused(_("这个数两边都没有可用的值"))
    found = desk.fold([plan for _value, plan in tried])
    before = sum(totals(found.comparison, 0))
    steps = [
        Step(
            _written(number, value),
            sum(totals(found.comparison, at)) - before,
            value == now,
            value == number.value,
        )
        for at, (value, _plan) in enumerate(tried, 1)
    ]
    unit = _("1 个点") if number.kind == "rate" else _yuan(step_of(number))
    return Steps(number, unit, steps)


def _with(desk: Desk, moves: tuple[Move, ...]) -> Plan:
    return replace(desk, moves=moves).after()


def _values(number: Number, now: int) -> list[int]:
    step = step_of(number)
    first, last = now - AROUND * step, now + AROUND * step
    found = {value for value in range(first, last + 1, step) if value >= 0}
    if number.kind == "rate":
        found = {value for value in found if value <= _HIGHEST_RATE}
    return sorted(found | {number.value or 0, now})


def _written(number: Number, value: int) -> str:
    return format_rate(value) if number.kind == "rate" else format_yuan_grouped(value)


def _yuan(fen: int) -> str:
    return _("%(n)s 元") % {"n": fen // 100}
