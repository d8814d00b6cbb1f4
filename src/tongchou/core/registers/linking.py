"""Institutions found in a register: by code; by name and address for a person's eye only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from tongchou.core.registers.codes import OK, read_code, read_licence
from tongchou.core.registers.entries import Entry
from tongchou.core.registers.places import address_key, alike, name_key

SHOWN = 3
RULES = {
    "pinned": "人工指定",
    "credit_code": "统一社会信用代码一致",
    "licence_no": "执业许可证登记号一致",
    "candidates": "代码对不上，名称、地址相近，待人核定",
    "unknown": "登记里没有",
}


class Holder(NamedTuple):
    """An institution as we know it. `services`: what its agreement covers; `running`: in force."""

    code: str
    name: str
    kind: str
    town: str
    credit_code: str
    licence_no: str
    address: str
    services: frozenset[str]
    running: bool
    since: date | None = None


class Pin(NamedTuple):
    """What a person decided of an institution and a row of a register, by the row's key."""

    register: str
    holder: str
    key: str
    must: bool


class Candidate(NamedTuple):
    """A row that may be meant. `score`: to order by; `why`: in words."""

    key: str
    score: int
    why: tuple[str, ...]


class Found(NamedTuple):
    """`entry`: the row it is, by `rule`; otherwise `candidates` for a person's eye."""

    entry: Entry | None
    rule: str
    candidates: tuple[Candidate, ...] = ()


def find_in(
    entries: Sequence[Entry], holders: Sequence[Holder], pins: Iterable[Pin], points: int
) -> dict[str, Found]:
    """Return where each institution stands in a register, by its code.

    A row that is one institution's by its code is nobody else's candidate.
    """
    pins = list(pins)
    must = {pin.holder: pin.key for pin in pins if pin.must}
    never = {(pin.holder, pin.key) for pin in pins if not pin.must}
    by_key = {entry.key: entry for entry in entries}
    by_code = {e.code.value: e for e in _by_status(entries) if e.code.kind == OK}
    by_licence = {e.licence: e for e in _by_status(entries) if e.licence}
    found: dict[str, Found] = {}
    for holder in holders:
        pinned = by_key.get(must.get(holder.code, ""))
        if pinned is not None:
            found[holder.code] = Found(pinned, "pinned")
        elif (code := read_code(holder.credit_code)).kind == OK and code.value in by_code:
            found[holder.code] = Found(by_code[code.value], "credit_code")
        elif (row := by_licence.get(read_licence(holder.licence_no))) and not _differ(holder, row):
            found[holder.code] = Found(row, "licence_no")
    taken = {one.entry.key for one in found.values() if one.entry is not None}
    left = [entry for entry in entries if entry.key not in taken]
    for holder in holders:
        if holder.code not in found:
            some = _candidates(holder, left, never, points)
            found[holder.code] = Found(None, "candidates" if some else "unknown", some)
    return found


def _by_status(entries: Sequence[Entry]) -> list[Entry]:
    """Order rows so that of one code the one that is open comes last: it holds."""
    return sorted(entries, key=lambda e: (e.status != "closed", e.sheet, e.row))


def _candidates(
    holder: Holder, entries: Sequence[Entry], never: set[tuple[str, str]], points: int
) -> tuple[Candidate, ...]:
    some = [
        candidate
        for entry in entries
        if (holder.code, entry.key) not in never
        and not _others(holder, entry)
        and (candidate := _candidate(holder, entry)).score >= points
    ]
    return tuple(sorted(some, key=lambda one: (-one.score, one.key))[:SHOWN])


def _differ(holder: Holder, entry: Entry) -> bool:
    """Say whether both have a code in order and the codes differ: then it is another organisation,
    whatever its licence number."""
    code = read_code(holder.credit_code)
    return code.kind == OK and entry.code.kind == OK and code.value != entry.code.value


def _others(holder: Holder, entry: Entry) -> bool:
    """Say whether it is another's row; the very same name asks for a person's eye all the same."""
    return _differ(holder, entry) and name_key(holder.name) != name_key(entry.name)


def _candidate(holder: Holder, entry: Entry) -> Candidate:
    names = alike(name_key(holder.name), name_key(entry.name))
    places = alike(address_key(holder.address), address_key(entry.address))
    why = ["名称一致" if names == 100 else f"名称相近 {names}%"] if names >= 60 else []
    if places >= 60:
        why.append("地址一致" if places == 100 else f"地址相近 {places}%")
    score = names * 7 // 10 + places * 3 // 10
    return Candidate(entry.key, score, tuple(why))
