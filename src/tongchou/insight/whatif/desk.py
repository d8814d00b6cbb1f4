"""What is being tried: a policy, a year of bills, and what is in the fields."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongchou.core.policy import Change, ClaimRefused, Move, Plan, Reform
from tongchou.core.policy.values import SCHEMES
from tongchou.core.simulation import Comparison
from tongchou.insight.whatif import years
from tongchou.insight.whatif.access import access_reform
from tongchou.insight.whatif.models import Reform as KeptReform
from tongchou.insight.whatif.moves import (
    FIELD,
    changes_of,
    fields_of,
    movable,
    moves_from,
    moves_of,
    reformed,
    written,
)
from tongchou.insight.whatif.services import overlay_of
from tongchou.plans import queries as plans
from tongchou.plans.access import access_version
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.refusal import Refused

CARRIED = "carried"  # moves that no field shows, as JSON


@dataclass(slots=True)
class Desk:
    """The bills of `area` under a policy; `stock` is None while the copy has no year of the scheme.

    The policy may be that of the pool which the area is in: it is tried here and changed there.
    """

    area: str
    version: PlanVersion
    plan: Plan
    stocks: list[years.Stock]
    stock: years.Stock | None
    moves: tuple[Move, ...] = ()
    dimension: str = ""
    at: str = ""  # the number that was moved last
    fields: dict[str, str] = field(default_factory=dict)  # what the moved ones hold, by path
    reform: KeptReform | None = None  # that was opened

    @property
    def ours(self) -> bool:
        """Whether the area makes this policy itself."""
        return self.version.area == self.area

    @property
    def overlay(self) -> Reform:
        """What is in the fields as a reform, under the name of the one that was opened."""
        if self.reform is None:
            return Reform(_("未保存的改动"), "", self.moves)
        return Reform(self.reform.name, self.reform.why, self.moves)

    def after(self) -> Plan:
        """Return the plan with what is in the fields. Raises ReformRefused."""
        return reformed(self.plan, self.version.document, self.overlay)

    def changes(self, after: Plan) -> list[Change]:
        return changes_of(self.plan, after)

    def loaded(self) -> years.Loaded:
        """Return the year. Raises Refused where there is none, or its files are damaged."""
        if self.stock is None:
            raise Refused(_("还没有这个险种的数据副本。请先导出"), field="year")
        try:
            return years.loaded(self.area, self.stock.year, self.version.scheme)
        except (years.NoLake, years.LakeDamaged) as wrong:
            raise Refused(str(wrong), field="year") from wrong

    def fold(self, reformed: Sequence[Plan]) -> Folded:
        """Fold the year as it is and under each plan. Raises Refused."""
        of = self.loaded()
        began = time.perf_counter_ns()
        try:
            comparison = years.fold(of, self.plan, reformed)
        except ClaimRefused as refused:
            raise Refused(
                _("这一年有《%(title)s》没有规定的结算单：%(why)s。请换一个政策或年度")
                % {"title": self.plan.title, "why": refused.reason}
            ) from refused
        return Folded(of, comparison, (time.perf_counter_ns() - began) // 1_000_000)

    @property
    def query(self) -> str:
        """Return the address parts that lead to this desk again."""
        parts = {"plan": str(self.version.pk)}
        if self.stock is not None:
            parts["year"] = str(self.stock.year)
        if self.reform is not None:
            parts["r"] = str(self.reform.pk)
        parts |= {FIELD + path: text for path, text in self.fields.items()}
        if carried := self.carried:
            parts[CARRIED] = carried
        return urlencode(parts)

    @property
    def draft_query(self) -> str:
        """For a draft: the parts that lead to what it revises with the draft's numbers in it."""
        base = self.version.revises
        if base is None or self.version.state == PlanVersion.State.ADOPTED:
            return ""
        ours = {number.path: number for number in movable(self.plan)}
        fields = {
            number.path: written(ours[number.path])
            for number in movable(plans.compiled(base))
            if number.path in ours and ours[number.path].value != number.value
        }
        return replace(self, version=base, fields=fields, moves=(), reform=None).query

    @property
    def carried(self) -> str:
        rows = [
            {"path": move.path, move.how: move.amount}
            for move in self.moves
            if move.path not in self.fields
        ]
        return json.dumps(rows, ensure_ascii=False) if rows else ""


@dataclass(frozen=True, slots=True)
class Folded:
    of: years.Loaded
    comparison: Comparison
    milliseconds: int

    @property
    def seconds(self) -> str:
        """Return how long the fold took, rounded up to hundredths."""
        hundredths = self.milliseconds // 10 + 1
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def desk_of(user: User, data: QueryDict) -> Desk | None:
    """Return what `data` asks for, or the policy in force; None where the area has none.

    Raises Http404 for another area's policy and another's reform, ReformRefused for a kept reform
    that cannot be laid over the policy, and Refused for a damaged copy.
    """
    opened = data.get("r", "")
    reform = access_reform(user, int(opened)) if _is_number(opened) else None
    version = _version(user, data.get("plan", ""), reform.scheme if reform else "")
    if version is None:
        return None
    try:
        stocks = [one for one in years.stock(user.area_code) if one.scheme == version.scheme]
    except years.LakeDamaged as wrong:
        raise Refused(str(wrong), field="year") from wrong
    desk = Desk(
        area=user.area_code,
        version=version,
        plan=plans.compiled(version),
        stocks=stocks,
        stock=_stock(stocks, data.get("year", "")),
        dimension=data.get("by", ""),
        at=data.get("at", ""),
        reform=reform,
    )
    texts = {name: data.get(name, "") for name in data if name.startswith(FIELD)}
    hidden = _carried(data.get(CARRIED, ""))
    if reform is not None and not texts and CARRIED not in data:
        texts, hidden = _opened(desk, reform)
    _put(desk, texts, hidden)
    return desk


def _opened(desk: Desk, reform: KeptReform) -> tuple[dict[str, str], tuple[Move, ...]]:
    """Return a kept reform as fields, and what of it no field shows."""
    overlay = overlay_of(reform)
    after = reformed(desk.plan, desk.version.document, overlay)
    shown, hidden = fields_of(desk.plan, after, overlay.moves)
    return {FIELD + path: text for path, text in shown.items()}, tuple(hidden)


def _put(desk: Desk, texts: dict[str, str], hidden: tuple[Move, ...]) -> None:
    moved = moves_of(desk.plan, texts)
    desk.moves = (*moved, *hidden)
    desk.fields = {move.path: texts[FIELD + move.path] for move in moved}
    desk.at = desk.at or next(iter(desk.fields), "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _version(user: User, asked: str, scheme: str) -> PlanVersion | None:
    if _is_number(asked):
        return access_version(user, int(asked))
    today = clock.today()
    for wanted in (scheme,) if scheme else SCHEMES:
        found = plans.version_in_force(user.area_code, wanted, today)
        if found is not None:
            return found
    return None


def _stock(stocks: list[years.Stock], asked: str) -> years.Stock | None:
    """Return the year asked for; else the last that is over, else the newest."""
    this = clock.today().year
    over = [one for one in stocks if one.year < this]
    wanted = [one for one in stocks if str(one.year) == asked]
    return next(iter([*wanted, *over, *stocks]), None)


def _carried(text: str) -> tuple[Move, ...]:
    if not text:
        return ()
    try:
        return moves_from(json.loads(text))
    except json.JSONDecodeError as wrong:
        raise Refused(_("改动读不懂，请重新打开这个方案"), field="changes") from wrong


def versions_of(user: User) -> list[PlanVersion]:
    """Return the policies that can be tried: all but withdrawn drafts."""
    found = plans.versions(user.area_code)
    return [one for one in found if one.state != PlanVersion.State.WITHDRAWN]
