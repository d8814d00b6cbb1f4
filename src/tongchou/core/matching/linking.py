"""Rows of lists linked to persons: rules first, in order; the rest goes to a person's eye."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tongchou.core.matching import cascade
from tongchou.core.matching.candidates import candidates_of
from tongchou.core.matching.described import Described
from tongchou.core.matching.links import AUTO, NONE, REVIEW, RULES, Candidate, Link
from tongchou.core.matching.names import sound
from tongchou.core.matching.numbers import BROKEN, CUT, OK, one_slip_away
from tongchou.core.matching.registry import Registry


@dataclass(frozen=True, slots=True)
class Pin:
    """What a person decided of a row, by its provisional name: it beats every rule, later too."""

    subject: str
    person_no: str
    must: bool
    evidence: str = ""


def link(
    registry: Registry,
    rows: Sequence[Described],
    subjects: Sequence[str] = (),
    pins: Iterable[Pin] = (),
) -> list[Link]:
    """Return the link of each row, in order. `subjects`: what `pins` call the rows."""
    _load(registry, rows)
    must, never = _pins(registry, subjects, pins)
    settled: dict[int, Link] = dict(must)
    _close(registry, settled)
    for rule in cascade.RULES:
        found = {
            r: Link(AUTO, person_no, rule.name, _evidence(rows[r], rule.name))
            for r, person_no in registry.db.execute(
                f"select r, person_no from ({rule.query}) join people using (n)"
            ).fetchall()
            if person_no not in never.get(r, ())
        }
        settled |= found
        _close(registry, found)
    registry.db.execute("alter table open rename to left_over")
    left = {
        r: tuple(one for one in persons if one.person_no not in never.get(r, ()))
        for r, persons in candidates_of(registry.db, dict(enumerate(rows))).items()
    }
    owned = {
        r
        for (r,) in registry.db.execute(
            "select distinct r from left_over join numbers using (id) where left_over.kind = 'ok'"
        ).fetchall()
    }
    _drop(registry)
    return [settled.get(r) or _open_link(left.get(r, ()), r in owned) for r in range(len(rows))]


def sure(registry: Registry, rows: Sequence[Described]) -> dict[int, str]:
    """Return row -> person where number and name settle it at once: by the first rule alone.

    Of a whole population that is nearly everybody, at a fraction of the work of `link`.
    """
    _open(registry, _told(rows))
    found = registry.db.execute(
        f"select r, person_no from ({cascade.RULES[0].query}) join people using (n)"
    ).fetchall()
    registry.db.execute("drop table open")
    return dict(found)


def _told(rows: Sequence[Described]) -> dict[str, list[Any]]:
    return {
        "r": list(range(len(rows))),
        "kind": [row.id.kind for row in rows],
        "id": [row.id.value if row.id.kind in (OK, CUT) else "" for row in rows],
        "key": [row.name.key for row in rows],
        "wild": [row.name.wild for row in rows],
        "born_told": [row.birth.day if row.birth else None for row in rows],
        "born_until": [row.birth.last if row.birth else None for row in rows],
        "town": [row.town or row.address_town for row in rows],
        "village": [row.village for row in rows],
        "head": [row.head for row in rows],
    }


def _open(registry: Registry, columns: dict[str, list[Any]]) -> None:
    schema = pa.schema([(name, _SCHEMA[name]) for name in columns])
    registry.db.register("given", pa.table(columns, schema=schema))
    registry.db.execute("create temp table open as select * from given")
    registry.db.unregister("given")


def _load(registry: Registry, rows: Sequence[Described]) -> None:
    """Make table `open` of the rows, and `near` of numbers one slip away from the broken ones."""
    columns = _told(rows) | {
        "prefix": [_prefix(row) for row in rows],
        "sound": [sound(row.name.key) for row in rows],
        "born": [born.day if (born := row.born) else None for row in rows],
    }
    near = [
        (r, number)
        for r, row in enumerate(rows)
        if row.id.kind == BROKEN
        for number in sorted(one_slip_away(row.id.value))
    ]
    pairs = pa.table(
        {"r": pa.array([r for r, _ in near], pa.int32()), "id": [i for _, i in near]},
        schema=pa.schema([("r", pa.int32()), ("id", pa.string())]),
    )
    _open(registry, columns)
    registry.db.register("given", pairs)
    registry.db.execute("create temp table near as select * from given")
    registry.db.unregister("given")


_SCHEMA = (
    {"r": pa.int32(), "wild": pa.bool_()}
    | dict.fromkeys(
        ("kind", "id", "prefix", "key", "sound", "town", "village", "head"), pa.string()
    )
    | dict.fromkeys(("born", "born_told", "born_until"), pa.date32())
)


def _prefix(row: Described) -> str:
    """The 15 digits a spreadsheet kept, also of a number that by chance is in order as cut."""
    if row.id.kind == CUT:
        return row.id.value if len(row.id.value) == cascade.FULL_CUT else ""
    return row.id.value[: cascade.FULL_CUT] if row.id.rounded else ""


def _pins(
    registry: Registry, subjects: Sequence[str], pins: Iterable[Pin]
) -> tuple[dict[int, Link], dict[int, set[str]]]:
    rows: dict[str, list[int]] = {}
    for r, subject in enumerate(subjects):
        rows.setdefault(subject, []).append(r)
    must: dict[int, Link] = {}
    never: dict[int, set[str]] = {}
    known: set[str] | None = None
    for pin in pins:
        for r in rows.get(pin.subject, ()):
            if not pin.must:
                never.setdefault(r, set()).add(pin.person_no)
                continue
            if known is None:
                found = registry.db.execute("select person_no from people").fetchall()
                known = {person_no for (person_no,) in found}
            if pin.person_no in known:
                must[r] = Link(AUTO, pin.person_no, "pinned", pin.evidence)
    return must, never


def _close(registry: Registry, settled: Mapping[int, Link]) -> None:
    if not settled:
        return
    registry.db.register("settled", pa.table({"r": pa.array(list(settled), pa.int32())}))
    registry.db.execute("delete from open where r in (select r from settled)")
    registry.db.unregister("settled")


def _drop(registry: Registry) -> None:
    registry.db.execute("drop table left_over")
    registry.db.execute("drop table near")


def _evidence(row: Described, rule: str) -> str:
    read = "+".join(_READ[one] for one in row.id.method.split("+") if one)
    return "；".join(filter(None, (RULES[rule], read)))


_READ = {
    "dress": "去掉空格、引号等",
    "prefix": "去掉前面的字",
    "upgraded": "15 位升 18 位",
    "disability": "取残疾人证号前 18 位",
    "number": "单元格是数字",
    "scientific": "科学记数法",
    "rounded": "末三位被置零",
    "letters": "字母 O、I、L 读作数字",
    "within": "去掉前后的字",
}


def _open_link(candidates: tuple[Candidate, ...], owned: bool) -> Link:
    if not candidates:
        return Link(NONE, "", "unknown", RULES["unknown"], (), owned)
    best = candidates[0]
    return Link(REVIEW, best.person_no, "candidates", "、".join(best.why), candidates, owned)
