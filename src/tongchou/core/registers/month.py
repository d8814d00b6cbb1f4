"""A month's comparison of institutions: the same to the byte whenever it is run again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongchou.core.lists import (
    Compared,
    Finding,
    Past,
    Received,
    Sent,
    blocked,
    check_lists,
    compare,
)
from tongchou.core.registers.entries import Entry, RegisterList
from tongchou.core.registers.findings import Frame, find, key_of, row_states
from tongchou.core.registers.linking import Found, Holder, Pin, find_in
from tongchou.core.registers.pack import REGISTERS, InstitutionRules


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a run depends on. `earlier`, `sent`: as check_lists takes them; `past`: findings of
    earlier runs, oldest first; `released`: registers let pass by a person."""

    rules: InstitutionRules
    month: str
    lists: Sequence[RegisterList]
    holders: Sequence[Holder]
    pins: Sequence[Pin] = ()
    earlier: Sequence[Received] = ()
    sent: Sequence[Sent] = ()
    past: Sequence[Sequence[Past]] = ()
    released: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """What a run answers. `found`: by register, then institution; `free`: rows of nobody (G1)."""

    run_id: str
    findings: tuple[Finding, ...]
    found: dict[str, dict[str, Found]]
    free: tuple[Entry, ...]
    compared: Compared
    incomplete: frozenset[str]


def last_of(month: str) -> date:
    """Return the last day of YYYY-MM. Raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def run_id(inputs: Inputs) -> str:
    """Return the name of a run: of all that it depends on, but what earlier months found."""
    parts = [
        inputs.month,
        inputs.rules.version,
        *sorted(f"{one.register} {one.sha256}" for one in inputs.lists),
        *sorted(repr((*h[:7], sorted(h.services), h.running, h.since)) for h in inputs.holders),
        *sorted(repr(tuple(pin)) for pin in inputs.pins),
        *sorted(inputs.released),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def run_month(inputs: Inputs) -> Run:
    """Compare a month."""
    rules, month = inputs.rules, inputs.month
    judged = [one.judged(month) for one in inputs.lists]
    gates = check_lists(rules, month, judged, inputs.earlier, inputs.sent, word=_WORDS.__getitem__)
    came = {one.register for one in inputs.lists}
    incomplete = (blocked(rules, gates) - inputs.released) | (set(REGISTERS) - came)
    points = rules.number("candidate_points")
    found: dict[str, dict[str, Found]] = {}
    free: list[Entry] = []
    for one in inputs.lists:
        pins = [pin for pin in inputs.pins if pin.register == one.register]
        found[one.register] = find_in(one.entries, inputs.holders, pins, points)
        states = row_states(one.entries, found[one.register], inputs.holders)
        table = rules.tables["G"]
        free += [
            entry
            for entry, state in zip(one.entries, states, strict=True)
            if table.outcome({"row": state}).code
        ]
    findings = [
        *gates,
        *find(Frame(rules, last_of(month), frozenset(incomplete)), inputs.holders, found),
        *_free_findings(free),
    ]
    cases = [one for one in findings if rules.class_of(one.code).deadline]
    compared = compare(cases, inputs.past, frozenset(incomplete), frozenset(REGISTERS))
    return Run(run_id(inputs), tuple(findings), found, tuple(free), compared, frozenset(incomplete))


def _free_findings(free: Sequence[Entry]) -> list[Finding]:
    """One for each row; of the same code in both registers, one."""
    rows: dict[str, list[Entry]] = {}
    for entry in free:
        rows.setdefault(entry.key, []).append(entry)
    return [
        Finding(
            key_of("G1", key),
            "G1",
            key,
            tuple(sorted({entry.register for entry in some})),
            "；".join([some[0].name, *filter(None, [some[0].address, some[0].scope])]),
        )
        for key, some in sorted(rows.items())
    ]


_WORDS = {"open": "在册", "closed": "已注销", "": "在册"}
