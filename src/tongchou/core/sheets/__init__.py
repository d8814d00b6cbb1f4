"""Spreadsheets as offices send them: read by what they are, lists found by their headings."""

from tongchou.core.sheets.extents import SheetRefused, column_letters
from tongchou.core.sheets.grids import Cell, Grid, Line, read_grids
from tongchou.core.sheets.headings import ListRow, Sheet, Vocabulary, plain, read_lists
from tongchou.core.sheets.streams import Stream, stream_list

__all__ = [
    "Cell",
    "Grid",
    "Line",
    "ListRow",
    "Sheet",
    "SheetRefused",
    "Stream",
    "Vocabulary",
    "column_letters",
    "plain",
    "read_grids",
    "read_lists",
    "stream_list",
]
