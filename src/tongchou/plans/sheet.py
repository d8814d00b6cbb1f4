"""A policy as the bureau's own tables, from the engine's typed view of its document."""

from dataclasses import dataclass

from tongchou.core.policy import TIERS, Plan
from tongchou.plans.cells import Cell, Clause, make_cells
from tongchou.plans.layout import Section, lay_out, left_out

# Every bureau has these; where a plan has none, the page says so.
_EVERYWHERE = ("basic", "critical_illness", "medical_aid")


@dataclass(slots=True)
class Sheet:
    sections: list[Section]
    clauses: list[Clause]
    cells: dict[str, Cell]

    @property
    def first_change(self) -> Cell | None:
        """The number to open the page on: the first change, or the first number."""
        changed = (cell for cell in self.cells.values() if cell.changed)
        return next(changed, None) or next(iter(self.cells.values()), None)


def make_sheet(plan: Plan, before: Plan | None = None) -> Sheet:
    """Return the tables of `plan`, with what `before` said where it said otherwise."""
    clauses = {
        key: Clause(number, cite)
        for number, (key, cite) in enumerate(plan.document.clauses.items(), 1)
    }
    cells = make_cells(plan.document, before.document if before else None, clauses)
    tiers = {tier.name: tier for tier in plan.document.tiers}
    sections = [
        lay_out(tiers[name], plan.document, cells) if name in tiers else left_out(name)
        for name in TIERS
        if name in tiers or name in _EVERYWHERE
    ]
    return Sheet(sections, list(clauses.values()), cells)
