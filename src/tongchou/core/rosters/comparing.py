"""A month's findings beside those of the months before (core.lists)."""

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

__all__ = [
    "HELD",
    "MAY_CLOSE",
    "NEW",
    "OPEN",
    "REOPENED",
    "WORDS",
    "Compared",
    "Past",
    "compare",
]
