"""A policy's numbers as a page shows them, each with its clause and what it was before."""

from dataclasses import dataclass, field
from typing import Any

from tongchou.core.policy import Cite, Number, PolicyDocument
from tongchou.plans.readiness import UNSUPPORTED

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(slots=True)
class Clause:
    number: int
    cite: Cite
    paths: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        return _CIRCLED[self.number - 1] if self.number <= len(_CIRCLED) else f"({self.number})"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number. `before` is what stood there in the version compared with, where it differs."""

    number: Number
    clause: Clause | None
    before: Number | None
    before_cite: Cite | None
    changed: bool

    @property
    def path(self) -> str:
        return self.number.path

    @property
    def text(self) -> str:
        return self.number.text

    @property
    def label(self) -> str:
        return " ".join(self.number.label.split(" ")[1:])

    @property
    def where(self) -> str:
        return self.number.label.split(" ")[0]

    @property
    def wording(self) -> str:
        """How the document words the number, where it does so relatively: 下调80%."""
        spoken = self.number.kind == "switch" or self.number.value is None
        return "" if spoken else self.number.wording or ""

    @property
    def unsupported(self) -> bool:
        return self.number.assumed == UNSUPPORTED

    @property
    def assumed(self) -> bool:
        return self.number.assumed is not None and not self.unsupported

    @property
    def cite(self) -> Cite | None:
        """The whole clause; `marks` are the words of it that give this number."""
        return self.clause.cite if self.clause else self.number.cite

    @property
    def marks(self) -> list[str]:
        return [self.number.cite.words] if self.number.cite else []

    @property
    def before_marks(self) -> list[str]:
        return [self.before.cite.words] if self.before and self.before.cite else []

    def as_form(self) -> dict[str, Any]:
        """Return the values with which the number's form begins."""
        value = self.text.removesuffix("%").replace(",", "")
        if self.number.assumed is not None:
            reason = "" if self.unsupported else self.number.assumed
            return {"value": value, "basis": "quoted" if self.unsupported else "assumed",
                    "reason": reason}  # fmt: skip
        cite = self.number.cite
        basis: dict[str, Any] = cite._asdict() if cite else {}
        return {"value": value, "basis": "quoted", **basis}


def make_cells(
    document: PolicyDocument, before: PolicyDocument | None, clauses: dict[str, Clause]
) -> dict[str, Cell]:
    """Return a cell for each number by its path, and tell the clauses which rest on them."""
    known = {number.path: number for number in before.numbers()} if before else {}
    found: dict[str, Cell] = {}
    for number in document.numbers():
        clause = clauses.get(number.clause_id) if number.clause_id else None
        if clause is not None and number.path not in clause.paths:
            clause.paths.append(number.path)
        old = known.get(number.path)
        changed = before is not None and (old is None or old.value != number.value)
        if not changed:
            old = None
        whole = before.clauses.get(old.clause_id) if before and old and old.clause_id else None
        found[number.path] = Cell(number, clause, old, whole, changed)
    return found
