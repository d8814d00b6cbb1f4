"""What a month of registers says of the institutions under agreement: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from tongchou.core.lists import Finding
from tongchou.core.registers.entries import Entry
from tongchou.core.registers.linking import Found, Holder
from tongchou.core.registers.pack import HEALTH, MARKET, REGISTERS, InstitutionRules
from tongchou.core.registers.places import address_key, name_key

State = dict[str, str]


class Frame(NamedTuple):
    """What all institutions of a run are judged by. `day`: the month's last.

    `unread`: registers that have not come or cannot be relied on: absence in them says nothing.
    """

    rules: InstitutionRules
    day: date
    unread: frozenset[str] = frozenset()


def states_of(frame: Frame, holder: Holder, found: Mapping[str, Found]) -> dict[str, State]:
    """Return the states of an institution by group. `found`: by register."""
    agreement = "running" if holder.running else "none"
    rows = {r: found[r].entry for r in found}
    live = [row for row in rows.values() if row is not None and row.status != "closed"]
    seen = {r: _seen(frame, holder, r, found.get(r)) for r in REGISTERS}
    has = "yes" if live else "no"
    return {
        "X": {
            "agreement": agreement,
            HEALTH: seen[HEALTH],
            MARKET: seen[MARKET],
            "licence": _licence(live, frame.day),
        },
        "N": {
            "agreement": agreement,
            "found": has,
            "name": _compared([name_key(row.name) for row in live], name_key(holder.name)),
            "address": _compared(
                [address_key(row.address) for row in live], address_key(holder.address)
            ),
        },
        "S": {"agreement": agreement, "found": has, "scope": _scope(holder, live)},
    }


def _seen(frame: Frame, holder: Holder, register: str, found: Found | None) -> str:
    if found is not None and found.entry is not None:
        return "closed" if found.entry.status == "closed" else "open"
    if not frame.rules.offices[register].holds(holder.kind, holder.credit_code):
        return "not_due"
    if found is None or register in frame.unread:
        return "unread"
    return "maybe" if found.candidates else "absent"


def _licence(rows: Sequence[Entry], day: date) -> str:
    """Say whether what it is licensed until has passed; any register's word is enough."""
    ends = [row.until.last for row in rows if row.until is not None]
    return "unknown" if not ends else "expired" if min(ends) < day else "current"


def _compared(told: Sequence[str], held: str) -> str:
    """Compare with what the registers say; where they differ from each other, one may be right."""
    said = [one for one in told if one]
    if not said or not held:
        return "unknown"
    return "same" if held in said else "differs"


def _scope(holder: Holder, rows: Sequence[Entry]) -> str:
    told = [row.allows for row in rows if row.allows is not None]
    if not told or not holder.services:
        return "unknown"
    return "within" if holder.services <= frozenset().union(*told) else "beyond"


def find(
    frame: Frame, holders: Sequence[Holder], found: Mapping[str, Mapping[str, Found]]
) -> list[Finding]:
    """Return what is found of the institutions, by key. `found`: by register, then institution."""
    findings = []
    for holder in holders:
        mine = {register: rows[holder.code] for register, rows in found.items()}
        for group, state in states_of(frame, holder, mine).items():
            outcome = frame.rules.tables[group].outcome(state)
            if outcome.code:
                findings.append(_finding(frame, outcome.code, holder, mine))
    return sorted(findings)


def key_of(code: str, subject: str) -> str:
    """Return the name of a finding for good: an agreement has no benefit year."""
    return f"{code}|{subject}"


def _finding(frame: Frame, code: str, holder: Holder, found: Mapping[str, Found]) -> Finding:
    offices = frame.rules.offices
    due = [r for r in REGISTERS if offices[r].holds(holder.kind, holder.credit_code)]
    here = [r for r, one in found.items() if one.entry is not None]
    facts = [*_where(frame, found, due), *_differences(frame.rules, code, holder, found)]
    if holder.since:
        facts.append(f"协议自 {holder.since} 起执行")
    return Finding(
        key_of(code, holder.code),
        code,
        holder.code,
        tuple(r for r in REGISTERS if r in due or r in here),
        "；".join(facts),
        holder.town,
        _told(code, holder, found),
    )


def _where(frame: Frame, found: Mapping[str, Found], due: Sequence[str]) -> Iterable[str]:
    for register, one in found.items():
        office, row = frame.rules.offices[register].name, one.entry
        if row is None and register in due:
            yield f"{office}：没有这家" if not one.candidates else f"{office}：只有相近的"
        elif row is not None:
            said = "已注销" if row.status == "closed" else "在册"
            until = f"，有效期至 {row.until.last}" if row.until else ""
            place = " ".join(filter(None, (row.file, row.sheet)))
            yield f"{office}：{said}{until}（{place} 第 {row.row} 行）"


def _differences(
    rules: InstitutionRules, code: str, holder: Holder, found: Mapping[str, Found]
) -> Iterable[str]:
    for one in found.values():
        row = one.entry
        if row is None or row.status == "closed":
            continue
        if code == "R4" and name_key(row.name) != name_key(holder.name):
            yield f"名称：登记 {row.name}，我方 {holder.name}"
        if code == "R4" and _moved(row, holder):
            yield f"地址：登记 {row.address}，我方 {holder.address or '没有'}"
        if code == "R5" and row.allows is not None:
            beyond = sorted(holder.services - row.allows)
            words = "、".join(rules.services[one].name for one in beyond)
            yield f"协议有而许可没有：{words}；许可范围：{row.scope or '空'}"


def _moved(row: Entry, holder: Holder) -> bool:
    return bool(row.address) and address_key(row.address) != address_key(holder.address)


def _told(code: str, holder: Holder, found: Mapping[str, Found]) -> tuple[tuple[str, str], ...]:
    """Return what an act needs: for a change, the name and address that the register has."""
    if code != "R4":
        return ()
    for one in found.values():  # the first register's word; the others stand in the facts
        row = one.entry
        if row is None or row.status == "closed":
            continue
        told = {
            "name": row.name if name_key(row.name) != name_key(holder.name) else "",
            "address": row.address if _moved(row, holder) else "",
        }
        if any(told.values()):
            return (("register", row.register), *((k, v) for k, v in told.items() if v))
    return ()


def row_states(
    entries: Sequence[Entry], found: Mapping[str, Found], holders: Sequence[Holder]
) -> list[str]:
    """Return the state of group G of each row of a register."""
    running = {holder.code for holder in holders if holder.running}
    ours = {one.entry.key for code, one in found.items() if one.entry and code in running}
    maybe = {c.key for one in found.values() for c in one.candidates}
    return [
        "ours" if entry.key in ours
        else "maybe" if entry.key in maybe
        else "closed" if entry.status == "closed"
        else "free"
        for entry in entries
    ]  # fmt: skip
