"""What every list beside a register has in common: classes as data, gates, what is new and gone."""

from tongchou.core.lists.classes import (
    FindingClass,
    PackError,
    Parameter,
    Table,
    class_from,
    parameters_from,
    table_from,
)
from tongchou.core.lists.comparing import (
    HELD,
    MAY_CLOSE,
    NEW,
    OPEN,
    REOPENED,
    WORDS,
    Compared,
    Past,
    compare,
)
from tongchou.core.lists.finding import Finding, key_of
from tongchou.core.lists.gates import Judged, Received, Rules, Sent, blocked, check_lists, said

__all__ = [
    "HELD",
    "MAY_CLOSE",
    "NEW",
    "OPEN",
    "REOPENED",
    "WORDS",
    "Compared",
    "Finding",
    "FindingClass",
    "Judged",
    "PackError",
    "Parameter",
    "Past",
    "Received",
    "Rules",
    "Sent",
    "Table",
    "blocked",
    "check_lists",
    "class_from",
    "compare",
    "key_of",
    "parameters_from",
    "said",
    "table_from",
]
