"""Measured figures beside their targets, as a table for people."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_HEADINGS = ("测什么", "中位", "最小", "最大", "单位", "目标", "达到")


@dataclass(frozen=True, slots=True)
class Figure:
    """Several measurements of one thing. `target` is the least wanted, or with `at_most` the most.

    Without a target the figure is only shown.
    """

    what: str
    values: tuple[float, ...]
    unit: str
    target: float | None = None
    at_most: bool = False

    @property
    def median(self) -> float:
        """The middle of the measurements."""
        return statistics.median(self.values)

    @property
    def reached(self) -> bool | None:
        """Whether the median meets the target; None without one."""
        if self.target is None:
            return None
        return self.median <= self.target if self.at_most else self.median >= self.target


def as_table(figures: Sequence[Figure]) -> str:
    """The figures in columns that stand straight also where a word is Chinese."""
    return in_columns([_HEADINGS, *(_cells(figure) for figure in figures)], words=(0, 4, 6))


def in_columns(
    rows: Sequence[Sequence[str]], *, words: Sequence[int] = (), numbers_from: int | None = None
) -> str:
    """Rows in straight columns; those of `words`, or before `numbers_from`, stand left."""
    left = range(numbers_from) if numbers_from is not None else words
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            _pad(cell, width, left=at in left)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.at_most else "≥"
    target = "" if figure.target is None else f"{sign} {_number(figure.target)}"
    reached = {None: "", True: "是", False: "否"}[figure.reached]
    return (
        figure.what,
        _number(figure.median),
        _number(min(figure.values)),
        _number(max(figure.values)),
        figure.unit,
        target,
        reached,
    )


def _number(value: float) -> str:
    return f"{value:,.{0 if value >= 1000 else 1 if value >= 10 else 2}f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
