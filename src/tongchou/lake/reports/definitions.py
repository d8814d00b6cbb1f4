"""The reports' documents, read once: what is counted, by what formula, and what is behind it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

_ORDER = ("critical_illness", "aid", "spending", "growth", "balance", "financing", "income")
FigureKind = Literal["count", "money", "surplus", "percent", "unheld"]


class Words(NamedTuple):
    """Words of a document in both languages of the program."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


class Key(NamedTuple):
    """A column that names a row; a value without words is shown as it is."""

    name: str
    label: Words
    values: dict[str, Words]


class Figure(NamedTuple):
    """A column of figures. `unheld`: the copy has no such figure, and the page says so.

    `surplus`: money of which less than nothing is a warning.
    """

    name: str
    kind: FigureKind
    label: Words
    formula: Words


@dataclass(frozen=True, slots=True)
class Report:
    """`sql` gives the rows; `whole` the total, counted another way; `sums`: figures of which the
    rows must add up to it. The bills behind a row are those of `where`, and add up to its
    `figure` by `amount`; a report of the books has none, its rows open the books of their fund."""

    name: str
    version: str  # of the document, so that a figure can be made again
    title: Words
    about: Words
    sql: str
    whole: str
    sums: tuple[str, ...]
    keys: tuple[Key, ...]
    figures: tuple[Figure, ...]
    figure: str
    amount: str
    where: str

    @property
    def of_books(self) -> bool:
        """Whether the rows are funds, and open in the books instead of to bills."""
        return not self.amount


@lru_cache(maxsize=1)
def reports() -> dict[str, Report]:
    """Return the reports by name, in the order in which they are shown."""
    folder = Path(__file__).parent
    return {name: _read(folder / f"{name}.yaml") for name in _ORDER}


def _read(path: Path) -> Report:
    text = path.read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    behind = data.get("behind", {})
    return Report(
        name=path.stem,
        version=hashlib.sha256(text.encode()).hexdigest()[:12],
        title=Words(**data["title"]),
        about=Words(**data["about"]),
        sql=data["sql"],
        whole=data.get("whole", ""),
        sums=tuple(data.get("sums", ())),
        keys=tuple(_key(one) for one in data["keys"]),
        figures=tuple(_figure(one) for one in data["figures"]),
        figure=behind.get("figure") or data["sums"][0],
        amount=behind.get("amount", ""),
        where=behind.get("where", ""),
    )


def _key(data: dict[str, Any]) -> Key:
    values = {value: Words(**words) for value, words in data.get("values", {}).items()}
    return Key(data["name"], Words(**data["label"]), values)


def _figure(data: dict[str, Any]) -> Figure:
    return Figure(data["name"], data["kind"], Words(**data["label"]), Words(**data["formula"]))
