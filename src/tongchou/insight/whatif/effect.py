"""A comparison as pages and papers show it: amounts in fen, values by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.policy import LABELS
from tongchou.core.simulation import (
    CLASSES,
    DECILES,
    Comparison,
    Persons,
    Row,
    by,
    classes,
    dimensions,
    persons,
    totals,
)
from tongchou.core.simulation.results import NO_IDENTITY
from tongchou.funds.chart import FUND_OF_TIER, FUNDS
from tongchou.insight.whatif.years import Loaded

BARS = 12  # a chart of more is no longer read
FIRST = "level"  # the dimension a page begins with


@dataclass(frozen=True, slots=True)
class Amount:
    """What is paid before and after, fen; of a tier, by which fund."""

    label: str
    before: int
    after: int
    fund: str = ""

    @property
    def difference(self) -> int:
        return self.after - self.before

    @property
    def share(self) -> int | None:
        """The difference in ten-thousandths of what was paid before."""
        if not self.before:
            return None
        # Half away from zero, on whole numbers.
        part = (2 * abs(self.difference) * 10_000 + self.before) // (2 * self.before)
        return part if self.difference >= 0 else -part


@dataclass(frozen=True, slots=True)
class Line:
    """A value of a dimension. `many` counts bills, or people where the dimension is theirs."""

    label: str
    code: str
    many: int
    paid: Amount
    more: int  # of them, how many get more, and less
    less: int
    gained: int | None
    lost: int | None


@dataclass(frozen=True, slots=True)
class Class:
    label: str
    people: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One reform against the policy as it is, on a whole year."""

    bills: int
    people: int
    fund: Amount
    tiers: list[Amount]
    moved: Persons
    classes: list[Class]


def effect(comparison: Comparison, scheme: str, policy: int = 1) -> Effect:
    """Return what the comparison of a year of `scheme` says of reform number `policy`."""
    before, after = totals(comparison, 0), totals(comparison, policy)
    return Effect(
        bills=comparison.claims,
        people=comparison.years,
        fund=Amount(_("基金合计"), sum(before), sum(after)),
        tiers=[
            Amount(LABELS[tier], was, now, fund_of(scheme, tier))
            for tier, was, now in zip(comparison.tiers, before, after, strict=True)
        ],
        moved=persons(comparison, policy),
        classes=_classes(comparison, policy),
    )


def fund_of(scheme: str, tier: str) -> str:
    """Return the name of the fund that pays a tier; "" where the books have none for it."""
    fund = FUND_OF_TIER.get((scheme, tier))
    return str(FUNDS[fund]) if fund else ""


def _classes(comparison: Comparison, policy: int) -> list[Class]:
    """Return the people from those who pay most more to those who pay most less."""
    less, more = classes(comparison, policy)
    same = persons(comparison, policy).same
    spans = _spans()
    paying_more = [
        Class(_("多付 %(span)s") % {"span": span}, people)
        for span, people in zip(spans, more, strict=True)
    ]
    paying_less = [
        Class(_("少付 %(span)s") % {"span": span}, people)
        for span, people in zip(spans, less, strict=True)
    ]
    found = [*reversed(paying_more), Class(_("不变"), same), *paying_less]
    # Nobody on one side: its classes say nothing.
    if not any(more):
        found = found[len(more) :]
    if not any(less):
        found = found[: len(found) - len(less)]
    return found


def _spans() -> list[str]:
    yuan = [f"{fen // 100:,}" for fen in CLASSES]
    within = [_("%(low)s – %(high)s 元") % {"low": a, "high": b} for a, b in pairwise(yuan)]
    return [_("%(n)s 元以内") % {"n": yuan[0]}, *within, _("%(n)s 元以上") % {"n": yuan[-1]}]


DIMENSIONS: dict[str, tuple[Callable[[], str], bool]] = {
    # the dimension's name, and whether it is people's (else bills')
    "identity": (lambda: _("身份"), False),
    "level": (lambda: _("医院级别"), False),
    "visit": (lambda: _("就医类别"), False),
    "status": (lambda: _("在职退休"), False),
    "institution": (lambda: _("机构"), False),
    "month": (lambda: _("月份"), False),
    "town": (lambda: _("镇街"), True),
    "age": (lambda: _("年龄段"), True),
    "decile": (lambda: _("费用十分位"), True),
}


def is_counted(dimension: str) -> bool:
    """Say whether rows of the dimension count who or what gets more, and less."""
    return of_people(dimension) or dimension in ("institution", "month")


def of_people(dimension: str) -> bool:
    return DIMENSIONS[dimension][1]


def offered(comparison: Comparison) -> list[tuple[str, str]]:
    """Return the dimensions that the year has, with their names."""
    has = dimensions(comparison)
    return [(key, name()) for key, (name, _people) in DIMENSIONS.items() if key in has]


def chosen(comparison: Comparison, asked: str) -> tuple[str, str]:
    """Return the dimension asked for with its name; else the one a page begins with."""
    has = dict(offered(comparison))
    key = next(key for key in (asked, FIRST, *has) if key in has)
    return key, has[key]


def lines(comparison: Comparison, of: Loaded, dimension: str, policy: int = 1) -> list[Line]:
    """Return the rows of a dimension that the year has; nothing for another."""
    if dimension not in dimensions(comparison):
        return []
    found = [_line(row, of, dimension) for row in by(comparison, dimension, policy)]
    if dimension in ("institution", "town"):
        found.sort(key=lambda line: (-abs(line.paid.difference), -line.paid.before, line.label))
    return found


def _line(row: Row, of: Loaded, dimension: str) -> Line:
    label = label_of(dimension, row.value, of)
    many = row.claims if row.claims is not None else row.years
    assert many is not None
    paid = Amount(label, sum(row.before), sum(row.after))
    return Line(label, row.value, many, paid, row.better, row.worse, row.gained, row.lost)


def label_of(dimension: str, value: str, of: Loaded) -> str:
    """Return what a value of a dimension is called."""
    if dimension == "institution":
        return of.places.get(value) or value or _("外地机构（零星报销）")
    if dimension == "month":
        return _("%(n)s 月") % {"n": int(value)}
    if dimension == "decile":
        return _decile(value)
    if dimension == "age":
        low, _to, high = value.partition("-")
        words = {"low": int(low), "high": high}
        return _("%(low)s – %(high)s 岁") % words if high else _("%(low)s 岁以上") % words
    if value in ("", NO_IDENTITY):
        return {"identity": _("没有身份"), "town": _("没有登记镇街")}.get(dimension, _("没有"))
    return LABELS.get(value, value)


def _decile(value: str) -> str:
    if value == DECILES[0]:
        return _("第 1 组（费用最低）")
    if value == DECILES[-1]:
        return _("第 10 组（费用最高）")
    return _("第 %(n)s 组") % {"n": int(value)}


def lines_chart(rows: Sequence[Line]) -> dict[str, Any]:
    """Return the differences as a chart: fen, one bar a value, the first BARS of them."""
    shown = rows[:BARS]
    return {
        "x": [row.label for row in shown],
        "values": [row.paid.difference for row in shown],
        "unit": "wan",
    }


def classes_chart(of: Effect) -> dict[str, Any]:
    return {
        "x": [one.label for one in of.classes],
        "values": [one.people for one in of.classes],
        "quiet": next(at for at, one in enumerate(of.classes) if one.label == _("不变")),
        "unit": "count",
    }
