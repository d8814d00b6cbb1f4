"""What a file would do: its changes and what stands in the way."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from tongchou.platform.imports.cells import CellProblem, text
from tongchou.platform.imports.tables import Row, Table
from tongchou.platform.refusal import Refused

Kind = Literal["new", "term", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one row does. `before` and `after` are words for the preview."""

    row: int
    kind: Kind
    code: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row cannot be taken: row as Excel numbers it, column by its heading in the file."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)
class Plan:
    """A file's changes in row order, its problems, and what `apply` needs."""

    rows: int
    changes: list[Change]
    problems: list[Problem]
    work: Any = None

    @property
    def counts(self) -> dict[str, int]:
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in ("new", "term", "changed", "same")}


class RowRefused(ValueError):
    """A row's field cannot be taken."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class Reader:
    """Reads the fields of one row, turning every refusal into one that names the field."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def __call__(self, field: str, parse: Any) -> Any:
        try:
            return parse(self.row.cells.get(field))
        except CellProblem as problem:
            raise RowRefused(field, str(problem)) from None


def problem_at(table: Table, row: Row, field: str, reason: str) -> Problem:
    return Problem(
        row=row.number,
        column=table.headings.get(field, ""),
        value=text(row.cells.get(field)),
        reason=reason,
    )


def as_row_refused(refused: Refused) -> RowRefused:
    return RowRefused(refused.field, refused.reason)
