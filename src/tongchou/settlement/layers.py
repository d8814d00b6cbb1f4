"""The arithmetic of one layer of the staircase, in rows, with the words that each rests on."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.money import parse_yuan
from tongchou.core.policy import LABELS, Cite, Number, Plan
from tongchou.core.policy.document import format_rate
from tongchou.core.policy.plan import Cell
from tongchou.core.policy.step import ABSENT, NO_CAP, OVERFLOW, PER_CLAIM
from tongchou.settlement.priced import Priced, withheld_of
from tongchou.settlement.steps import BandRow, BandTable, Layer, Quote, Step


def explain(layer: Layer, priced: Priced, cell: Cell | None) -> None:
    """Fill in a fund's layer: the rows of its arithmetic, or in one line why it pays nothing."""
    _fill(layer, priced, cell)
    if held := withheld_of(priced, layer.key):
        layer.sub = _("集中补算")
        layer.reason = _("救助部分 %(fen)s 由医保局集中计算，打到社保卡") % {
            "fen": Step.written(held)
        }
    if not layer.pay:
        layer.formula = [layer.reason]


def _fill(layer: Layer, priced: Priced, cell: Cell | None) -> None:
    if priced.correction:
        layer.reason = "" if layer.pay else _("没有变动")
        layer.formula = [_("更正原单")]
        return
    if cell is None or cell.mode == ABSENT:
        layer.sub, layer.reason = _("不适用"), _absent(priced, layer.key, cell)
        return
    lines = [line for line in priced.lines if line["tier"] == layer.key]
    layer.quotes = _quotes(priced.plan, lines, cell)
    layer.doubts = [
        _("%(label)s：%(reason)s") % {"label": n.label, "reason": n.assumed}
        for n in _numbers(cell)
        if n.assumed
    ]
    if cell.mode == PER_CLAIM:
        _per_claim(layer, priced, cell, lines)
    elif cell.mode == OVERFLOW:
        _overflow(layer, priced, cell, lines)
    else:
        _year(layer, priced, cell, lines)


def _absent(priced: Priced, tier: str, cell: Cell | None) -> str:
    visit = LABELS[priced.claim.visit]
    if priced.no_benefit:
        return _("这个方案没有规定%(visit)s的待遇") % {"visit": visit}
    if cell is None:
        return _("这个方案没有规定这一层的待遇")
    if priced.claim.visit not in cell.tier.visits:
        return _("%(visit)s不在这一层的范围") % {"visit": visit}
    return _("当日无%(names)s身份") % {"names": "、".join(LABELS[i] for i in cell.tier.by_identity)}


def _per_claim(layer: Layer, priced: Priced, cell: Cell, lines: list[dict[str, Any]]) -> None:
    in_scope, taken = priced.claim.in_scope, priced.outcome.deductible
    band = next(line for line in lines if line["kind"] == "band")
    place = LABELS[priced.plan.row_for(priced.claim).place]
    layer.sub = f"{place} {format_rate(cell.rates[0])}"
    layer.steps = [
        Step(_("政策范围内费用"), in_scope),
        Step(_("减 起付线（%(place)s）") % {"place": place}, taken, sign="−"),
        Step(_("计算基数"), parse_yuan(band["amount"])),
        Step(_("乘 支付比例（%(place)s）") % {"place": place}, None, sign="×", rate=band["rate"]),
        *_cut(lines, parse_yuan(band["pay"])),
        Step(_("本层支付"), layer.pay, strong=True),
    ]
    layer.formula = [
        f"({Step.written(in_scope)} − {_('起付线')} {Step.written(taken)})"
        f" × {format_rate(cell.rates[0])}",
        *_cut_words(lines),
    ]
    if not layer.pay:
        layer.reason = (
            _("没有超过起付线 %(fen)s") % {"fen": Step.written(cell.deductible)}
            if in_scope <= cell.deductible
            else _("本年已到封顶线 %(fen)s") % {"fen": Step.written(cell.cap)}
        )


def _overflow(layer: Layer, priced: Priced, cell: Cell, lines: list[dict[str, Any]]) -> None:
    under = _before(priced, cell)
    if not lines:
        layer.sub = _("未启动")
        left = under.cap - priced.outcome.state[2 * under.slot + 1]
        name = under.tier.label.removesuffix("统筹").removesuffix("医保")
        layer.reason = _("%(name)s未到封顶线，还剩 %(fen)s") % {
            "name": name,
            "fen": Step.written(left),
        }
        return
    due = parse_yuan(next(line for line in lines if line["kind"] == "band")["amount"])
    layer.sub = _("接在%(tier)s封顶线之后") % {"tier": under.tier.label}
    layer.steps = [
        Step(_("超过%(tier)s封顶线的应付") % {"tier": under.tier.label}, due),
        *_cut(lines, due),
        Step(_("本层支付"), layer.pay, strong=True),
    ]
    layer.formula = [
        _("%(tier)s封顶线以上应付 %(fen)s") % {"tier": under.tier.label, "fen": Step.written(due)},
        *_cut_words(lines),
    ]
    if not layer.pay:
        layer.reason = _("本年已到封顶线 %(fen)s") % {"fen": Step.written(cell.cap)}


def _before(priced: Priced, cell: Cell) -> Cell:
    cells = list(priced.cells.values())
    return cells[cells.index(cell) - 1]


def _cut(lines: list[dict[str, Any]], due: int) -> list[Step]:
    caps = [parse_yuan(line["amount"]) for line in lines if line["kind"] == "cap"]
    if not caps:
        return []
    return [Step(_("应付"), due), Step(_("减 超过年度封顶线"), sum(caps), sign="−")]


def _cut_words(lines: list[dict[str, Any]]) -> list[str]:
    """Return the cut by the cap in words, for paper."""
    caps = [parse_yuan(line["amount"]) for line in lines if line["kind"] == "cap"]
    if not caps:
        return []
    return [_("减 超过年度封顶线 %(fen)s") % {"fen": Step.written(sum(caps))}]


def _year(layer: Layer, priced: Priced, cell: Cell, lines: list[dict[str, Any]]) -> None:
    at = 2 * cell.slot
    before, after = priced.state_before[at], priced.outcome.state[at]
    layer.bands = _bands(cell, lines, before, after)
    reached = [i for i, start in enumerate(cell.froms) if after > start]
    if layer.pay:
        layer.sub = _("%(rate)s 段") % {"rate": format_rate(cell.rates[reached[-1]])}
        paid = priced.state_before[at + 1]
        layer.formula = [
            _("年自付累计 %(before)s → %(after)s")
            % {"before": Step.written(before), "after": Step.written(after)},
            *(f"{Step.written(r.added)} × {r.rate} = {Step.written(r.pay)}"
              for r in layer.bands.rows if r.pay),
            *_cut_words(lines),
        ]  # fmt: skip
        layer.note = _("此前已付 %(paid)s + 本单 %(pay)s = 本年 %(sum)s") % {
            "paid": Step.written(paid),
            "pay": Step.written(layer.pay),
            "sum": Step.written(priced.outcome.state[at + 1]),
        }
        return
    layer.sub = _("未启动")
    if not reached:
        layer.reason = _("自付累计 %(base)s，未过起付线 %(from)s，还差 %(left)s") % {
            "base": Step.written(after),
            "from": Step.written(cell.froms[0]),
            "left": Step.written(cell.froms[0] - after),
        }
    elif after == before:
        layer.reason = _("没有剩余自付")
    elif cell.cap != NO_CAP and priced.outcome.state[at + 1] >= cell.cap:
        layer.reason = _("本年已到封顶线 %(fen)s") % {"fen": Step.written(cell.cap)}
    else:
        layer.reason = _("不足一分")


def _bands(cell: Cell, lines: list[dict[str, Any]], before: int, after: int) -> BandTable:
    pays = {
        parse_yuan(line["from"]): parse_yuan(line["pay"])
        for line in lines
        if line["kind"] == "band"
    }
    edges = list(cell.froms)
    rows = []
    if edges[0]:
        label = f"0 – {Step.written(edges[0])}"
        rows.append(BandRow(label, min(before, edges[0]), min(after, edges[0]), _("起付线"), 0))
    for i, low in enumerate(edges):
        high = edges[i + 1] if i + 1 < len(edges) else None
        label = (
            _("%(from)s 以上") % {"from": Step.written(low)}
            if high is None
            else f"{Step.written(low)} – {Step.written(high)}"
        )
        was, now = _inside(before, low, high), _inside(after, low, high)
        rows.append(BandRow(label, was, now, format_rate(cell.rates[i]), pays.get(low, 0)))
    cut = sum(parse_yuan(line["amount"]) for line in lines if line["kind"] == "cap")
    return BandTable(rows, before, after, sum(pays.values()), cut)


def _inside(base: int, low: int, high: int | None) -> int:
    return max((base if high is None else min(base, high)) - low, 0)


def _numbers(cell: Cell) -> list[Number]:
    numbers = (
        cell.deductible_number, *cell.from_numbers, *cell.rate_numbers, cell.cap_number,
        *cell.tier.switches,
    )  # fmt: skip
    return list(dict.fromkeys(n for n in numbers if n is not None))


def _quotes(plan: Plan, lines: Sequence[dict[str, Any]], cell: Cell) -> list[Quote]:
    """Return the clauses that the lines cite, each once, with all its words in use."""
    numbers = _numbers(cell)
    found: dict[Cite, Quote] = {}
    for line in lines:
        if line["cite"] is None:
            continue
        cite = Cite(**line["cite"])
        path = next((n.path for n in numbers if n.cite == cite), cell.tier.name)
        whole = _clause_with(plan, cite)
        quote = found.setdefault(whole, Quote(whole, [], path))
        if cite.words not in quote.marks:
            quote.marks.append(cite.words)
    return list(found.values())


def _clause_with(plan: Plan, cite: Cite) -> Cite:
    """Return the clause that the cited words stand in, or the words alone."""
    for clause in plan.document.clauses.values():
        if clause[:2] == cite[:2] and cite.words in clause.words:
            return clause
    return cite
