"""How far a run's links and findings are from the truth of an invented month."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple


class Score(NamedTuple):
    """Counts of rows, and of findings about persons.

    `wrong`: linked automatically to another, or to anyone where nobody is meant; `right_first`:
    sent for review with the right person first; `right_shown`: with him among the candidates;
    `false_none`: registered, and yet nobody was found.
    """

    rows: int
    linkable: int
    auto: int
    wrong: int
    review: int
    right_first: int
    right_shown: int
    false_none: int
    findings: int
    findings_missed: int
    findings_false: int

    @property
    def recall(self) -> float:
        """Of the linkable rows, those linked rightly or sent for review with the right person."""
        return (self.auto - self.wrong + self.right_shown) / self.linkable


def score(folder: Path, month: str) -> Score:
    """Compare `out/` with the truth beside it."""
    truth = {tuple(row[:4]): row[4] for row in _rows(folder / "truth_links.csv")}
    out = folder / "out" / month
    auto = wrong = review = first = shown = none = 0
    for row in _rows(out / "links.csv"):
        meant = truth[tuple(row[:4])]
        person, tier, candidates = row[4], row[5], row[8].split("|")
        if tier == "auto":
            auto += 1
            wrong += person != meant
        elif tier == "review":
            review += 1
            first += bool(meant) and person == meant
            shown += bool(meant) and meant in candidates
        else:
            none += bool(meant)
    wanted = {(person, code) for person, code in _rows(folder / "truth_findings.csv")}
    found = {(row[2], row[1]) for row in _rows(out / "findings.csv") if row[1][0] in "EF"}
    return Score(
        len(truth), sum(map(bool, truth.values())), auto, wrong, review, first, shown, none,
        len(wanted), len(wanted - found), len(found - wanted),
    )  # fmt: skip


def by_class(folder: Path, month: str) -> list[tuple[str, int, int, int]]:
    """Return (class, true, missed, counted too many) of findings about persons."""
    wanted = {(person, code) for person, code in _rows(folder / "truth_findings.csv")}
    rows = _rows(folder / "out" / month / "findings.csv")
    found = {(row[2], row[1]) for row in rows if row[1][0] in "EF"}
    codes = sorted({code for _person, code in wanted | found})

    def many(some: Iterable[Sequence[str]], code: str) -> int:
        return sum(one[1] == code for one in some)

    return [
        (code, many(wanted, code), many(wanted - found, code), many(found - wanted, code))
        for code in codes
    ]


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
