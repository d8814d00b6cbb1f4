"""From what is in the fields to a reform, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan
from tongchou.core.policy import (
    Change,
    Move,
    Number,
    Plan,
    PolicyError,
    Problem,
    Reform,
    apply_reform,
    diff,
    named_by,
)
from tongchou.core.policy.overlay import NO_LIMIT
from tongchou.platform.refusal import Refused
from tongchou.platform.ui.format import parse_yuan

FIELD = "n."  # before a number's path, in the names of fields


class ReformRefused(Refused):
    """Numbers that cannot be a policy; `problems` are all that is wrong, each with its path."""

    def __init__(self, error: PolicyError) -> None:
        self.problems: list[Problem] = list(error.problems)
        super().__init__(str(self.problems[0]), field="changes")


def movable(plan: Plan) -> list[Number]:
    """Return the numbers that a reform's path can name."""
    return [number for number in plan.document.numbers() if number.kind != "switch"]


def written(number: Number) -> str:
    """Return the number as its field holds it: 15,000.00, 60, 不设."""
    return number.text.removesuffix("%")


def moves_of(plan: Plan, fields: Mapping[str, str]) -> tuple[Move, ...]:
    """Return what the fields move, in the policy's order."""
    found = []
    for number in movable(plan):
        text = fields.get(FIELD + number.path)
        if text is not None and (amount := _moved(number, text)) is not None:
            found.append(Move(number.path, "set", amount))
    return tuple(found)


def _moved(number: Number, text: str) -> str | None:
    """Return the field as a reform writes it; None when it is the number as it is."""
    text = text.strip().replace("，", ",").replace("％", "%")
    if text == NO_LIMIT:
        return None if number.value is None else text
    try:
        value = parse_yuan(text.removesuffix("%") if number.kind == "rate" else text)
    except ValueError:
        return text  # the policy's reader says what is wrong with it
    if value == number.value:
        return None
    # Percent have two places as yuan have, so that ten-thousandths are read like fen.
    return format_yuan(value)


def reformed(plan: Plan, document: str, reform: Reform) -> Plan:
    """Return the plan of `document` under the reform. Raises ReformRefused."""
    if not reform.moves:
        return plan
    try:
        return apply_reform(document, reform, source=plan.title)
    except PolicyError as error:
        raise ReformRefused(error) from error


def fields_of(plan: Plan, after: Plan, moves: Iterable[Move]) -> tuple[dict[str, str], list[Move]]:
    """Return what the fields of a kept reform hold, and the moves that no field shows."""
    now = {number.path: number for number in movable(after)}
    shown: dict[str, str] = {}
    hidden = []
    for move in moves:
        named = named_by(plan.document, move)
        if not named:
            hidden.append(move)
        shown |= {number.path: written(now[number.path]) for number in named}
    return shown, hidden


def changes_of(plan: Plan, after: Plan) -> list[Change]:
    """Return every number that differs, those that only follow another one too."""
    return diff(plan, after)


def moves_from(value: Any) -> tuple[Move, ...]:
    """Return the moves of a kept document. Raises Refused for what is none."""
    rows = value if isinstance(value, list) else []
    found = []
    for row in rows:
        hows = [how for how in ("set", "add", "add_points") if how in row]
        if len(hows) != 1 or not isinstance(row.get("path"), str):
            raise Refused(_("改动读不懂，请重新打开这个方案"), field="changes")
        found.append(Move(row["path"], hows[0], str(row[hows[0]])))
    return tuple(found)
