"""A month's run: its lists against the register, the same to the byte whenever it is run again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tongchou.core.lists import Finding, key_of
from tongchou.core.matching import Link, Pin, Registry, link
from tongchou.core.rosters.changes import fold, subject_of
from tongchou.core.rosters.comparing import Compared, Past, compare
from tongchou.core.rosters.entries import UNNAMED, Entry, RosterList
from tongchou.core.rosters.findings import find
from tongchou.core.rosters.gates import (
    Received,
    Sent,
    blocked,
    check_lists,
    full_gates,
    held_back,
    unborne,
)
from tongchou.core.rosters.pack import Pack
from tongchou.core.rosters.seen import Before
from tongchou.core.rosters.standings import Known, Standing, last_of
from tongchou.core.rosters.states import Frame, Month


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a run depends on, but for the register.

    `earlier` and `sent`: lists of earlier months, as check_lists takes them; `past`: findings of
    earlier months, oldest first; `before`: who stood on last month's lists; `released`: lists let
    pass by a person, full ones by source, lists of changes by sha256.
    """

    pack: Pack
    month: str
    lists: Sequence[RosterList]
    pins: Sequence[Pin] = ()
    earlier: Sequence[Received] = ()
    sent: Sequence[Sent] = ()
    before: Before = field(default_factory=Before)
    past: Sequence[Sequence[Past]] = ()
    released: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """What a month's run answers. `links` stand beside `entries`."""

    run_id: str
    month: str
    entries: tuple[Entry, ...]
    links: tuple[Link, ...]
    findings: tuple[Finding, ...]
    compared: Compared
    incomplete: frozenset[str]


def run_id(inputs: Inputs, register_hash: str) -> str:
    """Return the name of a run: of all that it depends on.

    What earlier months found only tells new from old, and is not in it.
    """
    parts = [
        inputs.month,
        inputs.pack.version,
        inputs.pack.area,
        register_hash,
        *sorted(
            f"{one.source.code} {one.sha256}{' changes' if one.changes else ''}"
            for one in inputs.lists
        ),
        *sorted(f"{p.subject} {p.person_no} {p.must}" for p in inputs.pins),
        *sorted(inputs.released),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def run_month(
    inputs: Inputs,
    registry: Registry,
    register_hash: str,
    known: Known,
    standings: Callable[[Iterable[str]], Mapping[str, Standing]],
) -> Run:
    """Run a month. `standings` answers for the persons asked, and for everyone with a flag."""
    pack = inputs.pack
    entries = [entry for one in inputs.lists for entry in one.entries]
    who, subjects = [entry.who for entry in entries], [entry.subject for entry in entries]
    links = link(registry, who, subjects, inputs.pins)
    judged = (pack, inputs.month, inputs.lists, inputs.earlier, inputs.sent)
    gates = check_lists(*judged)
    held = held_back(pack, inputs.month, inputs.lists, inputs.sent, inputs.released)
    incomplete = blocked(pack, full_gates(*judged)) - inputs.released
    incomplete |= {source for source, _file in held}
    folded = fold(inputs.lists, entries, links, last_of(inputs.month), held)
    gates = sorted([*gates, *unborne(pack, inputs.month, folded.unborne)])
    frame = Frame(pack, _month(inputs, incomplete), known, inputs.before)
    asked = standings({one.person_no for one in links if one.person_no})
    findings = [*gates, *find(frame, folded.entries, folded.links, asked)]
    sources = frozenset(one.source.code for one in inputs.lists) | incomplete
    return Run(
        run_id(inputs, register_hash),
        inputs.month,
        tuple(entries),
        tuple(links),
        tuple(findings),
        compare(findings, inputs.past, incomplete, sources),
        incomplete,
    )


def only_named(run: Run, one: RosterList) -> Run:
    """Return what a run says of those alone whom one of its lists names: of nobody else anything.

    Its name is another: the same inputs have a whole run beside it.
    """
    rows = [
        (entry, link)
        for entry, link in zip(run.entries, run.links, strict=True)
        if (entry.source, entry.file) == (one.source.code, one.file)
    ]
    named = {subject_of(*row) for row in rows}
    told = {key_of(code, one.source.code, int(run.month[:4])) for code in ("L9", "L10")}
    keys = {
        fate: tuple(key for key in some if key.split("|")[1] in named or key in told)
        for fate, some in run.compared.keys.items()
    }
    return replace(
        run,
        run_id=hashlib.sha256(f"{run.run_id} {one.sha256}".encode()).hexdigest(),
        entries=tuple(entry for entry, _link in rows),
        links=tuple(link for _entry, link in rows),
        findings=tuple(f for f in run.findings if f.subject in named or f.key in told),
        compared=Compared(keys),
    )


def named_by(run: Run) -> frozenset[str]:
    """Return the subjects of a run's rows: persons found without a doubt, names of the others."""
    return frozenset(map(subject_of, run.entries, run.links))


def _month(inputs: Inputs, incomplete: frozenset[str]) -> Month:
    return Month(
        inputs.month,
        date.fromisoformat(f"{inputs.month}-01"),
        last_of(inputs.month),
        frozenset(one for one in incomplete if _helps(inputs, one)),
        _named(inputs.lists),
    )


def _named(lists: Sequence[RosterList]) -> frozenset[str] | None:
    """Return the identities that the lists name: of others no list was sent."""
    found = {entry.category for one in lists for entry in one.entries}
    return None if UNNAMED in found else frozenset(found - {""})


def _helps(inputs: Inputs, source: str) -> bool:
    """Say whether a list that cannot be relied on could have named helped persons."""
    told = {one.source.code: one.source.holds for one in inputs.lists}
    named = inputs.pack.source_of(source)
    return told.get(source, named.holds if named else "helped") == "helped"
