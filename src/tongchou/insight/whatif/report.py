"""A measured effect as a document: what a brief prints, an Excel file lists and a draft freezes.

All of it is plain JSON, amounts in fen, so that a frozen report is read years later without the
year it was computed from.
"""

from __future__ import annotations

from typing import Any

from tongchou.core.policy import Plan
from tongchou.core.simulation import Comparison
from tongchou.insight.whatif import effect as effects
from tongchou.insight.whatif.desk import Desk, Folded
from tongchou.insight.whatif.effect import Amount, Effect
from tongchou.insight.whatif.moves import changes_of
from tongchou.platform import clock

FORMAT = 1


def report(
    desk: Desk, after: Plan, found: Folded, *, name: str, why: str, policy: int = 1
) -> dict[str, Any]:
    """Return the report of reform number `policy` of a comparison."""
    comparison = found.comparison
    whole = effects.effect(comparison, desk.version.scheme, policy)
    assert desk.stock is not None
    return {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="minutes"),
        "copied_at": found.of.copied_at.isoformat(timespec="minutes"),
        "name": name,
        "why": why,
        "area": desk.area,
        "scheme": desk.version.scheme,
        "title": desk.version.title,
        "year": desk.stock.year,
        "plan_before": desk.plan.plan_id,
        "plan_after": after.plan_id,
        "changes": [change._asdict() for change in changes_of(desk.plan, after)],
        "bills": whole.bills,
        "people": whole.people,
        "fund": _amount(whole.fund),
        "tiers": [_amount(tier) for tier in whole.tiers],
        "moved": whole.moved._asdict(),
        "classes": _classes(whole),
        "by": [
            _dimension(comparison, found, key, label, policy)
            for key, label in effects.offered(comparison)
        ],
        "examples": _examples(comparison, found, policy),
        "ledger": sum(found.of.spent),
    }


def _amount(one: Amount) -> dict[str, Any]:
    return {
        "label": one.label,
        "fund": one.fund,
        "before": one.before,
        "after": one.after,
        "difference": one.difference,
        "share": one.share,
    }


def _classes(whole: Effect) -> list[dict[str, Any]]:
    return [{"label": one.label, "people": one.people} for one in whole.classes]


def _dimension(
    comparison: Comparison, found: Folded, key: str, label: str, policy: int
) -> dict[str, Any]:
    rows = effects.lines(comparison, found.of, key, policy)
    return {
        "key": key,
        "name": label,
        "of_people": effects.of_people(key),
        "rows": [
            {**_amount(row.paid), "many": row.many, "more": row.more, "less": row.less}
            for row in rows
        ],
    }


def _examples(comparison: Comparison, found: Folded, policy: int) -> list[dict[str, Any]]:
    """Return those who gain and lose most, by town and age: a report names nobody."""
    groups = comparison.book.groups
    rows = []
    for one in comparison.examples:
        if one.policy != policy:
            continue
        of = dict(zip(groups.names, groups.rows[one.group], strict=True))
        words = [effects.label_of(key, of[key], found.of) for key in ("town", "age") if key in of]
        rows.append({"who": " ".join(words), "change": one.change})
    return rows
