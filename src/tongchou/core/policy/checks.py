"""What a well-formed document can still get wrong: order, gaps, coverage, overflow."""

from collections.abc import Iterator
from itertools import pairwise

from tongchou.core.policy.document import Number, PolicyDocument, Terms, TierTable
from tongchou.core.policy.values import STATUSES, TIERS, Problem

MAX_BANDS = 6


def problems(document: PolicyDocument) -> list[Problem]:
    """Return all that is wrong with `document` as a whole."""
    return list(_problems(document))


def _problems(document: PolicyDocument) -> Iterator[Problem]:
    if document.valid_to is not None and document.valid_to <= document.valid_from:
        yield Problem("valid_to", "不晚于 valid_from", "之后的一天（不含）")
    if not document.tiers or document.tiers[0].name != TIERS[0]:
        yield Problem("tiers.basic", "没有基本层", "每个方案先有 basic")
        return
    for at, tier in enumerate(document.tiers):
        yield from _tier(document, tier, at)


def _tier(document: PolicyDocument, tier: TierTable, at: int) -> Iterator[Problem]:
    path = f"tiers.{tier.name}"
    if tier.base == "claim" and at != 0:
        yield Problem(f"{path}.pays_on", "不是第一层却按次支付", "self_pay 或 overflow")
    if tier.base != "claim" and at == 0:
        yield Problem(f"{path}.pays_on", "第一层没有按次支付", "claim")
    if tier.base == "overflow":
        before = document.tiers[at - 1] if at else None
        if before is None or before.base != "claim" or before.ordinary.cap is None:
            yield Problem(f"{path}.pays_on", "上一层没有封顶线可溢出", "紧接在有封顶线的基本层之后")
        if not any(number.path.endswith(".entry") for number in tier.switches):
            yield Problem(f"{path}.entry", "没有写从哪里进入", "value: 基本封顶线之后，和依据")
    rows = [(path, tier.ordinary)]
    rows += [(f"{path}.visit.{v}", t) for v, t in tier.visit_terms.items()]
    rows += [(f"{path}.identity.{i}", t) for i, t in tier.by_identity.items()]
    for where, terms in rows:
        yield from _terms(document, tier, terms, where)


def _terms(document: PolicyDocument, tier: TierTable, terms: Terms, path: str) -> Iterator[Problem]:
    if tier.base == "claim":
        yield from _rates(document, terms, path)
        if terms.bands is not None:
            yield Problem(f"{path}.bands", "按次支付的一层不分段", "rate")
    if tier.base == "self_pay":
        if not terms.bands:
            yield Problem(f"{path}.bands", "没有分段", "至少一段 from 和 rate")
        else:
            yield from _bands(terms, path)
    if tier.base != "self_pay" and terms.bands is None and tier.base == "overflow" and terms.rate:
        yield Problem(f"{path}.rate", "溢出层按上一层的比例支付", "不写 rate")


def _bands(terms: Terms, path: str) -> Iterator[Problem]:
    bands = terms.bands or ()
    if len(bands) > MAX_BANDS:
        yield Problem(f"{path}.bands", f"有 {len(bands)} 段", f"最多 {MAX_BANDS} 段")
    for i, (low, high) in enumerate(pairwise(bands)):
        if (low.start.value or 0) >= (high.start.value or 0):
            yield Problem(f"{path}.bands.{i + 1}.from", "不高于上一段的起点", "从低到高，不重不漏")


def _rates(document: PolicyDocument, terms: Terms, path: str) -> Iterator[Problem]:
    if not terms.rate:
        yield Problem(f"{path}.rate", "没有支付比例", "每个级别一个比例")
        return
    statuses = {status for status, _ in terms.rate}
    if document.scheme == "employee" and statuses not in ({None}, set(STATUSES)):
        yield Problem(f"{path}.rate", "在职和退休没有都写", "、".join(STATUSES))
    if document.scheme == "resident" and statuses != {None}:
        yield Problem(f"{path}.rate", "居民方案分了在职退休", "直接按级别写")
    places = [{p for s, p in terms.rate if s == status} for status in sorted(statuses, key=str)]
    if any(p != places[0] for p in places):
        yield Problem(f"{path}.rate", "在职和退休写的级别不同", "同样的级别")
    wanted = {p for _, p in terms.rate}
    given = {p for _, p in terms.deductible}
    if not terms.deductible:
        yield Problem(f"{path}.deductible", "没有起付线", "每个级别一个；没有起付线写 0.00 和依据")
    elif given not in (wanted, {None}):
        lacking = "、".join(sorted(map(str, wanted ^ given)))
        yield Problem(f"{path}.deductible", f"与支付比例的级别不一致：{lacking}", "两张表级别相同")
    for number in terms.deductible.values():
        yield from _limit(number)


def _limit(number: Number) -> Iterator[Problem]:
    if number.value is None:
        yield Problem(number.path, "起付线写了不设", "0.00")
