"""What can be found, as data: classes over states, the first that holds is the outcome."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class PackError(ValueError):
    """A rule pack that cannot be used; str() is `file: where: what is wrong`."""


class Parameter(NamedTuple):
    value: Any
    cite: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class FindingClass:
    """What can be found. `when`: state -> values; empty holds always. Code "" is no finding."""

    group: str
    code: str
    name: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    action: str = ""
    evidence: tuple[str, ...] = ()
    deadline: int = 0  # working days; 0: nothing to do by a day
    closes: str = ""
    seed: str = ""
    watch: bool = False  # kept in sight, nobody is sent
    at_once: bool = False  # recorded and closed in one
    aside: str = ""  # how long it may be set aside: so many months, or to the end of the year
    becomes: str = ""  # the class it turns into by itself
    within: int = 0  # working days for that
    block: bool = False  # of lists: nothing is cleared on it until somebody releases it

    def holds(self, state: Mapping[str, str]) -> bool:
        return all(state[name] in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Table:
    """The classes of a group in order, over all there is of each state."""

    group: str
    states: Mapping[str, tuple[str, ...]]
    classes: tuple[FindingClass, ...]
    _known: dict[tuple[str, ...], FindingClass] = field(default_factory=dict, compare=False)

    def outcome(self, state: Mapping[str, str]) -> FindingClass:
        """Return the first class that holds. Raises KeyError, ValueError for a state unknown."""
        key = tuple(state[name] for name in self.states)
        found = self._known.get(key)
        if found is None:
            for name, values in self.states.items():
                if state[name] not in values:
                    raise ValueError(f"{self.group}: {name}={state[name]}")
            found = self._known[key] = next(one for one in self.classes if one.holds(state))
        return found

    def combinations(self) -> Iterator[dict[str, str]]:
        """Return every combination of states."""
        for values in itertools.product(*self.states.values()):
            yield dict(zip(self.states, values, strict=True))


def parameters_from(tree: Mapping[str, Mapping[str, Any]]) -> dict[str, Parameter]:
    return {
        name: Parameter(row["value"], row.get("cite", ""), bool(row.get("assumed")))
        for name, row in tree.items()
    }


def table_from(group: str, tree: Mapping[str, Any]) -> Table:
    """Read a group's states and classes. Raises PackError, KeyError."""
    states = {name: tuple(map(str, values)) for name, values in tree["states"].items()}
    table = Table(group, states, tuple(class_from(group, row, states) for row in tree["classes"]))
    if table.classes[-1].when:
        raise PackError(f"classes.{group}: 最后一类须无条件（一致）")
    return table


def class_from(
    group: str, row: Mapping[str, Any], states: Mapping[str, tuple[str, ...]]
) -> FindingClass:
    """Read a class. Raises PackError, KeyError."""
    when = {
        name: tuple(map(str, values)) if isinstance(values, list) else (str(values),)
        for name, values in row.get("when", {}).items()
    }
    for name, values in when.items():
        if unknown := set(values) - set(states.get(name, ())):
            raise PackError(f"classes.{group}.{row.get('code')}: {name}: {sorted(unknown)}")
    return FindingClass(
        group,
        row["code"],
        row["name"],
        when,
        row.get("action", ""),
        tuple(row.get("evidence", ())),
        int(row.get("deadline", 0)),
        row.get("closes", ""),
        row.get("seed", ""),
        bool(row.get("watch")),
        bool(row.get("at_once")),
        str(row.get("aside", "")),
        row.get("becomes", ""),
        int(row.get("within", 0)),
        bool(row.get("block")),
    )
