"""What a policy would have cost last year: a year of bills folded under it and its reforms."""

from tongchou.core.simulation.claims_file import RowRefused, read_claims
from tongchou.core.simulation.columns import Book, Codes, Kind, Part
from tongchou.core.simulation.comparing import (
    CLASSES,
    Comparison,
    Example,
    Source,
    compare,
    together,
)
from tongchou.core.simulation.deciles import DECILES, decile_of
from tongchou.core.simulation.policies import policies_of
from tongchou.core.simulation.refolding import Refolded, refolder
from tongchou.core.simulation.results import (
    Persons,
    Row,
    by,
    classes,
    dimensions,
    heading,
    persons,
    summary,
    table,
    totals,
)
from tongchou.core.simulation.tables import Policy, Tables, claim_of, tables_of

__all__ = [
    "CLASSES",
    "DECILES",
    "Book",
    "Codes",
    "Comparison",
    "Example",
    "Kind",
    "Part",
    "Persons",
    "Policy",
    "Refolded",
    "Row",
    "RowRefused",
    "Source",
    "Tables",
    "by",
    "claim_of",
    "classes",
    "compare",
    "decile_of",
    "dimensions",
    "heading",
    "persons",
    "policies_of",
    "read_claims",
    "refolder",
    "summary",
    "table",
    "tables_of",
    "together",
    "totals",
]
