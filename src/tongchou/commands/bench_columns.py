"""The pace of columns of claims on the two tiers that the peers do, checked against the window."""

from __future__ import annotations

import time
from collections.abc import Sequence

import yaml

from tongchou.commands.figures import Figure
from tongchou.core.policy import (
    INITIAL_STATE,
    TIERS,
    Claim,
    ClaimColumns,
    Plan,
    load_policy,
    policy_files,
    rows_of,
    settle,
    settle_many,
)

_SAMPLE = 20_000
_TARGETS = ((1, 40.0), (4, 60.0))  # threads, million claims a second


def two_tier_plan(area: str, scheme: str, year: int) -> Plan:
    """The shipped plan without its supplement: what the peers' scripts settle."""
    [path] = [one for one in policy_files() if one.parts[-3:] == (area, scheme, f"{year}.yaml")]
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    del document["tiers"]["supplement"]
    return load_policy(yaml.safe_dump(document, allow_unicode=True), source="bench")


def columns(plan: Plan, bills: Sequence[tuple[str, Claim]], repeat: int) -> list[Figure]:
    """Million claims a second at one thread and four. Raises ArithmeticError if a fen differs."""
    import numpy as np

    persons: dict[str, int] = {}
    numbers = [persons.setdefault(person, len(persons)) for person, _ in bills]
    order = sorted(range(len(bills)), key=numbers.__getitem__)
    clustered = [bills[at] for at in order]
    claims = ClaimColumns(
        np.array([numbers[at] for at in order], np.int32),
        rows_of(plan, [claim for _, claim in clustered]),
        np.array([claim.in_scope for _, claim in clustered], np.int64),
    )
    check_against_window(
        plan, clustered[:_SAMPLE], settle_many(plan, claims).pays[:_SAMPLE].tolist()
    )
    figures = []
    for threads, target in _TARGETS:
        paces = []
        for _ in range(repeat):
            began = time.perf_counter()
            settle_many(plan, claims, threads=threads)
            paces.append(len(bills) / (time.perf_counter() - began) / 1_000_000)
        what = f"整列结算，两层，{threads} 线程"
        figures.append(Figure(what, tuple(paces), "百万笔/秒", target))
    return figures


def check_against_window(
    plan: Plan, bills: Sequence[tuple[str, Claim]], pays: list[list[int]]
) -> None:
    """Raise ArithmeticError at the first claim that the window pays otherwise."""
    last, state = None, INITIAL_STATE
    for (person, claim), paid in zip(bills, pays, strict=True):
        if person != last:
            last, state = person, INITIAL_STATE
        outcome = settle(plan, state, claim)
        state = outcome.state
        window = [outcome.pays[TIERS.index(tier)] for tier in plan.tiers]
        if window != paid:
            raise ArithmeticError(f"整列与窗口不一致：{claim} 窗口 {window}，整列 {paid}")
