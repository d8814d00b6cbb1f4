"""An independent verifier of the trail: reads the rows itself and shares no code with the writer.

It finds a changed, removed, swapped or inserted row and a cut tail from the chains themselves, and
from a seal kept elsewhere also a chain that was recomputed as a whole (P13).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tongchou.platform.trail.seals import Seal

SHOWN = 100  # faults kept with their place; all are counted

_AT = {
    "postgresql": """to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00'""",
    "sqlite": """replace(substr(a.at || '.000000', 1, 26), ' ', 'T') || '+00:00'""",
}
# One statement is one snapshot: acts that are added meanwhile do not look like a cut tail.
_ROWS = """
select h.slice, h.seq, h.hash, a.seq, a.digest, a.hash,
  {at}, a.actor, a.verb, a.object_type, a.object_id, a.area, a.data
from trail_chainhead h left join trail_act a on a.slice = h.slice
order by h.slice, a.seq
"""
_STRAY = "select slice, seq from trail_act where slice not in (select slice from trail_chainhead)"


@dataclass(frozen=True, slots=True)
class Fault:
    slice: int
    seq: int
    kind: str  # changed | unlinked | missing | cut | stray | rewritten


@dataclass
class Report:
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def sound(self) -> bool:
        return not self.counts

    def add(self, number: int, seq: int, kind: str) -> None:
        self.counts[kind] += 1
        if len(self.faults) < SHOWN:
            self.faults.append(Fault(number, seq, kind))


def verify(seals: list[Seal] | None = None) -> Report:
    """Recompute every chain; with `seals` also compare each sealed head with what stands there.

    changed: the content does not give the digest. unlinked: the hash does not follow from the act
    before it. missing: numbers are left out. cut: the chain ends elsewhere than its head says, or
    before a sealed head. stray: an act outside the chains. rewritten: another act stands where a
    seal was made.
    """
    report = Report()
    sealed = _sealed(seals or [])
    zero = bytes(32)
    number, seq, link = -1, 0, zero
    head: tuple[int, bytes] = (0, zero)
    dumps, sha256 = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode, _sha256
    for row in _rows():
        if row[0] != number:
            _end(report, number, (seq, link), head)
            number, seq, link = row[0], 0, zero
            head = (row[1], bytes(row[2]))
        if row[3] is None:
            continue
        report.rows += 1
        digest, stored = bytes(row[4]), bytes(row[5])
        if row[3] != seq + 1:
            report.add(number, seq + 1, "missing")
        if sha256(dumps(row[6:]).encode()) != digest:
            report.add(number, row[3], "changed")
        if sha256(link + digest) != stored:
            report.add(number, row[3], "unlinked")
        seq, link = row[3], stored
        if sealed and sealed.pop((number, seq), {stored}) != {stored}:
            report.add(number, seq, "rewritten")
    _end(report, number, (seq, link), head)
    for number, seq in sealed:
        report.add(number, seq, "cut")
    for number, seq in _fetch(_STRAY):
        report.add(number, seq, "stray")
    return report


def _end(report: Report, number: int, last: tuple[int, bytes], head: tuple[int, bytes]) -> None:
    if number >= 0 and last != head:
        report.add(number, head[0], "cut")


def _sealed(seals: list[Seal]) -> dict[tuple[int, int], set[bytes]]:
    found: dict[tuple[int, int], set[bytes]] = {}
    for one in seals:
        for number, seq, value in one["heads"]:
            if seq:
                found.setdefault((int(number), int(seq)), set()).add(bytes.fromhex(str(value)))
    return found


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _rows() -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS.format(at=_AT[connection.vendor]))
        while rows := cursor.fetchmany(5000):
            yield from rows


def _fetch(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
