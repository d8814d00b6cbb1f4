"""The bureau's own sentences as reports over the lake: each a document of SQL and words."""

from tongchou.lake.reports.definitions import Figure, Key, Report, Words, reports
from tongchou.lake.reports.running import Behind, Made, NoReport, Row, behind, make, report_named

__all__ = [
    "Behind",
    "Figure",
    "Key",
    "Made",
    "NoReport",
    "Report",
    "Row",
    "Words",
    "behind",
    "make",
    "report_named",
    "reports",
]
