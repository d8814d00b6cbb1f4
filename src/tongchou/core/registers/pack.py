"""The rules of the registers as data, read from `registers/`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
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
from tongchou.core.yamls import load as load_yaml

HEALTH, MARKET, POPULATION = "health", "market", "population"
REGISTERS = (HEALTH, MARKET)


class Office(NamedTuple):
    """A register. `due`: kinds of institution it must hold, but for codes that begin `unless`."""

    code: str
    name: str
    words: tuple[str, ...]
    due: frozenset[str]
    unless: tuple[str, ...]

    def holds(self, kind: str, credit_code: str) -> bool:
        return kind in self.due and not credit_code.startswith(self.unless)


class Service(NamedTuple):
    """What an agreement may cover, and the words of a licence that allow it."""

    code: str
    name: str
    words: tuple[str, ...]


class Band(NamedTuple):
    """Ages up to `to` years, included."""

    name: str
    to: int


@dataclass(frozen=True)
class Rules:
    """Classes by group, with their numbers. `version`: of the whole content."""

    version: str
    parameters: Mapping[str, Parameter]
    tables: Mapping[str, Table]
    list_classes: Mapping[str, FindingClass]

    def number(self, name: str) -> int:
        return int(self.parameters[name].value)

    def class_of(self, code: str) -> FindingClass:
        """Return the class. Raises StopIteration for a code unknown."""
        if code in self.list_classes:
            return self.list_classes[code]
        return next(c for t in self.tables.values() for c in t.classes if c.code == code)

    def codes(self) -> list[str]:
        """Return every code of a finding once, in the order of the rules; lists' aside."""
        return list(
            dict.fromkeys(c.code for t in self.tables.values() for c in t.classes if c.code)
        )

    def assumed(self) -> list[str]:
        return [name for name, one in self.parameters.items() if one.assumed]


@dataclass(frozen=True)
class InstitutionRules(Rules):
    offices: Mapping[str, Office]
    statuses: Mapping[str, tuple[str, ...]]
    services: Mapping[str, Service]

    def status_of(self, text: str) -> str:
        """Return closed, open, or "" where the words say nothing; closed words come first."""
        return next((k for k, words in self.statuses.items() if any(w in text for w in words)), "")

    def allowed_by(self, text: str) -> frozenset[str]:
        """Return the services that the words of a licence allow."""
        found = (s.code for s in self.services.values() if any(w in text for w in s.words))
        return frozenset(found)


@dataclass(frozen=True)
class PopulationRules(Rules):
    bands: tuple[Band, ...]
    elderly_from: int
    said: Mapping[str, tuple[str, ...]]

    def said_of(self, text: str) -> str:
        """Return what a note says: the first that it says."""
        return next((k for k, words in self.said.items() if any(w in text for w in words)), "none")


def packs_folder() -> Path:
    package = Path(tongchou.__file__).parent
    inside = package / "_data" / "registers"
    return inside if inside.is_dir() else package.parents[1] / "registers"


@lru_cache(maxsize=4)
def institution_rules(folder: Path | None = None) -> InstitutionRules:
    """Return how institutions are compared. Raises PackError."""
    tree, version, where = _tree(folder, "institutions")
    try:
        return InstitutionRules(
            **_common(tree, version, ("X", "N", "S", "G")),
            offices={
                code: Office(
                    code, row["name"], tuple(row["words"]), frozenset(row["due"]),
                    tuple(row["unless_code"]),
                )
                for code, row in tree["registers"].items()
            },
            statuses={name: tuple(words) for name, words in tree["statuses"].items()},
            services={
                code: Service(code, row["name"], tuple(row["words"]))
                for code, row in tree["services"].items()
            },
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{where}: {error!r}") from error


@lru_cache(maxsize=4)
def population_rules(folder: Path | None = None) -> PopulationRules:
    """Return how the population is compared with the insured. Raises PackError."""
    tree, version, where = _tree(folder, "population")
    try:
        return PopulationRules(
            **_common(tree, version, ("P",)),
            bands=tuple(Band(str(row["name"]), int(row["to"])) for row in tree["bands"]),
            elderly_from=int(tree["elderly_from"]),
            said={name: tuple(words) for name, words in tree["said"].items()},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(f"{where}: {error!r}") from error


def _tree(folder: Path | None, name: str) -> tuple[dict[str, Any], str, Path]:
    path = (folder or packs_folder()) / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    return load_yaml(text), hashlib.sha256(text.encode()).hexdigest()[:12], path


def _common(tree: Mapping[str, Any], version: str, groups: tuple[str, ...]) -> dict[str, Any]:
    classes = tree["classes"]
    return {
        "version": version,
        "parameters": parameters_from(tree["parameters"]),
        "tables": {group: table_from(group, classes[group]) for group in groups},
        "list_classes": {row["code"]: class_from("L", row, {}) for row in classes["list"]},
    }
