"""Worked cases beside a policy: run to the fen, and which numbers no case reaches."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from tongchou.core.money import format_yuan, parse_yuan
from tongchou.core.policy.plan import Plan
from tongchou.core.policy.step import ABSENT, NO_CAP, OVERFLOW, PER_CLAIM
from tongchou.core.policy.values import (
    INITIAL_STATE,
    TIERS,
    Claim,
    ClaimRefused,
    Outcome,
    PolicyError,
    Problem,
)
from tongchou.core.policy.window import settle
from tongchou.core.yamls import load as load_yaml

Case = Mapping[str, Any]


class CaseResult(NamedTuple):
    """A case and, in words, each amount that is not what the case expects (none: it passes)."""

    id: str
    what: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def load_cases(text: str, *, source: str) -> list[Case]:
    """Read a `.cases.yaml`: a list of {id, what, claims, expect}. Raises PolicyError."""
    try:
        found = load_yaml(text) or []
    except yaml.YAMLError as error:
        raise PolicyError(source, [Problem("全文", str(error), "合格的 YAML")]) from error
    if not isinstance(found, list):
        raise PolicyError(source, [Problem("全文", "不是列表", "算例的列表")])
    problems = []
    for i, case in enumerate(found):
        if not isinstance(case, dict) or not {"id", "claims", "expect"} <= set(case):
            problems.append(Problem(f"{i}", "缺少 id、claims 或 expect", "一个完整的算例"))
        elif len(case["claims"]) != len(case["expect"]):
            problems.append(Problem(f"{i}.expect", "与 claims 的笔数不同", "每笔一个结果"))
    if problems:
        raise PolicyError(source, problems)
    return found


def run_cases(plan: Plan, cases: Sequence[Case]) -> list[CaseResult]:
    """Fold each case's claims in order and compare with what it expects, to the fen."""
    return [
        CaseResult(str(case["id"]), str(case.get("what", "")), tuple(_differences(plan, case)))
        for case in cases
    ]


def _differences(plan: Plan, case: Case) -> list[str]:
    found = []
    state = INITIAL_STATE
    for n, (raw, expected) in enumerate(zip(case["claims"], case["expect"], strict=True), 1):
        try:
            outcome = settle(plan, state, claim_of(raw))
        except (ClaimRefused, ValueError) as error:
            if "refused" not in expected:
                found.append(f"第 {n} 笔：{error}")
            elif isinstance(error, ClaimRefused) and error.field != expected["refused"]:
                found.append(f"第 {n} 笔：因 {error.field} 被拒，应因 {expected['refused']}")
            continue
        state = outcome.state
        if "refused" in expected:
            found.append(f"第 {n} 笔：结算了，应因 {expected['refused']} 被拒")
            continue
        got = amounts_of(outcome)
        for name, amount in _amounts(expected):
            if got.get(name) != amount:
                found.append(f"第 {n} 笔 {name}：算得 {got.get(name)}，应为 {amount}")
    return found


def _amounts(expected: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the expected amounts by name; tiers may stand under `pays`, as answers have them."""
    flat = {k: v for k, v in expected.items() if k not in ("pays", "claim_id")}
    return list({**flat, **expected.get("pays", {})}.items())


def claim_of(raw: Mapping[str, Any]) -> Claim:
    """Return the claim of a case; amounts are yuan strings, the rest has plain defaults."""
    total = parse_yuan(raw["total"])
    return Claim(
        visit=raw.get("visit", "inpatient"),
        level=raw.get("level", "level3"),
        out_of_area=raw.get("out_of_area", False),
        status=raw.get("status"),
        identities=tuple(raw.get("identity", ())),
        total=total,
        in_scope=parse_yuan(raw["in_scope"]) if "in_scope" in raw else total,
    )


def amounts_of(outcome: Outcome) -> dict[str, str]:
    """Return an outcome's amounts by name, as yuan strings."""
    tiers = {tier: format_yuan(pay) for tier, pay in zip(TIERS, outcome.pays, strict=True)}
    return {
        "deductible": format_yuan(outcome.deductible),
        **tiers,
        "fund_total": format_yuan(outcome.fund_total),
        "person_pays": format_yuan(outcome.person_pays),
    }


def coverage(plan: Plan, cases: Sequence[Case]) -> list[str]:
    """Return the paths of the plan's numbers that no case reaches, in the document's order."""
    reached: set[str] = set()
    for case in cases:
        state = INITIAL_STATE
        for raw in case["claims"]:
            try:
                claim = claim_of(raw)
                outcome = settle(plan, state, claim)
            except (ClaimRefused, ValueError):
                continue
            reached |= _reached(plan, claim, state, outcome)
            state = outcome.state
    return [n.path for n in plan.document.numbers() if n.path not in reached]


def _reached(plan: Plan, claim: Claim, before: tuple[int, ...], outcome: Outcome) -> set[str]:
    found: set[str] = set()
    lines = {(line.tier, line.kind, line.from_) for line in outcome.lines if line.amount}
    for cell in plan.row_for(claim).cells:
        if cell.mode == ABSENT:
            continue
        name = cell.tier.name
        if cell.deductible_number is not None and cell.mode == PER_CLAIM:
            found.add(cell.deductible_number.path)
        kinds = {kind for tier, kind, _ in lines if tier == name}
        if kinds & {"band", "deductible"}:
            found |= {n.path for n in cell.tier.switches}
        for i, rate in enumerate(cell.rate_numbers):
            start = cell.deductible if cell.mode == PER_CLAIM else cell.froms[i]
            if (name, "band", start) in lines:
                found.add(rate.path)
                found |= {n.path for n in cell.from_numbers[i : i + 1]}
        if cell.cap_number is not None and (
            "cap" in kinds or (cell.cap == NO_CAP and "band" in kinds)
        ):
            found.add(cell.cap_number.path)
        if cell.mode == OVERFLOW and "band" in kinds:
            found |= {n.path for n in cell.tier.switches}
    return found
