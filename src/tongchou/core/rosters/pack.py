"""The rule pack: senders, words, classes and the numbers in the rules, read from `rosters/`."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import tongchou
from tongchou.core.lists import (
    FindingClass,
    PackError,
    Parameter,
    Table,
    class_from,
    parameters_from,
    table_from,
)
from tongchou.core.policy import IDENTITIES
from tongchou.core.yamls import load as load_yaml

_CLAUSE = re.compile(r"[\s,，;；、。.|（）()]+")
GROUPS = ("I", "E", "F", "A")
STATUSES = ("dead", "missing", "no_need", "moved", "left")
ADDED, REMOVED, CHANGED = "added", "removed", "changed"  # what a row of changes says
YEAR_END = "year-end"
HOLDS = ("helped", "deaths", "payments", "elsewhere", "employees", "absent")


class Source(NamedTuple):
    """A sender. `code`: as the file is named; `agency`: the sender of the pack that it is."""

    code: str
    name: str
    words: tuple[str, ...]
    holds: str
    category: str = ""  # of who stands on it, where the list itself has no column for it
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """How notes speak: of whom, and what they deny. Each a list of words, as in rules.yaml."""

    others: tuple[str, ...]
    themselves: tuple[str, ...]
    denied: tuple[str, ...]
    unlike: tuple[str, ...]
    other_insurance: tuple[str, ...]
    undone: tuple[str, ...]

    def of_himself(self, before: str) -> bool:
        """Say whether what follows these words is affirmed, and of whom the row is about."""
        if before.endswith(self.denied):
            return False
        other = max((before.rfind(word) for word in self.others), default=-1)
        return other < 0 or max(map(before.rfind, self.themselves)) > other


@dataclass(frozen=True)
class Pack:
    """A rule pack with its area's numbers. `version`: of its whole content."""

    version: str
    area: str
    home: frozenset[str]
    parameters: Mapping[str, Parameter]
    sources: Mapping[str, Source]
    categories: tuple[tuple[str, tuple[str, ...]], ...]
    exclusive: tuple[tuple[str, ...], ...]
    groups: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, tuple[str, ...]]
    speech: Speech
    tables: Mapping[str, Table]
    list_classes: Mapping[str, FindingClass]
    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def number(self, name: str) -> int:
        return int(self.parameters[name].value)

    def says(self, name: str) -> bool:
        return bool(self.parameters[name].value)

    def cut_date(self, year: int) -> date:
        """Return the last day of recognition on which who has paid is refunded."""
        value = str(self.parameters["cut_date"].value)
        if value.startswith("previous-"):
            return date.fromisoformat(f"{year - 1}-{value.removeprefix('previous-')}")
        return date.fromisoformat(value)

    def collection_opens(self, year: int) -> date:
        """Return the day from which payments are for `year`."""
        return date.fromisoformat(f"{year - 1}-{self.parameters['collection_opens'].value}")

    def class_of(self, code: str) -> FindingClass:
        if code in self.list_classes:
            return self.list_classes[code]
        return next(c for t in self.tables.values() for c in t.classes if c.code == code)

    def codes(self) -> list[str]:
        """Return every code once, lists first."""
        found = [c.code for t in self.tables.values() for c in t.classes if c.code]
        return list(dict.fromkeys([*self.list_classes, *found]))

    def category_of(self, text: str) -> str | None:
        """Return the identity that the words name, "" for none of them, None where unknown."""
        return next(
            (identity for identity, words in self.categories if any(w in text for w in words)), None
        )

    def statuses_of(self, text: str) -> set[str]:
        """Return what the words of a status or a note say of whom the row is about."""
        if not text:
            return set()
        for word in self.speech.unlike:
            text = text.replace(word, "")
        return {
            name
            for clause in _CLAUSE.split(text)
            for name, words in self.statuses.items()
            for word in words
            if word in clause and self.speech.of_himself(clause.partition(word)[0])
        }

    def counts(self, scheme: str, words: str) -> bool:
        """Say whether a row of payments or insurance is of medical insurance, and not undone."""
        return not any(word in scheme for word in self.speech.other_insurance) and not any(
            word in words for word in self.speech.undone
        )

    def change_of(self, text: str) -> str:
        """Return what a row of changes says has happened: added, removed, changed; "" unknown."""
        return next((n for n, words in self.changes.items() if any(w in text for w in words)), "")

    def source_of(self, stem: str) -> Source | None:
        """Return the sender that a file's name tells, by the longest word in it."""
        name = stem.lower()
        found = [
            (len(word), source)
            for source in self.sources.values()
            for word in (source.code, *source.words)
            if word in name and (len(word) > 2 or not word.isascii() or word == name)
        ]
        if not found:
            return None
        return max(found, key=lambda one: one[0])[1]._replace(code=stem)


def packs_folder() -> Path:
    package = Path(tongchou.__file__).parent
    inside = package / "_data" / "rosters"
    return inside if inside.is_dir() else package.parents[1] / "rosters"


@lru_cache(maxsize=8)
def load_pack(area: str = "", folder: Path | None = None) -> Pack:
    """Return the rule pack, with the numbers of `area` where it has its own. Raises PackError."""
    folder = folder or packs_folder()
    texts = [(folder / "rules.yaml").read_text(encoding="utf-8")]
    own = folder / "areas" / f"{area}.yaml"
    if area and own.is_file():
        texts.append(own.read_text(encoding="utf-8"))
    tree = load_yaml(texts[0])
    local = load_yaml(texts[1]) if len(texts) > 1 else {}
    version = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    try:
        return _pack(tree, local, area, version)
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{folder}: {error!r}") from error


def _pack(tree: dict[str, Any], local: dict[str, Any], area: str, version: str) -> Pack:
    classes = tree["classes"]
    lists = {row["code"]: class_from("L", row, {}) for row in classes["list"]}
    pack = Pack(
        version=version,
        area=area,
        home=frozenset(map(str, local.get("home", ("本县", "县内", "本地")))) | {area},
        parameters=parameters_from({**tree["parameters"], **local.get("parameters", {})}),
        sources={
            code: Source(
                code, row["name"], tuple(row["words"]), row["holds"], row.get("category", ""), code
            )
            for code, row in tree["sources"].items()
        },
        categories=tuple((row["identity"], tuple(row["words"])) for row in tree["categories"]),
        exclusive=tuple(tuple(row["identities"]) for row in tree["exclusive"]),
        groups={name: tuple(kinds) for name, kinds in tree["groups"].items()},
        statuses={name: tuple(words) for name, words in tree["statuses"].items()},
        speech=Speech(
            **{name: tuple(tree[name]) for name in ("others", "themselves", "denied", "unlike")},
            other_insurance=tuple(tree["payments"]["other"]),
            undone=tuple(tree["payments"]["undone"]),
        ),
        tables={group: table_from(group, classes[group]) for group in GROUPS},
        list_classes=lists,
        changes={name: tuple(words) for name, words in tree.get("changes", {}).items()},
    )
    _check(pack)
    return pack


def _check(pack: Pack) -> None:
    named = [identity for identity, _words in pack.categories if identity]
    named += itertools.chain(*pack.exclusive, *pack.groups.values())
    if unknown := set(named) - set(IDENTITIES):
        raise PackError(f"categories: {sorted(unknown)}")
    if unknown := {source.holds for source in pack.sources.values()} - set(HOLDS):
        raise PackError(f"sources: {sorted(unknown)}")
    if unknown := set(pack.changes) - {ADDED, REMOVED, CHANGED}:
        raise PackError(f"changes: {sorted(unknown)}")
    for one in (c for table in pack.tables.values() for c in table.classes):
        if one.aside not in ("", YEAR_END) and not one.aside.isdigit():
            raise PackError(f"classes.{one.group}.{one.code}: aside: {one.aside}")
        if one.becomes:
            pack.class_of(one.becomes)
    if unknown := set(pack.statuses) - set(STATUSES):
        raise PackError(f"statuses: {sorted(unknown)}")
