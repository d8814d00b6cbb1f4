"""What `premiums/` says: the seasons of payment, who may pay later, what aid pays, who gets back.

A file is read whole before it is refused, so that its author hears of every fault at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import tongchou
from tongchou.core.money import parse_yuan
from tongchou.core.policy import IDENTITIES
from tongchou.core.yamls import load as load_yaml

GROUNDS = ("newborn", "recognised")
STATES: Mapping[str, tuple[str, ...]] = {
    "paid": ("yes", "no"),
    "group": ("poverty", "relief", "other"),
    "recognised": ("by_cut", "later", "unknown"),
}
_AMOUNTS = ("own", "subsidy", "critical_illness")


class PremiumsError(ValueError):
    """Files that cannot be used; `problems`: each as `file: where: what is wrong`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Season:
    """The window of a benefit year, both days in it, and fen a person. `assumed`: no source."""

    year: int
    opens: date
    closes: date
    own: int
    subsidy: int
    critical_illness: int
    cite: str
    assumed: bool


class LaterRule(NamedTuple):
    """Who may pay until how many days after birth or recognition, the window being closed."""

    ground: str
    words: str
    days: int
    cite: str
    assumed: bool


class Aid(NamedTuple):
    """Fen that medical aid pays for a person, by identity, the first that he has."""

    amounts: Mapping[str, int]
    cite: str
    assumed: bool

    def of(self, identities: set[str]) -> tuple[str, int] | None:
        """Return (identity, fen) by which a person is subsidised, None where by none."""
        return next(((kind, fen) for kind, fen in self.amounts.items() if kind in identities), None)


@dataclass(frozen=True, slots=True)
class RefundRule:
    """A row of the decision table. `when`: state -> values; empty holds always."""

    code: str
    when: Mapping[str, tuple[str, ...]]
    refund: bool
    exempt: bool
    ask: bool
    words: str
    cite: str

    def holds(self, state: Mapping[str, str]) -> bool:
        return all(state[name] in values for name, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of an area."""

    area: str
    seasons: Mapping[int, Season]
    usual: Mapping[str, Any]
    in_year: tuple[LaterRule, ...]
    aid: Aid
    refunds: tuple[RefundRule, ...]

    def season_of(self, year: int) -> Season:
        """Return the season of a benefit year; the usual one, assumed, where no document is."""
        found = self.seasons.get(year)
        return found if found is not None else _season(year, self.usual)


def books_folder() -> Path:
    package = Path(tongchou.__file__).parent
    inside = package / "_data" / "premiums"
    return inside if inside.is_dir() else package.parents[1] / "premiums"


@lru_cache(maxsize=8)
def load_book(area: str = "", folder: Path | None = None) -> Book:
    """Return the rules, with the area's own where it has a file. Raises PremiumsError."""
    folder = folder or books_folder()
    own = folder / f"{area}.yaml"
    tree = _read(folder / "rules.yaml")
    local = _read(own) if area and own.is_file() else {}
    problems = [
        *(f"rules.yaml: {one}" for one in _problems(tree, whole=True)),
        *(f"{own.name}: {one}" for one in _problems(local, whole=False)),
    ]
    if local and str(local.get("area")) != area:
        problems.append(f"{own.name}: area: 应为 {area}")
    if problems:
        raise PremiumsError(problems)
    merged = {**tree, **local}
    return Book(
        area=area,
        seasons={int(year): _season(int(year), row) for year, row in _seasons(merged).items()},
        usual=merged["usual"],
        in_year=tuple(_later(row) for row in merged["in_year"]),
        aid=_aid(merged["aid"]),
        refunds=tuple(_refund(row) for row in merged["refunds"]),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        tree = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise PremiumsError([f"{path.name}: 读不了（{error}）"]) from None
    if not isinstance(tree, dict):
        raise PremiumsError([f"{path.name}: 应为键和值"])
    return tree


def _seasons(tree: Mapping[str, Any]) -> Mapping[Any, Any]:
    return tree.get("seasons") or {}


def _season(year: int, row: Mapping[str, Any]) -> Season:
    return Season(
        year,
        _day(year, row["opens"]),
        _day(year, row["closes"]),
        parse_yuan(row["own"]),
        parse_yuan(row["subsidy"]),
        parse_yuan(row["critical_illness"]),
        str(row["cite"]),
        bool(row.get("assumed")),
    )


def _day(year: int, value: Any) -> date:
    """Return a day, or that of the year before. Raises ValueError, TypeError."""
    if isinstance(value, date):
        return value
    text = str(value)
    if text.startswith("previous-"):
        return date.fromisoformat(f"{year - 1}-{text.removeprefix('previous-')}")
    return date.fromisoformat(text)


def _later(row: Mapping[str, Any]) -> LaterRule:
    return LaterRule(
        row["ground"], row["words"], int(row["days"]), row["cite"], bool(row.get("assumed"))
    )


def _aid(row: Mapping[str, Any]) -> Aid:
    amounts = {kind: parse_yuan(yuan) for kind, yuan in row["amounts"].items()}
    return Aid(amounts, row["cite"], bool(row.get("assumed")))


def _refund(row: Mapping[str, Any]) -> RefundRule:
    return RefundRule(
        row["code"],
        {name: _values(values) for name, values in row.get("when", {}).items()},
        bool(row.get("refund")),
        bool(row.get("exempt")),
        bool(row.get("ask")),
        row["words"],
        row["cite"],
    )


def _values(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else (str(values),)


def _problems(tree: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    """Yield everything that is wrong with a file."""
    known = {"version", "area", "name", "seasons", "usual", "in_year", "aid", "refunds"}
    yield from (f"{key}: 不认识" for key in tree if key not in known)
    if whole:
        parts = ("usual", "in_year", "aid", "refunds")
        yield from (f"{part}: 没有" for part in parts if part not in tree)
    for year, row in _seasons(tree).items():
        yield from _season_problems(f"seasons.{year}", year, row)
    if "usual" in tree:
        yield from _season_problems("usual", 2020, tree["usual"])
    for at, row in enumerate(tree.get("in_year", ())):
        yield from _later_problems(f"in_year.{at}", row)
    if "aid" in tree:
        yield from _aid_problems(tree["aid"])
    if "refunds" in tree:
        yield from _table_problems(tree["refunds"])


def _season_problems(where: str, year: Any, row: Any) -> Iterator[str]:
    if not isinstance(year, int):
        yield f"{where}: 年度应为整数"
        return
    if not isinstance(row, dict):
        yield f"{where}: 应为键和值"
        return
    days = {}
    for name in ("opens", "closes"):
        try:
            days[name] = _day(year, row.get(name))
        except ValueError:
            yield f"{where}.{name}: 不是日期"
    if len(days) == len(("opens", "closes")) and days["closes"] < days["opens"]:
        yield f"{where}: 截止早于开始"
    for name in _AMOUNTS:
        yield from _yuan_problems(f"{where}.{name}", row.get(name))
    if not row.get("cite"):
        yield f"{where}.cite: 没有依据"


def _yuan_problems(where: str, value: Any) -> Iterator[str]:
    try:
        if parse_yuan(value) < 0:
            yield f"{where}: 小于 0"
    except ValueError as error:
        yield f"{where}: {error}"


def _later_problems(where: str, row: Any) -> Iterator[str]:
    if row.get("ground") not in GROUNDS:
        yield f"{where}.ground: 应为 {'、'.join(GROUNDS)}"
    if not isinstance(row.get("days"), int) or row["days"] < 0:
        yield f"{where}.days: 应为天数"
    yield from (f"{where}.{name}: 没有" for name in ("words", "cite") if not row.get(name))


def _aid_problems(row: Any) -> Iterator[str]:
    amounts = row.get("amounts") or {}
    yield from (f"aid.amounts.{kind}: 不认识的身份" for kind in amounts if kind not in IDENTITIES)
    for kind, yuan in amounts.items():
        yield from _yuan_problems(f"aid.amounts.{kind}", yuan)
    if not row.get("cite"):
        yield "aid.cite: 没有依据"


def _table_problems(rows: Any) -> Iterator[str]:
    """Yield what is wrong with the decision table: unknown states, and states with no row."""
    whens = []
    for at, row in enumerate(rows):
        when = {name: _values(values) for name, values in row.get("when", {}).items()}
        whens.append(when)
        for name, values in when.items():
            if unknown := set(values) - set(STATES.get(name, ())):
                yield f"refunds.{at}.when.{name}: {'、'.join(sorted(unknown))}"
        yield from (f"refunds.{at}.{n}: 没有" for n in ("code", "words", "cite") if n not in row)
        if row.get("refund") and not row.get("code"):
            yield f"refunds.{at}: 退费的一行须有类别"
    for state in states():
        if not any(all(state[n] in v for n, v in when.items() if n in STATES) for when in whens):
            yield f"refunds: 没有一行管 {'、'.join(f'{n}={v}' for n, v in state.items())}"


def states() -> Iterator[dict[str, str]]:
    """Yield every combination that the decision table must answer."""
    for values in itertools.product(*STATES.values()):
        yield dict(zip(STATES, values, strict=True))
